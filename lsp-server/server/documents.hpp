#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lsp-server/link/link.hpp"
#include "lsp-server/server/room.hpp"
#include "protocol/wire/collab.hpp"

namespace tutti::lsp {

/// A document of the editor. Kept when it is closed, since its link counts the openings.
struct EditorDocument {
  explicit EditorDocument(link::Habits habits) : link(habits) {}
  std::string uri, path;
  link::Link link;
  Room* room = nullptr;  ///< of its folder, if that is linked
  std::optional<DocumentId> id;
  bool joined = false;  ///< the link has the replica
  bool touched = true;  ///< to be pumped at the end of the turn
  bool cursors_due = false;
  /// The person's own carets: as the editor told them last, and where they are in the replica, once it is here.
  std::vector<link::Caret> told_carets;
  std::vector<wire::Selection> carets;
  bool carets_due = false;                    ///< others are to be told
  std::vector<collab::Finding> own_findings;  ///< as the editor told them last
  std::string told_findings;                  ///< others', as told to the editor last
  bool findings_due = false;
  bool offer_due = false;               ///< the own are to be offered to others
  std::optional<text::Snapshot> saved;  ///< written to the disk before the room's text was here
};

/// The links of all open documents, between the editor's messages and the rooms. Makes no message itself: what must go out
/// goes to `Outbox`.
class Documents {
 public:
  struct Outbox {
    std::function<void(const EditorDocument&, link::Edit)> edit;
    std::function<void(const EditorDocument&, const link::SendResync&)> resync;
    std::function<void(const EditorDocument&, const Error&)> refused;  ///< the replica did not take the person's edit
    std::function<void(const EditorDocument&, const std::string& why)> unshared;  ///< the file stays private
    std::function<void(Instant)> wake;
  };
  static constexpr std::size_t max_documents = 65536;  ///< ever opened on a connection

  Documents(link::Habits habits, Outbox outbox) : habits_(habits), outbox_(std::move(outbox)) {}

  /// Null when there are too many.
  EditorDocument* open(const std::string& uri, const std::string& path, std::string text, Room* room, Instant now);
  void close(EditorDocument& document, Instant now);
  void save(EditorDocument& document, Instant now);
  void step(EditorDocument& document, const link::Event& event, Instant now);
  [[nodiscard]] EditorDocument* find(const std::string& uri);

  // From the rooms.
  void decided(const std::string& path, const workspace::Opened& opened);
  void remote_edit(DocumentId id, const text::Delta& delta, Instant now, const EditorDocument* except = nullptr);
  /// The person of `asked` undid or redid something in the replica.
  void turned_back(const EditorDocument& asked, const text::Delta& delta, link::Cause cause, Instant now);
  void gone(DocumentId id, Instant now);
  /// Where the person's carets are now. False: where they were, though others may have moved them.
  bool place_carets(EditorDocument& document, std::vector<link::Caret> carets);
  /// A folder became a room, or stopped being one (`room` null) .
  void move_in(Room& room);
  void move_out(const Room& room, Instant now);

  /// End of a turn: joins what has become ready and sends what waits.
  void pump(Instant now);

  void each(const std::function<void(EditorDocument&)>& visit);

 private:
  void attach(EditorDocument& document, const workspace::Opened& opened);
  void join(EditorDocument& document, Instant now);

  link::Habits habits_;
  Outbox outbox_;
  std::map<std::string, EditorDocument> documents_;  ///< by URI as the editor wrote it
};

}  // namespace tutti::lsp
