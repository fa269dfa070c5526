#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "lsp-server/link/link.hpp"
#include "lsp-server/plain/link.hpp"
#include "lsp-server/server/formatting.hpp"
#include "lsp-server/server/room.hpp"
#include "protocol/wire/collab.hpp"

namespace tutti::lsp {

/// A document of the editor. Kept when it is closed, since its link counts the openings.
struct EditorDocument {
  /// With our plugin, or by plain LSP.
  using Way = std::variant<link::Link, plain::Link>;

  explicit EditorDocument(Way chosen) : way(std::move(chosen)) {}

  [[nodiscard]] bool is_open() const {
    return std::visit([](const auto& link) { return link.is_open(); }, way);
  }
  [[nodiscard]] bool is_lost() const {
    return std::visit([](const auto& link) { return link.is_lost(); }, way);
  }
  [[nodiscard]] bool is_quiet() const {
    return std::visit([](const auto& link) { return link.is_quiet(); }, way);
  }
  /// The buffer, as far as this side knows it.
  [[nodiscard]] const text::Rope& text() const {
    return std::visit([](const auto& link) -> const text::Rope& { return link.text(); }, way);
  }
  [[nodiscard]] text::Chars replica_place(text::Place place) const {
    return std::visit([&](const auto& link) { return link.replica_place(place); }, way);
  }
  [[nodiscard]] text::Place editor_place(text::Chars at) const {
    return std::visit([&](const auto& link) { return link.editor_place(at); }, way);
  }
  [[nodiscard]] const plain::Link* plain() const { return std::get_if<plain::Link>(&way); }

  std::string uri, path;
  Way way;
  Room* room = nullptr;  ///< of its folder, if that is linked
  std::optional<DocumentId> id;
  bool joined = false;          ///< the link has the replica
  bool touched = true;          ///< to be pumped at the end of the turn
  std::optional<Instant> wake;  ///< or then
  bool cursors_due = false;
  bool shows_carets = false;  ///< a plain client's
  bool told_waiting = false;  ///< the person of a plain client knows that edits wait
  /// The person's own carets: as the editor told them last, and where they are in the replica, once it is here.
  std::vector<link::Caret> told_carets;
  std::vector<wire::Selection> carets;
  bool carets_due = false;                    ///< others are to be told
  std::vector<collab::Finding> own_findings;  ///< as the editor told them last
  std::string told_findings;                  ///< others', as told to the editor last
  bool findings_due = false;
  bool offer_due = false;  ///< the own are to be offered to others
  FormatterTurn formatter;
  std::optional<text::Snapshot> saved;  ///< written to the disk before the room's text was here
};

/// The links of all open documents, between the editor's messages and the rooms. Makes no message itself: what must go out
/// goes to `Outbox`.
class Documents {
 public:
  struct Outbox {
    std::function<void(const EditorDocument&, link::Edit)> edit;
    std::function<void(const EditorDocument&, const link::SendResync&)> resync;
    std::function<void(const EditorDocument&, const plain::Push&)> push;  ///< plain: answered by `answered`
    std::function<void(const EditorDocument&, const plain::Diverged&)> diverged;
    std::function<void(const EditorDocument&, const Error&)> refused;  ///< the replica did not take the person's edit
    std::function<void(const EditorDocument&, const std::string& why)> unshared;  ///< the file stays private
    std::function<void(Instant)> wake;
  };
  static constexpr std::size_t max_documents = 65536;  ///< ever opened on a connection

  /// `fresh`: what every document begins with.
  Documents(EditorDocument::Way fresh, Outbox outbox) : fresh_(std::move(fresh)), outbox_(std::move(outbox)) {}

  /// Null when there are too many. `version` means something to a plain client only.
  EditorDocument* open(const std::string& uri, const std::string& path, std::string text, plain::Version version, Room* room,
                       Instant now);
  void close(EditorDocument& document, Instant now);
  /// `text`: what was written, if the editor tells it.
  void save(EditorDocument& document, const std::optional<std::string>& text, Instant now);
  void step(EditorDocument& document, const link::Event& event, Instant now);
  void step(EditorDocument& document, const plain::Event& event, Instant now);
  /// To push `number` of a document that may be closed by now.
  void answered(const std::string& uri, std::uint64_t number, bool applied, Instant now);
  /// What waits for a plain client's document, now in flight.
  [[nodiscard]] std::vector<link::Replacement> pull(EditorDocument& document, Instant now);
  [[nodiscard]] EditorDocument* find(const std::string& uri);

  // From the rooms.
  void decided(const std::string& path, const workspace::Opened& opened);
  /// Of `author`, who is nobody for what a tool did on this disk.
  void remote_edit(DocumentId id, const text::Delta& delta, std::optional<ParticipantId> author, Instant now);
  /// The person of `asked` undid or redid something in the replica.
  void turned_back(const EditorDocument& asked, const text::Delta& delta, link::Cause cause, Instant now);
  void gone(DocumentId id, Instant now);
  /// Where the person's carets are now. False: where they were, though others may have moved them.
  bool place_carets(EditorDocument& document, std::vector<link::Caret> carets);
  /// The same for a client that tells where its person is with a request about a place, which may come with each key.
  void looks_at(EditorDocument& document, const link::Caret& caret);
  /// A folder became a room, or stopped being one (`room` null) .
  void move_in(Room& room);
  void move_out(const Room& room, Instant now);

  /// End of a turn: joins what has become ready and sends what waits.
  void pump(Instant now);

  void each(const std::function<void(EditorDocument&)>& visit);

 private:
  void attach(EditorDocument& document, const workspace::Opened& opened);
  void join(EditorDocument& document, Instant now);
  template <class Event>
  void either(EditorDocument& document, const Event& event, Instant now);
  void wake_at(EditorDocument& document, Instant at);
  static void follow_typing(EditorDocument& document, const link::Local& local);
  void commit(EditorDocument& document, const link::Local& local, Instant now);
  [[nodiscard]] Status edit(EditorDocument& document, const link::Local& local, Instant now);
  void spread(DocumentId id, const text::Delta& delta, const EditorDocument* except, Instant now);
  void take_back_formatting(EditorDocument& document, Instant now);

  EditorDocument::Way fresh_;
  std::vector<link::Replacement> handed_out_;  ///< by the step that is running
  Outbox outbox_;
  std::map<std::string, EditorDocument> documents_;  ///< by URI as the editor wrote it
};

}  // namespace tutti::lsp
