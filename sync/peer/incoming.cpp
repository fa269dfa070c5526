#include <algorithm>
#include <utility>

#include "protocol/base/planted.hpp"
#include "sync/peer/state.hpp"

// What others did while this participant was away can be as much as days of work, and merging it with days of own work takes
// longer than a loop may be held. So changes that are here and not in the text yet wait in the file, in their order, and each
// step takes in as many as it has time for. Nobody has to know: a text that lacks some of what was sent is one to which it was
// sent a little later. An undo that has to look back at much goes the same way, and first.

namespace tutti::peer {

namespace {

constexpr std::uint64_t all_work = ~std::uint64_t{0};
constexpr std::size_t step_changes = 256;         ///< that are shown as one
constexpr std::size_t incoming_most = 1U << 20U;  ///< beyond that, no more are let in before these are through

/// Changes of one author that are shown as one, while they are taken in.
struct Batch {
  std::optional<ParticipantId> author;
  merge::Version version;  ///< before them
  std::vector<merge::Change> changes;
  text::Delta delta;  ///< what they did
};

void finish(Peer::State& state, DocumentId document, File& file, Batch batch, Turn& turn) {
  note_changes(state, document, batch.changes);
  show(document, file, std::move(batch.version), std::move(batch.delta), batch.author, turn);
}

void take_misfit(Peer::State& state, DocumentId document, const File& file, ErrorCode why, Turn& turn) {
  if (why != ErrorCode::gap) {
    begin_repair(state, document, std::nullopt, turn);
  } else if (!file.text->has_past()) {
    want_past(state, document);
  } else if (!file.fetch || !file.fetch->asked) {
    want(state, document);
  }
}

/// What a bad piece of memory makes of a change of somebody else's.
void spoil(merge::Change& change) {
  std::string& words = change.patches.back().insert;
  const bool plain = !words.empty() && words.back() > 0 && words.back() != '>';  // one byte, and no end of a token
  if (plain && change.seq.value % 3 == 0) words.back() = '~';
}

/// The next one, which is ready. Says what is wrong with it.
tutti::Status take_one_in(File& file, Batch& batch, Instant now) {
  batch.changes.push_back(std::move(file.incoming.front().change));
  file.incoming.pop_front();
  if (planted(Bug::copy_spoilt)) spoil(batch.changes.back());
  const std::span<const merge::Change> change(&batch.changes.back(), 1);
  Result<text::Delta> delta = file.text->apply(change);
  if (!delta) {
    batch.changes.pop_back();
    return delta.error();
  }
  if (planted(Bug::undo_of_anyone)) file.undo.note(*file.text, change, now);
  if (planted(Bug::edit_unseen) && delta->inserted().value > 20) return {};
  batch.delta = batch.delta.is_noop() ? std::move(*delta) : text::compose(batch.delta, *delta);
  return {};
}

/// As many as are no more than about `work`, and may be shown as one. While others may stand under names of ours, none: what
/// they did next would be placed by our events instead of theirs, and the whole copy that is to come has it.
void take_some_in(Peer::State& state, DocumentId document, File& file, std::uint64_t work, Turn& turn) {
  if (file.repair && file.repair->spent) {
    file.incoming.clear();
    file.check.reset();
    return;
  }
  const std::uint64_t before = file.text->work();
  Batch batch{file.incoming.front().author, file.text->version(), {}, {}};
  while (!file.incoming.empty() && file.incoming.front().author == batch.author && batch.changes.size() < step_changes) {
    const std::uint64_t done = file.text->work() - before;
    if (done > work) break;
    const Result<bool> ready = file.text->prepare(file.incoming.front().change, work - done);
    if (ready && !*ready) break;
    if (const tutti::Status taken = take_one_in(file, batch, turn.now); !taken) {
      finish(state, document, file, std::move(batch), turn);
      take_misfit(state, document, file, taken.error().code, turn);
      return;
    }
  }
  finish(state, document, file, std::move(batch), turn);
}

void note_waiting(Peer::State& state, DocumentId document, File& file, Turn& turn) {
  if (file.incoming.empty() && !file.undo.waits() && !file.arrives()) {
    state.behind.erase(document);
  } else {
    state.behind.insert(document);
  }
  state.go_on = state.behind.empty() ? std::nullopt : std::optional(turn.now);
  if (!file.incoming.empty() || !file.check) return;
  const wire::TextCheck check = *std::exchange(file.check, std::nullopt);
  take_check(state, check, turn);
}

}  // namespace

void show(DocumentId document, File& file, merge::Version before, text::Delta delta, std::optional<ParticipantId> author,
          Turn& turn) {
  carry_cursors(file, std::move(before), delta);
  if (!delta.is_noop()) turn.emit(RemoteEdit{document, std::move(delta), author});
}

void receive(Peer::State& state, DocumentId document, File& file, std::span<const merge::Change> changes,
             std::optional<ParticipantId> author, Turn& turn) {
  if (file.incoming.size() + changes.size() > incoming_most) take_all_in(state, document, file, turn);
  const bool waits = !file.incoming.empty();
  for (const merge::Change& change : changes) file.incoming.push_back({change, author});
  if (waits || file.incoming.empty()) return;
  take_some_in(state, document, file, state.config.step_work, turn);
  note_waiting(state, document, file, turn);
}

void receive_later(Peer::State& state, DocumentId document, File& file, merge::Change change,
                   std::optional<ParticipantId> author, Turn& turn) {
  file.incoming.push_back({std::move(change), author});
  note_waiting(state, document, file, turn);
}

void take_more_in(Peer::State& state, Turn& turn) {
  if (!state.go_on || *state.go_on > turn.now) return;
  const DocumentId document = *state.behind.begin();
  File* file = state.find(document);
  if (file == nullptr) {
    state.behind.erase(document);
    state.go_on = state.behind.empty() ? std::nullopt : state.go_on;
    return;
  }
  if (file->undo.waits()) {
    turn_further_back(state, document, *file, turn);
  } else if (file->incoming.empty() && file->arrives()) {
    open_further(state, document, *file, turn);
  } else if (!file->incoming.empty()) {
    take_some_in(state, document, *file, state.config.step_work, turn);
  }
  note_waiting(state, document, *file, turn);
}

void take_all_in(Peer::State& state, DocumentId document, File& file, Turn& turn) {
  if (file.incoming.empty()) return;
  while (!file.incoming.empty()) take_some_in(state, document, file, all_work, turn);
  note_waiting(state, document, file, turn);
}

}  // namespace tutti::peer
