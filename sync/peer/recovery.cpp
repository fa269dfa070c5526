#include <algorithm>

#include "sync/exchange/convert.hpp"
#include "sync/exchange/path.hpp"
#include "sync/peer/state.hpp"

// Going on where a former process ended. Its replica, texts and unsafe requests are ours; the hub tells in its welcome what it
// has of them, and from there on nothing is different from a connection that was lost and came back.

namespace tutti::peer {

namespace {

File file_of(const Peer::State& state, const journal::FileLine& line) {
  File file;
  file.info = {line.document, line.path, line.traits, 0, {}, {}};
  file.hub_path = line.hub_path;
  file.on_hub = line.on_hub;
  file.followed = state.config.fetch_all;
  return file;
}

void recover_files(Peer::State& state, journal::Image& image) {
  for (const auto& [document, line] : image.files) {
    File file = file_of(state, line);
    if (const auto text = image.texts.find(document); text != image.texts.end()) {
      file.text = std::move(text->second);
      file.inherited = true;
      if (line.spent) file.repair = Repair{{}, {}, line.spent, {}};
      state.renew |= line.spent && line.spent->replica == state.replica;
      state.diary.kept.insert(document);
    }
    state.paths[exchange::path_key(line.path)] = document;
    state.files.emplace(document, std::move(file));
  }
  for (const auto& [document, line] : image.deleted)
    state.deleted_here[document] = {{document, line.hub_path, line.traits, 0, {}, {}}, false};
}

/// What bears a former replica's name is not sent any more: the text has it, and if the hub lacks it, it is made again.
bool is_ours(const Peer::State& state, const Request& request) {
  const auto* edit = std::get_if<wire::FileEdit>(&request);
  return edit == nullptr || ReplicaId(edit->change.replica) == state.replica;
}

}  // namespace

void recover(Peer::State& state, journal::Image image) {
  state.recovered = state.unsure = true;
  state.replica = image.head.replica;
  state.own = image.head.own;
  state.key = image.head.key;
  state.limits.document_chars = image.head.characters;
  state.renew = image.given_up;
  recover_files(state, image);
  for (const auto& [document, text] : image.editor) state.diary.in_step.insert(document);
  state.diary.disk = image.disk;
  state.diary.used = std::move(image.used);
  for (journal::Asked& asked : image.asked) {
    if (is_ours(state, asked.request))
      state.outbox.restore(asked.id, std::move(asked.request), asked.number, std::move(asked.revivals));
  }
  state.stranded = std::move(image.stranded);
  state.misplaced = std::move(image.lost);
  state.outbox.begin_ids(image.next);
}

void tell_recovered(Peer::State& state, Turn& turn) {
  if (!std::exchange(state.recovered, false)) return;
  std::vector<DocumentId> documents;
  for (const auto& [document, file] : state.files) documents.push_back(document);
  std::sort(documents.begin(), documents.end());
  for (const DocumentId document : documents) {
    const File& file = state.files.at(document);
    turn.emit(DocumentAppeared{file.info});
    if (file.ready()) turn.emit(DocumentReady{document});
  }
  for (auto& [document, words] : std::exchange(state.misplaced, {})) {
    turn.emit(Refused{document, ErrorCode::corrupt,
                      "the journal was damaged, so that it is not known any more where some of your words belong",
                      std::move(words)});
  }
}

void land_stranded(Peer::State& state, DocumentId document, Turn& turn) {
  File& file = state.files.at(document);
  std::erase_if(state.stranded, [&](const journal::Asked& asked) {
    if (document_of(asked.request) != document) return false;
    const merge::Change change = exchange::to_merge(std::get<wire::FileEdit>(asked.request).change);
    if (change.replica == state.replica && file.text->apply({&change, 1})) {
      state.outbox.restore(asked.id, asked.request, {}, asked.revivals);
      keep_text(state, document);
      return true;
    }
    note_done(state, asked.id);
    turn.emit(Refused{document, ErrorCode::conflict, "this edit of yours has no place in the file any more",
                      words_of(asked.request)});
    return true;
  });
}

void drop_stranded(Peer::State& state, DocumentId document, Turn& turn) {
  std::erase_if(state.stranded, [&](const journal::Asked& asked) {
    if (document_of(asked.request) != document) return false;
    note_done(state, asked.id);
    turn.emit(Refused{document, ErrorCode::not_found, "the file of this edit is not in the session any more",
                      words_of(asked.request)});
    return true;
  });
}

void drop_homeless(Peer::State& state, Turn& turn) {
  std::set<DocumentId> missing;
  for (const journal::Asked& asked : state.stranded) {
    if (state.find(document_of(asked.request)) == nullptr) missing.insert(document_of(asked.request));
  }
  for (const DocumentId document : missing) drop_stranded(state, document, turn);
}

void forget_stranded(Peer::State& state, DocumentId document) {
  std::erase_if(state.stranded, [&](const journal::Asked& asked) {
    const bool of_it = document_of(asked.request) == document;
    if (of_it) note_done(state, asked.id);
    return of_it;
  });
}

}  // namespace tutti::peer
