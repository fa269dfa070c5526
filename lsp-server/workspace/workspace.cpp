#include "lsp-server/workspace/workspace.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "lsp-server/mirror/private_file.hpp"
#include "lsp-server/mirror/three_way.hpp"
#include "lsp-server/workspace/workspace_state.hpp"

namespace tutti::workspace {
namespace {

constexpr net::Duration keep_every{1'000};  ///< shadows and saved texts
constexpr net::Duration leave_patience{5'000};

NoticeLevel level_of(mirror::NoticeLevel level) {
  return static_cast<NoticeLevel>(level);
}

std::string real_folder(const std::string& folder) {
  const std::unique_ptr<char, decltype(&std::free)> real(realpath(folder.c_str(), nullptr), &std::free);
  return real ? std::string(real.get()) : folder;
}

}  // namespace

Workspace::State::State(net::Loop& l, Options o, LinkFile link_file, Observer watcher, mirror::Root at)
    : loop(l),
      options(std::move(o)),
      link(std::move(link_file)),
      observer(std::move(watcher)),
      root(std::move(at)),
      real(real_folder(options.folder)),
      marks(home("open")),
      journalling(l, options.settings, link, options.folder + "/.tutti", options.journal,
                  [this](const std::string& words) { notice(NoticeLevel::warning, words); }),
      connection(l, options.settings, link, journalling.config(options.client), journalling.take_image(),
                 [this](const peer::Effect& effect) { on_effect(effect); }),
      replica(connection, journalling, link.role,
              [this](DocumentId document, const text::Delta& delta) {
                if (observer.remote_edit) observer.remote_edit(document, delta, std::nullopt);
              }),
      tending(l, options.folder, link, mirror::FolderOptions{options.private_existing, {}}, options.settings.accept_guarded,
              marks, replica,
              {[this](mirror::NoticeLevel level, const std::string& words) { notice(level_of(level), words); },
               [this] { took_over(); }, [this] { note(); }}),
      note_timer(l),
      keep_timer(l),
      leave_timer(l),
      status_timer(l) {
  journalling.attach(connection);
}

Workspace::State::~State() {
  keep();
  if (tending.folder() != nullptr) unlink(home("status.json").c_str());
}

void Workspace::State::finish_leaving(Status status) {
  leave_timer.stop();
  loop.defer([done = std::exchange(left, nullptr), status = std::move(status)] {
    if (done) done(status);
  });
}

Workspace::Workspace(std::unique_ptr<State> state) : state_(std::move(state)) {}
Workspace::~Workspace() = default;

Result<std::unique_ptr<Workspace>> Workspace::open(net::Loop& loop, Options options, Observer observer) {
  auto link = read_link_file(options.folder);
  if (!link) return link.error();
  auto root = mirror::Root::open(options.folder);
  if (!root) return root.error();
  const bool mirrors = options.mirror;
  std::unique_ptr<Workspace> out(new Workspace(
      std::make_unique<State>(loop, std::move(options), *std::move(link), std::move(observer), *std::move(root))));
  State& s = *out->state_;
  if (mirrors) s.tending.try_lock();
  s.keep_timer.every(keep_every, [&s] { s.keep(); });
  loop.defer([&s, alive = std::weak_ptr<int>(out->alive_)] {
    if (alive.expired()) return;
    s.connection.start();
    s.follow_journal();
  });
  return out;
}

const std::string& Workspace::folder() const {
  return state_->options.folder;
}
const LinkFile& Workspace::link() const {
  return state_->link;
}

std::optional<DocumentId> Workspace::find(std::string_view path) const {
  const auto relative = state_->relative(path);
  return relative ? state_->peer().find(*relative) : std::nullopt;
}

std::optional<std::string> Workspace::path(DocumentId document) const {
  const auto info = state_->peer().info(document);
  return info ? std::optional(state_->absolute(info->path)) : std::nullopt;
}

Opened Workspace::editor_opened(std::string_view path) {
  const auto relative = state_->relative(path);
  if (!relative) return {Opened::Kind::unshared, {}, "it is outside the shared folder"};
  if (state_->may_open(*relative)) return state_->open_now(*relative);
  state_->waiting.insert(*relative);
  return {Opened::Kind::waiting, {}, {}};
}

void Workspace::editor_closed(std::string_view path) {
  State& s = *state_;
  const auto relative = s.relative(path);
  if (!relative) return;
  s.waiting.erase(*relative);
  const auto found = s.open.find(*relative);
  if (found == s.open.end()) return;
  const OpenFile file = std::move(found->second);
  s.open.erase(found);
  s.journalling.forget_editor(file.document);
  s.connection.run([&](peer::Peer& peer, Instant now, peer::Effects& effects) {
    peer.keep(file.document, s.is_open(file.document), now, effects);
  });
  unlink((s.home("shadow/") + to_string(file.document)).c_str());
  if (auto* folder = s.tending.folder()) {
    s.marks.release(file.document);
    folder->editor_closed(file.document);
    s.tending.attend();
  } else if (s.replica.durable(file.document)) {
    s.let_go(file.document, file);
  } else {
    s.closing[file.document] = file;
  }
}

void Workspace::editor_saved(std::string_view path, std::string_view text) {
  State& s = *state_;
  const auto relative = s.relative(path);
  const auto found = relative ? s.open.find(*relative) : s.open.end();
  if (found == s.open.end()) return;
  found->second.base = std::string(text);
  const auto shared = s.replica.text(found->second.document);
  if (shared && shared->str() == text) s.replica.wrote(found->second.document);
  if (auto* folder = s.tending.folder()) {
    folder->editor_saved(found->second.document, text);
  } else {
    found->second.saved = std::string(text);
  }
}

std::optional<std::string> Workspace::base_text(DocumentId document) const {
  for (const auto& [path, file] : state_->open) {
    if (file.document == document) return file.base;
  }
  return std::nullopt;
}

std::optional<std::string> Workspace::text_before(DocumentId document) const {
  const auto* folder = state_->tending.folder();
  return folder != nullptr ? folder->text_before(document) : std::nullopt;
}

std::vector<text::Snapshot> Workspace::recent_texts(DocumentId document) const {
  return state_->peer().recent_texts(document);
}

void Workspace::keep_shadow(DocumentId document, const text::Snapshot& text, bool in_step) {
  state_->shadows[document] = text;
  if (!in_step) return;
  state_->connection.run([&](peer::Peer& peer, Instant now, peer::Effects& effects) {
    peer.mark(document, peer::journal::Mark::Where::editor, now, effects);
  });
}

std::optional<std::string> Workspace::last_shadow(DocumentId document) const {
  if (const auto exact = state_->journalling.editor_held(document)) return exact->str();
  return mirror::read_private(state_->home("shadow/") + to_string(document));
}

Status Workspace::edit(DocumentId document, const text::Delta& delta, peer::By by) {
  return state_->own_edit(document, [&](peer::Peer& peer, Instant now, peer::Effects& effects) {
    return peer.edit(document, delta, now, effects, by);
  });
}

Result<text::Delta> Workspace::undo(DocumentId document) {
  return state_->own_edit(
      document, [&](peer::Peer& peer, Instant now, peer::Effects& effects) { return peer.undo(document, now, effects); });
}

Result<text::Delta> Workspace::redo(DocumentId document) {
  return state_->own_edit(
      document, [&](peer::Peer& peer, Instant now, peer::Effects& effects) { return peer.redo(document, now, effects); });
}

bool Workspace::turns_back(DocumentId document) const {
  return state_->peer().turns_back(document);
}

const merge::Document* Workspace::document(DocumentId document) const {
  return state_->peer().document(document);
}
std::optional<wire::DocumentInfo> Workspace::info(DocumentId document) const {
  return state_->peer().info(document);
}
std::vector<wire::DocumentInfo> Workspace::documents() const {
  return state_->peer().documents();
}
peer::DocumentState Workspace::state(DocumentId document) const {
  return state_->peer().state(document);
}
std::size_t Workspace::pending(DocumentId document) const {
  return state_->peer().pending(document);
}

Status Workspace::rename(DocumentId document, std::string_view to) {
  const auto relative = state_->relative(to);
  if (!relative) return error(ErrorCode::invalid, "the new name is outside the shared folder");
  auto done = state_->replica.rename(document, *relative);
  if (auto* folder = state_->tending.folder()) folder->document_changed(document);
  state_->tending.attend();
  return done;
}

Status Workspace::erase(DocumentId document) {
  auto done = state_->replica.erase(document);
  if (done) state_->gone(document);
  return done;
}

std::vector<wire::Participant> Workspace::participants() const {
  return state_->peer().participants();
}
std::optional<wire::Participant> Workspace::self() const {
  return state_->peer().self();
}
std::vector<peer::Cursor> Workspace::cursors(DocumentId document) const {
  return state_->peer().cursors(document);
}

void Workspace::move_cursor(DocumentId document, std::vector<wire::Selection> selections) {
  static_cast<void>(state_->connection.local([&](peer::Peer& peer, Instant now, peer::Effects& effects) {
    peer.move_cursor(document, std::move(selections), now, effects);
    return true;
  }));
}

std::vector<peer::Reported> Workspace::diagnostics(DocumentId document) const {
  return state_->peer().diagnostics(document);
}

void Workspace::set_diagnostics(DocumentId document, std::vector<wire::Diagnostic> diagnostics) {
  static_cast<void>(state_->connection.local([&](peer::Peer& peer, Instant now, peer::Effects& effects) {
    peer.set_diagnostics(document, std::move(diagnostics), now, effects);
    return true;
  }));
}

void Workspace::set_presence(wire::Activity activity, std::optional<DocumentId> document, bool typing) {
  static_cast<void>(state_->connection.local([&](peer::Peer& peer, Instant now, peer::Effects& effects) {
    peer.set_presence(activity, document, typing, now, effects);
    return true;
  }));
}

Overview Workspace::overview() const {
  return state_->overview();
}

Status Workspace::accept(const std::vector<std::string>& paths) {
  auto accepted = mirror::accept_proposed(state_->options.folder + "/.tutti", paths);
  if (!accepted) return accepted.error();
  if (auto* folder = state_->tending.folder()) folder->consent_changed();
  state_->tending.attend();
  return {};
}

void Workspace::confirm_deletion(bool go_ahead) {
  if (auto* folder = state_->tending.folder()) folder->confirm_deletions(go_ahead);
  state_->tending.attend();
}

void Workspace::leave(std::function<void(Status)> done) {
  State& s = *state_;
  s.left = [this, done = std::move(done)](Status status) {
    if (status) status = remove_link(state_->options.folder);
    done(std::move(status));
  };
  s.leave_timer.once(leave_patience, [&s] { s.finish_leaving({}); });
  static_cast<void>(s.connection.local([&](peer::Peer& peer, Instant now, peer::Effects& effects) {
    peer.leave(now, effects);
    return true;
  }));
}

text::Delta merge_three_way(std::string_view base, std::string_view mine, std::string_view theirs) {
  return mirror::merge_three_way(base, mine, theirs);
}

}  // namespace tutti::workspace
