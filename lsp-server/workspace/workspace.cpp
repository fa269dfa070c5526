#include "lsp-server/workspace/workspace.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "lsp-server/mirror/ignore.hpp"
#include "lsp-server/mirror/private_file.hpp"
#include "lsp-server/mirror/text_file.hpp"
#include "lsp-server/mirror/three_way.hpp"
#include "lsp-server/workspace/connection.hpp"
#include "lsp-server/workspace/folder_tending.hpp"
#include "lsp-server/workspace/live_replica.hpp"
#include "sync/exchange/path.hpp"

namespace tutti::workspace {
namespace {

using nlohmann::json;

constexpr net::Duration gather_typing{30};  ///< what others type reaches the disk this much later
constexpr net::Duration note_every{250};    ///< status.json
constexpr net::Duration keep_every{1'000};  ///< shadows and saved texts
constexpr net::Duration tell_status{50};
constexpr net::Duration leave_patience{5'000};

NoticeLevel level_of(mirror::NoticeLevel level) {
  return static_cast<NoticeLevel>(level);
}

const char* name_of(peer::Link link) {
  switch (link) {
    case peer::Link::offline:
      return "offline";
    case peer::Link::connecting:
      return "connecting";
    case peer::Link::online:
      return "online";
    case peer::Link::stopped:
      return "stopped";
  }
  return "offline";
}

const char* name_of(wire::Role role) {
  switch (role) {
    case wire::Role::viewer:
      return "viewer";
    case wire::Role::agent:
      return "agent";
    case wire::Role::editor:
      return "editor";
    case wire::Role::owner:
      return "owner";
  }
  return "viewer";
}

/// A file that one of this process's editors has.
struct OpenFile {
  DocumentId document;
  std::optional<std::string> base;   ///< last known on disk
  std::optional<std::string> saved;  ///< written by the editor and not yet told to the process that holds the folder
};

std::string real_folder(const std::string& folder) {
  const std::unique_ptr<char, decltype(&std::free)> real(realpath(folder.c_str(), nullptr), &std::free);
  return real ? std::string(real.get()) : folder;
}

}  // namespace

struct Workspace::State {
  State(net::Loop& l, Options o, LinkFile link_file, Observer watcher, mirror::Root at);
  ~State();

  net::Loop& loop;
  Options options;
  LinkFile link;
  Observer observer;
  mirror::Root root;
  std::string real;  ///< the folder with symlinks above it resolved: editors may name it so
  mirror::OpenMarks marks;
  Connection connection;
  LiveReplica replica;
  FolderTending tending;
  net::Timer note_timer, keep_timer, leave_timer, status_timer;

  bool known = false;                                 ///< the session's files were told
  std::map<std::string, OpenFile, std::less<>> open;  ///< by relative path
  std::set<std::string> waiting;                      ///< opened before the session was known
  std::map<DocumentId, OpenFile> closing;             ///< closed, and the hub does not have everything of it yet
  std::map<DocumentId, text::Snapshot> shadows;       ///< not written down yet
  std::string noted;
  std::size_t refusals = 0;
  std::function<void(Status)> left;

  [[nodiscard]] const peer::Peer& peer() const { return connection.peer(); }
  [[nodiscard]] std::string home(const char* name) const { return options.folder + "/.tutti/" + name; }
  [[nodiscard]] std::string absolute(std::string_view path) const { return options.folder + "/" + std::string(path); }
  [[nodiscard]] std::optional<std::string> relative(std::string_view path) const;
  void notice(NoticeLevel level, const std::string& words) const {
    if (observer.notice) observer.notice(level, words);
  }
  [[nodiscard]] bool is_open(DocumentId document) const;

  void on_effect(const peer::Effect& effect);
  void appeared(const wire::DocumentInfo& info);
  void ready(DocumentId document);
  void renamed(const peer::DocumentRenamed& move);
  void gone(DocumentId document);
  void path_taken(const peer::PathTaken& taken);
  void refused(const peer::Refused& refusal);
  void status_changed();
  void session_known();
  void took_over();

  /// Something that the person does to a text by an editor.
  template <class Call>
  auto own_edit(DocumentId document, Call call) {
    auto done = connection.local(call);
    if (auto* folder = tending.folder(); folder != nullptr && done) folder->document_changed(document);
    tending.attend(gather_typing);
    return done;
  }

  Opened open_now(const std::string& path);
  Result<DocumentId> share_file(const std::string& path);
  Status may_share(const std::string& path);
  Result<mirror::TextFile> read_text(const std::string& path) const;
  void opened_document(const std::string& path, OpenFile& file);
  void let_go(DocumentId document, const OpenFile& file);
  void keep();
  void note();
  void finish_leaving(Status status);
  [[nodiscard]] Overview overview() const;
};

Workspace::State::State(net::Loop& l, Options o, LinkFile link_file, Observer watcher, mirror::Root at)
    : loop(l),
      options(std::move(o)),
      link(std::move(link_file)),
      observer(std::move(watcher)),
      root(std::move(at)),
      real(real_folder(options.folder)),
      marks(home("open")),
      connection(l, options.settings, link, options.client, [this](const peer::Effect& effect) { on_effect(effect); }),
      replica(connection, link.role,
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
      status_timer(l) {}

Workspace::State::~State() {
  keep();
  if (tending.folder() != nullptr) unlink(home("status.json").c_str());
}

// ---- what the session tells

void Workspace::State::on_effect(const peer::Effect& effect) {
  if (const auto* edit = std::get_if<peer::RemoteEdit>(&effect)) {
    if (observer.remote_edit) observer.remote_edit(edit->document, edit->delta, edit->author);
    if (auto* folder = tending.folder()) folder->document_changed(edit->document);
    tending.attend(gather_typing);
  } else if (const auto* info = std::get_if<peer::DocumentAppeared>(&effect)) {
    appeared(info->info);
  } else if (const auto* is_ready = std::get_if<peer::DocumentReady>(&effect)) {
    ready(is_ready->document);
  } else if (const auto* move = std::get_if<peer::DocumentRenamed>(&effect)) {
    renamed(*move);
  } else if (const auto* is_gone = std::get_if<peer::DocumentGone>(&effect)) {
    gone(is_gone->document);
  } else if (const auto* taken = std::get_if<peer::PathTaken>(&effect)) {
    path_taken(*taken);
  } else if (const auto* refusal = std::get_if<peer::Refused>(&effect)) {
    refused(*refusal);
  } else if (const auto* cursors = std::get_if<peer::CursorsChanged>(&effect)) {
    if (observer.cursors_changed) observer.cursors_changed(cursors->document);
  } else if (std::holds_alternative<peer::ParticipantsChanged>(effect)) {
    if (observer.participants_changed) observer.participants_changed();
  } else if (std::holds_alternative<peer::StatusChanged>(effect)) {
    status_changed();
  }
}

void Workspace::State::appeared(const wire::DocumentInfo& info) {
  if (auto* folder = tending.folder()) folder->document_changed(info.document);
  tending.attend(gather_typing);
  if (!known || !waiting.erase(info.path)) return;
  const Opened opened = open_now(info.path);
  if (observer.editor_decided) observer.editor_decided(absolute(info.path), opened);
}

void Workspace::State::ready(DocumentId document) {
  if (auto* folder = tending.folder()) folder->document_changed(document);
  tending.attend(gather_typing);
  for (auto& [path, file] : open) {
    if (file.document == document) opened_document(path, file);
  }
  if (observer.document_ready) observer.document_ready(document);
}

void Workspace::State::renamed(const peer::DocumentRenamed& move) {
  if (auto found = open.extract(move.from); !found.empty()) {
    found.key() = move.to;
    open.insert(std::move(found));
  }
  if (auto* folder = tending.folder()) folder->document_changed(move.document);
  tending.attend(gather_typing);
  if (observer.document_renamed) observer.document_renamed(move.document, absolute(move.from), absolute(move.to));
}

void Workspace::State::gone(DocumentId document) {
  if (auto* folder = tending.folder()) folder->document_gone(document);
  tending.attend(gather_typing);
  std::erase_if(open, [&](const auto& each) { return each.second.document == document; });
  marks.release(document);
  if (observer.document_gone) observer.document_gone(document);
}

void Workspace::State::path_taken(const peer::PathTaken& taken) {
  const bool was_open = is_open(taken.ours);
  if (auto* folder = tending.folder()) folder->path_taken(taken.ours, taken.existing);
  tending.attend(gather_typing);
  std::erase_if(open, [&](const auto& each) { return each.second.document == taken.ours; });
  marks.release(taken.ours);
  if (!was_open) return;
  if (observer.document_gone) observer.document_gone(taken.ours);
  const Opened opened = open_now(taken.path);
  if (observer.editor_decided) observer.editor_decided(absolute(taken.path), opened);
}

/// What is not shared is taken back out of the text; the person keeps it beside.
void Workspace::State::refused(const peer::Refused& refusal) {
  const auto info = refusal.document ? peer().info(*refusal.document) : std::nullopt;
  std::string words = (info ? info->path + ": " : std::string()) + refusal.message + ".";
  if (!refusal.text.empty() && mirror::make_private_folder(home("refused"))) {
    const std::string file = "refused/" + (refusal.document ? to_string(*refusal.document) : std::string("text")) + "-" +
                             std::to_string(loop.now().value) + "-" + std::to_string(++refusals);
    if (mirror::write_private(home(file.c_str()), refusal.text)) words += " What you wrote is kept in .tutti/" + file + ".";
  }
  notice(NoticeLevel::warning, words);
}

void Workspace::State::status_changed() {
  if (!known && peer().status().link == peer::Link::online) session_known();
  for (auto file = closing.begin(); file != closing.end();) {
    const auto next = std::next(file);
    if (replica.durable(file->first)) {
      let_go(file->first, file->second);
      closing.erase(file);
    }
    file = next;
  }
  if (left && (peer().status().pending == 0 || peer().status().link == peer::Link::stopped)) finish_leaving({});
  if (!observer.status_changed || status_timer.active()) {
    note();
    return;
  }
  // Every acknowledgement changes the status, and looking at it takes a walk over all files: those who listen hear of it in
  // time.
  status_timer.once(tell_status, [this] { observer.status_changed(); });
  note();
}

void Workspace::State::session_known() {
  known = true;
  if (auto* folder = tending.folder()) folder->start();
  tending.attend();
  for (const std::string& path : std::exchange(waiting, {})) {
    const Opened opened = open_now(path);
    if (observer.editor_decided) observer.editor_decided(absolute(path), opened);
  }
}

void Workspace::State::took_over() {
  auto& folder = *tending.folder();
  if (known) folder.start();
  for (const auto& [path, file] : open) {
    if (file.base) folder.editor_has(file.document, *file.base);
  }
  tending.attend();
}

// ---- files that an editor has

std::optional<std::string> Workspace::State::relative(std::string_view path) const {
  for (const std::string& folder : {options.folder, real}) {
    if (path.size() > folder.size() + 1 && path.starts_with(folder) && path[folder.size()] == '/') {
      return std::string(path.substr(folder.size() + 1));
    }
  }
  return std::nullopt;
}

bool Workspace::State::is_open(DocumentId document) const {
  return std::any_of(open.begin(), open.end(), [&](const auto& each) { return each.second.document == document; });
}

Opened Workspace::State::open_now(const std::string& path) {
  auto document = peer().find(path);
  if (!document) {
    auto shared = share_file(path);
    if (!shared) return {Opened::Kind::unshared, {}, shared.error().message};
    document = *shared;
  }
  OpenFile& file = open[path];
  file.document = *document;
  static_cast<void>(marks.mark(*document));  // a second editor on the file marks it as well as the first
  opened_document(path, file);
  return {Opened::Kind::shared, *document, {}};
}

/// The base is what the disk holds at this moment: the editor has read it, or is about to.
void Workspace::State::opened_document(const std::string& path, OpenFile& file) {
  if (auto* folder = tending.folder()) {
    file.base = folder->editor_opened(file.document);
    tending.attend();
    return;
  }
  if (file.base) return;
  if (auto text = read_text(path)) file.base = std::move(text->text);
}

Result<mirror::TextFile> Workspace::State::read_text(const std::string& path) const {
  auto disk = root.read(path, mirror::max_file_bytes);
  if (!disk) return disk.error();
  if (!disk.value()) return error(ErrorCode::not_found, path + " is not there");
  if (disk.value()->too_large) return error(ErrorCode::limit, path + " is larger than 16 MiB");
  auto decoded = mirror::decode_file(disk.value()->bytes);
  auto* text = std::get_if<mirror::TextFile>(&decoded);
  if (text == nullptr) return error(ErrorCode::denied, path + " is not a text");
  text->traits.executable = disk.value()->executable;
  return std::move(*text);
}

Status Workspace::State::may_share(const std::string& path) {
  if (auto* folder = tending.folder()) return folder->may_share(path);
  if (auto fine = exchange::check_path(path); !fine) return fine;
  if (exchange::classify_path(path) == exchange::PathClass::never) return error(ErrorCode::denied, path + " is never shared");
  if (!replica.may_write()) return error(ErrorCode::denied, "you may look at this session, but not change it");
  const auto index = mirror::Index::load(options.folder + "/.tutti", link.session);
  if (index.unshared().contains(path)) return error(ErrorCode::denied, path + " stays private on this disk");
  if (mirror::ignore_for(root, path).hides(path)) return error(ErrorCode::denied, path + " is left out by .gitignore");
  return {};
}

Result<DocumentId> Workspace::State::share_file(const std::string& path) {
  if (auto fine = exchange::check_path(path); !fine) return error(fine.error().code, path + ": " + fine.error().message);
  if (auto fine = may_share(path); !fine) return fine.error();
  if (auto fine = root.leads_to(path); !fine) return error(ErrorCode::denied, path + ": " + fine.error().message);
  if (!root.look(path)) return replica.create(path, {}, {});
  const auto file = read_text(path);
  if (!file) return file.error();
  return replica.create(path, file->traits, file->text);
}

/// The editor is done with it. The process that writes closed files learns first what was saved.
void Workspace::State::let_go(DocumentId document, const OpenFile& file) {
  if (file.saved && mirror::make_private_folder(home("saved"))) {
    static_cast<void>(mirror::write_private(home("saved/") + to_string(document), *file.saved));
  }
  marks.release(document);
}

/// Shadows and saved texts may be written down once the hub has everything of them.
void Workspace::State::keep() {
  std::erase_if(shadows, [&](const auto& each) {
    if (!is_open(each.first)) return true;
    if (!replica.durable(each.first)) return false;
    if (mirror::make_private_folder(home("shadow"))) {
      static_cast<void>(mirror::write_private(home("shadow/") + to_string(each.first), each.second.str()));
    }
    return true;
  });
  if (tending.folder() != nullptr) return;
  for (auto& [path, file] : open) {
    if (!file.saved || !replica.durable(file.document) || !mirror::make_private_folder(home("saved"))) continue;
    if (mirror::write_private(home("saved/") + to_string(file.document), *file.saved)) file.saved.reset();
  }
}

// ---- the state that others may look at

Overview Workspace::State::overview() const {
  Overview out;
  out.peer = peer().status();
  out.session = link.session;
  out.session_name = link.session_name;
  out.hub = link.hub;
  const auto self = peer().self();
  out.link_role = self ? name_of(self->role) : link.role;
  const auto documents = peer().documents();
  out.documents = documents.size();
  out.mirroring = tending.folder() != nullptr;
  if (!out.mirroring) return out;
  const auto status = tending.folder()->status();
  out.held_back = status.held_back;
  out.not_written = status.failing;
  const bool quiet = known && out.peer.link == peer::Link::online && out.peer.pending == 0 && status.settled;
  out.settled = quiet && std::all_of(documents.begin(), documents.end(),
                                     [&](const auto& info) { return peer().document(info.document) != nullptr; });
  return out;
}

void Workspace::State::note() {
  if (tending.folder() == nullptr || note_timer.active()) return;
  note_timer.once(note_every, [this] {
    const Overview now = overview();
    const json out = {{"pid", getpid()},
                      {"connection", name_of(now.peer.link)},
                      {"message", now.peer.message},
                      {"pending", now.peer.pending},
                      {"saved", !now.peer.store_trouble},
                      {"session", to_string(now.session)},
                      {"name", now.session_name},
                      {"hub", now.hub},
                      {"role", now.link_role},
                      {"documents", now.documents},
                      {"settled", now.settled},
                      {"held_back", now.held_back},
                      {"not_written", now.not_written},
                      {"participants", peer().participants().size() + (peer().self() ? 1 : 0)}};
    std::string text = out.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
    if (text == noted) return;
    if (mirror::write_private(home("status.json"), text)) {
      noted = std::move(text);
    } else {
      unlink(home("status.json").c_str());  // what it says is true no more
      noted.clear();
    }
  });
}

void Workspace::State::finish_leaving(Status status) {
  leave_timer.stop();
  loop.defer([done = std::exchange(left, nullptr), status = std::move(status)] {
    if (done) done(status);
  });
}

// ---- the outside

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
    if (!alive.expired()) s.connection.start();
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
  if (state_->known) return state_->open_now(*relative);
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

void Workspace::keep_shadow(DocumentId document, const text::Snapshot& text) {
  state_->shadows[document] = text;
}

std::optional<std::string> Workspace::last_shadow(DocumentId document) const {
  return mirror::read_private(state_->home("shadow/") + to_string(document));
}

Status Workspace::edit(DocumentId document, const text::Delta& delta) {
  return state_->own_edit(document, [&](peer::Peer& peer, Instant now, peer::Effects& effects) {
    return peer.edit(document, delta, now, effects);
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
