#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lsp-server/workspace/sessions.hpp"
#include "lsp-server/workspace/workspace.hpp"

// What the language server needs of linked folders, so that tests can put something simple in their place. The words are
// those of workspace::Workspace, which does the work.
namespace tutti::lsp {

class Room {
 public:
  virtual ~Room() = default;
  [[nodiscard]] virtual std::string folder() const = 0;
  [[nodiscard]] virtual std::optional<std::string> path(DocumentId document) const = 0;
  virtual workspace::Opened editor_opened(const std::string& path) = 0;
  virtual void editor_closed(const std::string& path) = 0;
  virtual void editor_saved(const std::string& path, const std::string& text) = 0;
  [[nodiscard]] virtual std::optional<std::string> base_text(DocumentId document) const = 0;
  [[nodiscard]] virtual std::optional<std::string> last_shadow(DocumentId document) const = 0;
  [[nodiscard]] virtual std::optional<std::string> text_before(DocumentId document) const = 0;
  [[nodiscard]] virtual std::vector<text::Snapshot> recent_texts(DocumentId document) const = 0;
  virtual void keep_shadow(DocumentId document, const text::Snapshot& text, bool in_step) = 0;
  [[nodiscard]] virtual Status edit(DocumentId document, const text::Delta& delta, peer::By by) = 0;
  [[nodiscard]] virtual Result<text::Delta> undo(DocumentId document) = 0;
  [[nodiscard]] virtual Result<text::Delta> redo(DocumentId document) = 0;
  [[nodiscard]] virtual bool turns_back(DocumentId document) const = 0;
  [[nodiscard]] virtual std::optional<text::Snapshot> text(DocumentId document) const = 0;  ///< nullopt until ready
  [[nodiscard]] virtual peer::DocumentState state(DocumentId document) const = 0;
  [[nodiscard]] virtual std::size_t pending(DocumentId document) const = 0;
  [[nodiscard]] virtual std::vector<wire::Participant> participants() const = 0;
  [[nodiscard]] virtual std::optional<wire::Participant> self() const = 0;
  [[nodiscard]] virtual std::vector<peer::Cursor> cursors(DocumentId document) const = 0;
  [[nodiscard]] virtual std::vector<peer::Reported> diagnostics(DocumentId document) const = 0;
  virtual void set_diagnostics(DocumentId document, std::vector<wire::Diagnostic> diagnostics) = 0;
  virtual void move_cursor(DocumentId document, std::vector<wire::Selection> selections) = 0;
  virtual void set_presence(wire::Activity activity, std::optional<DocumentId> document, bool typing) = 0;
  [[nodiscard]] virtual workspace::Overview overview() const = 0;
  virtual void leave(std::function<void(Status)> done) = 0;
};

class Rooms {
 public:
  virtual ~Rooms() = default;
  [[nodiscard]] virtual std::optional<std::string> linked_folder(const std::string& path) const = 0;
  [[nodiscard]] virtual Result<std::unique_ptr<Room>> open(const std::string& folder, bool private_existing,
                                                           workspace::Observer observer) = 0;
  /// `name` and `hub`: empty as configured.
  virtual void share(const std::string& name, const std::string& hub, workspace::ShareRequest request,
                     std::function<void(Result<workspace::Shared>)> done) = 0;
  virtual void join(const std::string& name, workspace::JoinRequest request,
                    std::function<void(Result<workspace::Joined>)> done) = 0;
  virtual void sessions(std::function<void(Result<std::vector<workspace::SessionLine>>)> done) = 0;
};

/// The real ones, on `loop`.
[[nodiscard]] std::unique_ptr<Rooms> live_rooms(net::Loop& loop, workspace::Settings settings);

}  // namespace tutti::lsp
