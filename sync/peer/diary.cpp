#include "sync/peer/diary.hpp"

#include <algorithm>

#include "sync/exchange/convert.hpp"
#include "sync/peer/journal/frame.hpp"
#include "sync/peer/state.hpp"

namespace tutti::peer {

namespace {

constexpr std::size_t many_changes = 256;  ///< at once; the text is written whole instead

journal::FileLine line_of(const File& file) {
  const wire::DocumentInfo& info = file.info;
  return {info.document, info.path, file.hub_path, info.traits, file.on_hub, file.repair ? file.repair->spent : std::nullopt};
}

/// False: it is too large for a record.
bool put_text(const Peer::State& state, DocumentId document, std::string& out) {
  const File* file = state.find(document);
  journal::Text record{document, file->text->encode(merge::Parts::history_and_text, merge::Favour::speed)};
  if (record.bytes.size() + 64 > journal::max_body) return false;
  journal::put(out, record);
  return true;
}

bool has_text(const Request& request) {
  return std::holds_alternative<wire::FileEdit>(request) || std::holds_alternative<wire::FileCreate>(request);
}

/// What we have, and what we deleted and that is not safe. Anything else that was asked for is of files that somebody else
/// deleted after it was ordered; a process that goes on from here knows nothing of them.
std::set<DocumentId> ours(const Peer::State& state) {
  std::set<DocumentId> documents;
  for (const auto& [document, file] : state.files) documents.insert(document);
  for (const auto& [document, deleted] : state.deleted_here) documents.insert(document);
  state.outbox.each_from(0, [&](const Outbox::Entry& entry) {
    if (std::holds_alternative<wire::FileDelete>(entry.request)) documents.insert(document_of(entry.request));
  });
  return documents;
}

/// Edits in a former replica's name are not sent any more; the text has them.
bool is_to_be_sent(const Peer::State& state, const std::set<DocumentId>& documents, const Request& request) {
  if (has_text(request) && !documents.contains(document_of(request))) return false;
  const auto* edit = std::get_if<wire::FileEdit>(&request);
  return edit == nullptr || ReplicaId(edit->change.replica) == state.replica;
}

void put_text_gone(Diary& diary, DocumentId document) {
  const auto used = diary.used.find(document);
  journal::put(diary.out, journal::TextGone{document, used == diary.used.end() ? Seq() : used->second});
}

void put_file(Diary& diary, DocumentId document, const std::string& record) {
  std::string& known = diary.lines[document];
  if (known == record) return;
  known = record;
  diary.out += record;
}

void put_files(Peer::State& state) {
  Diary& diary = state.diary;
  for (const DocumentId document : std::exchange(diary.touched, {})) {
    if (const File* file = state.find(document)) {
      std::string record;
      journal::put(record, line_of(*file));
      put_file(diary, document, record);
    } else if (diary.lines.erase(document) > 0) {
      journal::put(diary.out, journal::FileGone{document});
      for (auto* set : {&diary.kept, &diary.due, &diary.open, &diary.in_step, &diary.loose}) set->erase(document);
      diary.disk.erase(document);
      diary.used.erase(document);
    }
  }
}

void put_texts(Peer::State& state) {
  Diary& diary = state.diary;
  for (const DocumentId document : std::exchange(diary.due, {})) {
    const File* file = state.find(document);
    if (file == nullptr || !file->ready() || !put_text(state, document, diary.out)) {
      diary.kept.erase(document);
      continue;
    }
    diary.in_step.erase(document);
  }
}

void put_ask(Diary& diary, const Outbox::Entry& entry) {
  journal::put(diary.out, journal::Ask{entry.id, entry.request, entry.typed});
  if (!entry.revivals.empty()) journal::put(diary.out, journal::Revives{entry.id, entry.revivals});
  diary.last_ask = std::max(diary.last_ask, entry.id);
  if (std::holds_alternative<wire::FileEdit>(entry.request) && !entry.typed) diary.in_step.erase(document_of(entry.request));
}

void put_asks(Peer::State& state) {
  Diary& diary = state.diary;
  const std::uint64_t first = diary.last_ask + 1;
  state.outbox.each_from(first, [&](const Outbox::Entry& entry) {
    if (has_text(entry.request)) keep_text(state, document_of(entry.request));
  });
  put_texts(state);
  state.outbox.each_from(first, [&](const Outbox::Entry& entry) { put_ask(diary, entry); });
}

void put_done(Peer::State& state) {
  auto gone = state.outbox.take_gone();
  if (gone.empty()) return;
  std::sort(gone.begin(), gone.end());
  journal::Done done;
  for (const auto& [id, document] : gone) {
    state.diary.loose.insert(document);
    if (!done.runs.empty() && done.runs.back().first + done.runs.back().second == id) {
      done.runs.back().second += 1;
    } else {
      done.runs.emplace_back(id, 1);
    }
  }
  journal::put(state.diary.out, done);
}

/// Texts that nobody here is at work on the hub has; they are not carried on.
void let_go(Peer::State& state) {
  Diary& diary = state.diary;
  if (state.link != Link::online) return;
  for (const DocumentId document : std::exchange(diary.loose, {})) {
    const File* file = state.find(document);
    const bool wanted = diary.open.contains(document) || state.outbox.count(document) > 0 || (file != nullptr && file->repair);
    if (wanted || diary.kept.erase(document) == 0) continue;
    diary.in_step.erase(document);
    diary.disk.erase(document);
    if (file != nullptr && file->ready()) diary.used[document] = file->text->next_seq(*state.replica);
    put_text_gone(diary, document);
  }
}

void put_given_up(Peer::State& state) {
  // After a restart nobody would know which files those are; then it is given up at once.
  const bool given_up = state.renew || !state.gone_with_names.empty();
  if (given_up && !std::exchange(state.diary.given_up, true)) journal::put(state.diary.out, journal::GivenUp{});
}

void hand_out(Peer::State& state, bool anew, Turn& turn) {
  Diary& diary = state.diary;
  if (diary.out.empty()) return;
  diary.number += 1;
  if (!diary.trouble.empty()) diary.on_the_way.clear();  // all of it will be written at once
  diary.on_the_way.emplace_back(diary.number, diary.last_ask);
  turn.emit(Journal{std::exchange(diary.out, {}), diary.number, anew});
}

journal::Head head_of(const Peer::State& state) {
  return {*state.diary.owner, *state.replica, state.key, state.own, state.outbox.next_id(), state.limits.document_chars};
}

// ---- all of it, for a new file

void put_all_files(Peer::State& state) {
  Diary& diary = state.diary;
  diary.lines.clear();
  for (const auto& [document, file] : state.files) {
    std::string record;
    journal::put(record, line_of(file));
    put_file(diary, document, record);
    if (!diary.kept.contains(document) && diary.used.contains(document)) put_text_gone(diary, document);
  }
  for (const auto& [document, deleted] : state.deleted_here) {
    journal::put(diary.out, journal::FileLine{document, deleted.info.path, deleted.info.path, deleted.info.traits, true, {}});
    journal::put(diary.out, journal::FileGone{document});
  }
}

void put_all_texts(Peer::State& state) {
  Diary& diary = state.diary;
  const std::set<DocumentId> in_step = diary.in_step;
  diary.due = diary.kept;
  put_texts(state);
  for (const DocumentId document : in_step) {
    if (!diary.kept.contains(document)) continue;
    journal::put(diary.out, journal::Mark{document, journal::Mark::Where::editor});
    diary.in_step.insert(document);
  }
  for (const auto& [document, text] : diary.disk) {
    if (diary.kept.contains(document)) journal::put(diary.out, journal::DiskText{document, text.str()});
  }
}

void put_again(Diary& diary, std::uint64_t id, const Request& request, bool in_editor,
               const std::vector<merge::Revival>& revivals) {
  journal::put(diary.out, journal::Ask{id, request, in_editor});
  if (!revivals.empty()) journal::put(diary.out, journal::Revives{id, revivals});
}

/// The texts have all edits among them, and so have the editors that have all of a text.
void put_all_asks(Peer::State& state) {
  Diary& diary = state.diary;
  const std::set<DocumentId> documents = ours(state);
  state.outbox.each_from(0, [&](const Outbox::Entry& entry) {
    if (!is_to_be_sent(state, documents, entry.request)) return;
    put_again(diary, entry.id, entry.request, diary.in_step.contains(document_of(entry.request)), entry.revivals);
    if (entry.number && std::holds_alternative<wire::FileRename>(entry.request))
      journal::put(diary.out, journal::Sent{entry.id, *entry.number});
    if (entry.noted) journal::put(diary.out, journal::Sent{entry.id, *entry.noted});
  });
  for (const journal::Asked& asked : state.stranded) put_again(diary, asked.id, asked.request, false, asked.revivals);
  diary.last_ask = state.outbox.next_id() - 1;
}

void put_everything(Peer::State& state) {
  Diary& diary = state.diary;
  diary.out = journal::preamble();
  journal::put(diary.out, head_of(state));
  diary.given_up = false;
  put_given_up(state);
  put_all_files(state);
  put_all_texts(state);
  journal::put(diary.out, head_of(state));  // once more, should one of the two be damaged
  put_all_asks(state);
}

}  // namespace

void keep_text(Peer::State& state, DocumentId document) {
  Diary& diary = state.diary;
  if (diary.owner && diary.kept.insert(document).second) diary.due.insert(document);
}

void keep_from_nothing(Peer::State& state, DocumentId document) {
  if (state.diary.owner && state.diary.kept.insert(document).second) journal::put(state.diary.out, journal::Text{document, {}});
}

void note_changes(Peer::State& state, DocumentId document, std::span<const merge::Change> changes) {
  Diary& diary = state.diary;
  if (!diary.kept.contains(document)) return;
  diary.in_step.erase(document);
  if (changes.size() > many_changes) diary.due.insert(document);
  if (diary.due.contains(document)) return;
  for (const merge::Change& change : changes) journal::put(diary.out, journal::Foreign{document, change});
}

void note_text(Peer::State& state, DocumentId document) {
  Diary& diary = state.diary;
  if (diary.open.contains(document)) keep_text(state, document);
  if (diary.kept.contains(document)) diary.due.insert(document);
}

void note_sent(Peer::State& state, const Outbox::Entry& entry) {
  if (state.diary.owner && std::holds_alternative<wire::FileRename>(entry.request))
    journal::put(state.diary.out, journal::Sent{entry.id, *entry.number});
}

void note_done(Peer::State& state, std::uint64_t id) {
  if (state.diary.owner) journal::put(state.diary.out, journal::Done{{{id, 1}}});
}

void note_mark(Peer::State& state, DocumentId document, journal::Mark::Where where) {
  Diary& diary = state.diary;
  if (!diary.kept.contains(document) || diary.due.contains(document)) return;
  if (where == journal::Mark::Where::editor && !diary.in_step.insert(document).second) return;
  if (where == journal::Mark::Where::disk) diary.disk[document] = state.find(document)->text->snapshot();
  journal::put(diary.out, journal::Mark{document, where});
}

void write_diary(Peer::State& state, Turn& turn) {
  Diary& diary = state.diary;
  if (!diary.owner) {
    static_cast<void>(state.outbox.take_gone());
    return;
  }
  if (!state.replica) return;
  if (diary.anew) return write_anew(state, turn);
  put_given_up(state);
  put_files(state);
  put_asks(state);
  put_done(state);
  let_go(state);
  hand_out(state, false, turn);
}

void write_anew(Peer::State& state, Turn& turn) {
  Diary& diary = state.diary;
  if (!diary.owner || !state.replica) return;
  diary.anew = false;
  put_files(state);
  static_cast<void>(state.outbox.take_gone());
  state.outbox.each_from(0, [&](const Outbox::Entry& entry) {
    if (has_text(entry.request)) keep_text(state, document_of(entry.request));
  });
  put_everything(state);
  hand_out(state, true, turn);
}

void take_journalled(Peer::State& state, std::uint64_t number) {
  Diary& diary = state.diary;
  diary.trouble.clear();
  while (!diary.on_the_way.empty() && diary.on_the_way.front().first <= number) {
    diary.safe_ask = std::max(diary.safe_ask, diary.on_the_way.front().second);
    diary.on_the_way.pop_front();
  }
}

std::size_t in_memory(const Peer::State& state) {
  if (!state.diary.owner) return 0;
  std::size_t count = 0;
  state.outbox.each_from(state.diary.safe_ask + 1, [&](const Outbox::Entry&) { ++count; });
  return count;
}

}  // namespace tutti::peer
