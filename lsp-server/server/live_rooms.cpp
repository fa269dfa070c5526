#include <algorithm>
#include <utility>

#include "lsp-server/server/room.hpp"
#include "lsp-server/workspace/errand.hpp"

namespace tutti::lsp {

namespace {

class LiveRoom final : public Room {
 public:
  explicit LiveRoom(std::unique_ptr<workspace::Workspace> workspace) : in_(std::move(workspace)) {}

  std::string folder() const override { return in_->folder(); }
  std::optional<std::string> path(DocumentId document) const override { return in_->path(document); }
  workspace::Opened editor_opened(const std::string& path) override { return in_->editor_opened(path); }
  void editor_closed(const std::string& path) override { in_->editor_closed(path); }
  void editor_saved(const std::string& path, const std::string& text) override { in_->editor_saved(path, text); }
  std::optional<std::string> base_text(DocumentId document) const override { return in_->base_text(document); }
  std::optional<std::string> last_shadow(DocumentId document) const override { return in_->last_shadow(document); }
  std::optional<std::string> text_before(DocumentId document) const override { return in_->text_before(document); }
  std::vector<text::Snapshot> recent_texts(DocumentId document) const override { return in_->recent_texts(document); }
  void keep_shadow(DocumentId document, const text::Snapshot& text, bool in_step) override {
    in_->keep_shadow(document, text, in_step);
  }
  Status edit(DocumentId document, const text::Delta& delta, peer::By by) override { return in_->edit(document, delta, by); }
  Result<text::Delta> undo(DocumentId document) override { return in_->undo(document); }
  Result<text::Delta> redo(DocumentId document) override { return in_->redo(document); }
  bool turns_back(DocumentId document) const override { return in_->turns_back(document); }
  std::optional<text::Snapshot> text(DocumentId document) const override {
    const merge::Document* found = in_->document(document);
    return found == nullptr ? std::nullopt : std::optional(found->snapshot());
  }
  peer::DocumentState state(DocumentId document) const override { return in_->state(document); }
  std::size_t pending(DocumentId document) const override { return in_->pending(document); }
  std::vector<wire::Participant> participants() const override { return in_->participants(); }
  std::optional<wire::Participant> self() const override { return in_->self(); }
  std::vector<peer::Cursor> cursors(DocumentId document) const override { return in_->cursors(document); }
  std::vector<peer::Reported> diagnostics(DocumentId document) const override { return in_->diagnostics(document); }
  void set_diagnostics(DocumentId document, std::vector<wire::Diagnostic> diagnostics) override {
    in_->set_diagnostics(document, std::move(diagnostics));
  }
  void move_cursor(DocumentId document, std::vector<wire::Selection> selections) override {
    in_->move_cursor(document, std::move(selections));
  }
  void set_presence(wire::Activity activity, std::optional<DocumentId> document, bool typing) override {
    in_->set_presence(activity, document, typing);
  }
  workspace::Overview overview() const override { return in_->overview(); }
  void leave(std::function<void(Status)> done) override { in_->leave(std::move(done)); }

 private:
  std::unique_ptr<workspace::Workspace> in_;
};

class LiveRooms final : public Rooms {
 public:
  LiveRooms(net::Loop& loop, workspace::Settings settings) : loop_(loop), settings_(std::move(settings)) {}

  std::optional<std::string> linked_folder(const std::string& path) const override { return workspace::linked_folder(path); }

  Result<std::unique_ptr<Room>> open(const std::string& folder, bool private_existing, workspace::Observer observer) override {
    workspace::Options options;
    options.folder = folder;
    options.client = "tutti lsp";
    options.journal = "editor";
    options.settings = settings_;
    options.private_existing = private_existing;
    auto opened = workspace::Workspace::open(loop_, std::move(options), std::move(observer));
    if (!opened) return opened.error();
    return std::unique_ptr<Room>(std::make_unique<LiveRoom>(std::move(*opened)));
  }

  void share(const std::string& name, const std::string& hub, workspace::ShareRequest request,
             std::function<void(Result<workspace::Shared>)> done) override {
    workspace::Settings settings = settings_;
    if (!name.empty()) settings.name = name;
    if (!hub.empty()) settings.hub = hub;
    errands_.push_back(workspace::share(loop_, settings, std::move(request), std::move(done)));
  }
  void join(const std::string& name, workspace::JoinRequest request,
            std::function<void(Result<workspace::Joined>)> done) override {
    workspace::Settings settings = settings_;
    if (!name.empty()) settings.name = name;
    errands_.push_back(workspace::join(loop_, settings, std::move(request), std::move(done)));
  }
  void sessions(std::function<void(Result<std::vector<workspace::SessionLine>>)> done) override {
    errands_.push_back(workspace::list_sessions(loop_, settings_, std::move(done)));
  }

 private:
  net::Loop& loop_;
  workspace::Settings settings_;
  std::vector<std::unique_ptr<workspace::Errand>> errands_;  ///< a person asks for a handful in a process's life
};

}  // namespace

std::unique_ptr<Rooms> live_rooms(net::Loop& loop, workspace::Settings settings) {
  return std::make_unique<LiveRooms>(loop, std::move(settings));
}

}  // namespace tutti::lsp
