#include <algorithm>

#include "protocol/base/planted.hpp"
#include "sync/exchange/path.hpp"
#include "sync/peer/state.hpp"

// Which files there are and where. A path that two have taken at once belongs, until the hub has spoken, to the one it told of.

namespace tutti::peer {

namespace {

void index_path(Peer::State& state, DocumentId document, const std::string& path) {
  state.paths[exchange::path_key(path)] = document;
}

void unindex_path(Peer::State& state, DocumentId document, const std::string& path) {
  const auto at = state.paths.find(exchange::path_key(path));
  if (at != state.paths.end() && at->second == document) state.paths.erase(at);
}

}  // namespace

void appear(Peer::State& state, const wire::DocumentInfo& info, Turn& turn) {
  // Also a deletion that a hub had ordered and then lost: it is asked for again.
  if (state.outbox.unordered<wire::FileDelete>(info.document)) {
    state.deleted_here[info.document] = {info, true};  // what comes back, should the deletion be refused
    return;
  }
  state.deleted_here.erase(info.document);
  state.diary.touched.insert(info.document);
  if (File* known = state.find(info.document)) {
    known->on_hub = true;
    known->created.reset();
    known->hub_path = info.path;
    known->info.traits = info.traits;
    move_home(state, info.document, turn);
    return;
  }
  state.renew |= state.gone_with_names.erase(info.document) > 0;
  File file;
  file.info = info;
  file.info.known.clear();
  file.hub_path = info.path;
  file.on_hub = true;
  state.files.emplace(info.document, std::move(file));
  index_path(state, info.document, info.path);
  turn.emit(DocumentAppeared{info});
  if (state.config.fetch_all) want(state, info.document);
}

void disappear(Peer::State& state, DocumentId document, Turn& turn) {
  const auto at = state.files.find(document);
  if (at == state.files.end()) return;
  if (at->second.fetch && at->second.fetch->asked) state.fetches -= 1;
  unindex_path(state, document, at->second.info.path);
  state.doubted.erase(document);
  if (state.outbox.has_names_out(document)) state.gone_with_names.insert(document);
  state.outbox.drop_all(document);
  state.files.erase(at);
  state.diary.touched.insert(document);
  turn.emit(DocumentGone{document});
  drop_stranded(state, document, turn);
}

void move(Peer::State& state, DocumentId document, const std::string& path, Turn* turn) {
  File* file = state.find(document);
  if (file == nullptr || file->info.path == path) return;
  const std::string from = file->info.path;
  unindex_path(state, document, from);
  index_path(state, document, path);
  file->info.path = path;
  state.diary.touched.insert(document);
  if (turn != nullptr) turn->emit(DocumentRenamed{document, from, path});
}

void move_home(Peer::State& state, DocumentId document, Turn& turn) {
  const File* file = state.find(document);
  if (file == nullptr || state.outbox.unordered<wire::FileRename>(document)) return;
  move(state, document, std::string(file->hub_path), &turn);
}

void take_create(Peer::State& state, const wire::FileCreate& message, Turn& turn) {
  if (planted(Bug::creation_unheard)) return;
  const bool known = state.find(message.document) != nullptr;
  appear(state, {message.document, message.path, message.traits, 0, {}, {}}, turn);
  File* file = state.find(message.document);
  if (file == nullptr || !message.position) return;
  file->path_position = std::max(file->path_position, Position(*message.position));
  if (!known) file->created = Position(*message.position);
}

void take_rename(Peer::State& state, const wire::FileRename& message, Turn& turn) {
  if (planted(Bug::rename_unheard)) return;
  if (const auto gone = state.deleted_here.find(message.document); gone != state.deleted_here.end())
    gone->second.info.path = message.path;
  File* file = state.find(message.document);
  const Position position(message.position.value_or(0));
  if (file == nullptr || position < file->path_position) return;
  file->hub_path = message.path;
  file->path_position = position;
  move_home(state, message.document, turn);
}

void lose_file(Peer::State& state, DocumentId document, Turn& turn) {
  const File* file = state.find(document);
  if (file == nullptr) return;
  if (file->ready() && (file->repair || state.outbox.unordered<wire::FileEdit>(document))) {
    turn.emit(Refused{document, ErrorCode::not_found, "somebody deleted this file while you were editing it",
                      file->text->text().str()});
  }
  disappear(state, document, turn);
}

void take_delete(Peer::State& state, const wire::FileDelete& message, Turn& turn) {
  if (planted(Bug::deletion_unheard)) return;
  lose_file(state, message.document, turn);
}

}  // namespace tutti::peer
