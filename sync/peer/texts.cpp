#include <algorithm>
#include <span>
#include <utility>

#include "protocol/base/planted.hpp"
#include "sync/exchange/check.hpp"
#include "sync/exchange/convert.hpp"
#include "sync/peer/remake.hpp"
#include "sync/peer/state.hpp"

// The hub answers a fetch on the one ordered stream: what it held at that moment (edits, or the whole history in parts), then
// `fetched`, then whatever happens later. So an edit that does not fit before `fetched` is contained in the answer, and one
// that does not fit at any other time means that something was missed.
//
//     first fetch, or far behind ─▶ the text and its newest events        the person sees it and writes in it
//     an edit from before that text, an undo across it, a repair,
//     whoever looks back                                         ─▶ want_past ─▶ the whole history ─▶ Document::take_past
//
// The past comes behind the text that is here, which stays as it is, with every place in it.

namespace tutti::peer {

namespace {

/// `words` go with the first, where the changes themselves do not say what was written.
void send_changes(Peer::State& state, DocumentId document, const std::vector<merge::Change>& changes,
                  const std::vector<merge::Revival>& revivals, std::string words = {}, bool typed = false) {
  for (const merge::Change& change : changes) {
    wire::FileEdit edit;
    edit.document = document;
    edit.change = exchange::to_wire(change);
    state.outbox.push(std::move(edit), std::exchange(words, {}), typed, merge::revivals_by(change, revivals));
  }
}

/// Of what builds its tables from nothing: they double as they grow, which takes as long again as filling them.
std::uint64_t building_work(const Peer::State& state) {
  return state.config.step_work / 2;
}

/// What a text has that the other has not.
std::string words_gone(const text::Snapshot& from, const text::Delta& delta) {
  std::string words;
  text::Chars at;
  for (const text::Step& step : delta.steps()) {
    if (const auto* kept = std::get_if<text::Retain>(&step)) at += kept->count.value;
    const auto* gone = std::get_if<text::Erase>(&step);
    if (gone == nullptr) continue;
    if (!words.empty()) words += '\n';
    words += from.str(at, at + gone->count.value);
    at += gone->count.value;
  }
  return words;
}

/// False where a copy held other events under the names of others than the hub does.
bool comes_to(const text::Snapshot& shown, const text::Delta& delta, const text::Rope& hub) {
  text::Rope text(shown.str());
  if (delta.reach() > text.size()) return false;
  text::apply(text, delta);
  return text.hash() == hub.hash();
}

/// Of a text that had gone astray what its events say is not to be believed: it becomes the hub's by what differs and nothing
/// else, and what it had more is the person's to keep.
void put_right(DocumentId document, File& file, const text::Snapshot& shown, const merge::Document& hub,
               Result<Repaired>& result, Turn& turn) {
  file.diverged = false;
  text::Delta delta = text::diff(shown.str(), hub.text().str());
  turn.emit(Refused{document, ErrorCode::corrupt, "this copy had gone astray from the hub's and was put right",
                    words_gone(shown, delta)});
  if (result) result->shown = std::move(delta);
}

void finish_repair(Peer::State& state, DocumentId document, File& file, std::unique_ptr<merge::Document> hub, Turn& turn) {
  Repair repair = std::move(*file.repair);
  file.repair.reset();
  if (std::exchange(file.inherited, false)) repair.words = words_lacking(*file.text, *hub, repair.spent, state.own);
  const text::Snapshot shown = file.text->snapshot();
  static_cast<void>(file.text->take_past(*hub));  // what went down with a former hub it does not have either
  Result<Repaired> result = make_again(*file.text, *hub, repair, state.own);
  if (file.diverged || (result && !comes_to(shown, result->shown, hub->text())))
    put_right(document, file, shown, *hub, result, turn);
  file.text = std::move(hub);
  file.incoming.clear();  // the hub's copy has it
  file.check.reset();
  note_text(state, document);
  state.diary.touched.insert(document);
  file.undo.clear();
  file.recent.clear();
  file.repaired = true;
  state.handback.drop(document, [&](const wire::FileEdit& edit) {
    return file.text->next_seq(ReplicaId(edit.change.replica)) > Seq(edit.change.seq);
  });
  if (result) {
    send_changes(state, document, result->changes, result->revivals, repair.words);
    if (!planted(Bug::repair_unseen)) show(document, file, {}, std::move(result->shown), std::nullopt, turn);
  } else {
    turn.emit(Refused{document, result.error().code, result.error().message, repair.words});
    show(document, file, {}, text::diff(shown.str(), file.text->text().str()), std::nullopt, turn);
  }
  file.recent.clear();
}

/// What the hub is asked to take, in a file that was deleted and is there again because the deletion went down with a hub: the
/// hub tells us nothing of it.
void take_own_in(const Peer::State& state, DocumentId document, merge::Document& text) {
  state.outbox.each_unordered_edit([&](const wire::FileEdit& edit) {
    if (edit.document != document) return;
    const merge::Change change = exchange::to_merge(edit.change);
    static_cast<void>(text.apply({&change, 1}));  // what it follows on may be lost: the hub will say so
  });
}

void first_text(Peer::State& state, DocumentId document, File& file, std::unique_ptr<merge::Document> copy, Turn& turn) {
  file.text = std::move(copy);
  file.undo.clear();
  take_own_in(state, document, *file.text);
  note_text(state, document);
  land_stranded(state, document, turn);
  turn.emit(DocumentReady{document});
  take_early_reports(state, document, turn);
}

/// What came is not what a hub sends; a new connection begins anew.
void give_up(const char* why, Turn& turn) {
  turn.emit(Hangup{why});
}

/// Nothing of ours stands in the text, or waits to be put into it.
bool may_be_replaced(const Peer::State& state, DocumentId document, const File& file) {
  return file.replaceable() && state.outbox.count(document) == 0 && !state.doubted.contains(document);
}

/// Edits of ours wait for this text, and may follow on any of its past.
bool is_awaited(const Peer::State& state, DocumentId document) {
  return state.outbox.unordered<wire::FileEdit>(document) ||
         std::any_of(state.stranded.begin(), state.stranded.end(),
                     [&](const journal::Asked& asked) { return document_of(asked.request) == document; });
}

/// Some of it; true when there is no more.
Result<bool> take_some_news(Peer::State& state, DocumentId document, File& file, Arrival& arrival, Turn& turn) {
  constexpr std::size_t step_changes = 1024;  // which are made in half a millisecond
  const Result<std::vector<merge::Change>> news = arrival.copy.since(arrival.known, step_changes);
  if (!news) return news.error();
  merge::add_to(arrival.known, *news);
  if (!news->empty()) receive(state, document, file, *news, std::nullopt, turn);
  return news->size() < step_changes;
}

void take_news(Peer::State& state, DocumentId document, File& file, merge::Document& copy, Turn& turn) {
  const Result<std::vector<merge::Change>> news = copy.since(file.known());
  if (!news) return give_up("the hub sent a file that cannot be read", turn);
  receive(state, document, file, *news, std::nullopt, turn);
}

/// What we hold of others' and the hub lost is handed back to it, and nobody sends it to us again.
bool holds_all_of(const merge::Document& copy, const merge::Document& mine) {
  const merge::Known known = mine.known();
  return std::all_of(known.begin(), known.end(), [&](const auto& each) { return copy.next_seq(each.first) >= each.second; });
}

/// So far behind that a newer text came instead of what was missing.
void replace_text(Peer::State& state, DocumentId document, File& file, merge::Document copy, Turn& turn) {
  if (!may_be_replaced(state, document, file) || !holds_all_of(copy, *file.text)) {
    file.fetch->again = true;
    return;
  }
  merge::Version before = file.text->version();
  text::Delta delta = text::diff(file.text->text().str(), copy.text().str());
  *file.text = std::move(copy);
  file.recent.clear();
  note_text(state, document);
  show(document, file, std::move(before), std::move(delta), std::nullopt, turn);
}

/// The history before the text is here, and with it what could not be taken in without it.
void take_past(Peer::State& state, DocumentId document, File& file, merge::Document& copy, Turn& turn) {
  if (!file.text->take_past(copy)) return begin_repair(state, document, std::nullopt, turn);
  note_text(state, document);
  take_news(state, document, file, copy, turn);
}

/// An edit that came while a whole copy was asked for. Before the copy's first frame it is in it.
void take_into_copy(const Peer::State& state, Fetching& fetch, const merge::Change& change, Turn& turn) {
  if (!fetch.copy) return;
  const Result<text::Delta> taken = fetch.copy->apply({&change, 1});
  if (taken) return;
  const bool needs_past = taken.error().code == ErrorCode::gap && !fetch.copy->has_past();
  fetch.again = fetch.again || needs_past;
  fetch.lacks_own = fetch.lacks_own || change.replica == state.replica;
  if (!needs_past) give_up("the hub sent an edit that does not fit", turn);
}

}  // namespace

merge::Limits merge_limits(const Peer::State& state) {
  merge::Limits limits;
  limits.insert_bytes = std::size_t{128} * 1024;  // so that a frame of the worst text, escaped sixfold, is below a megabyte
  if (state.limits.document_chars != 0) limits.document_chars = state.limits.document_chars;
  return limits;
}

void want(Peer::State& state, DocumentId document) {
  File* file = state.find(document);
  if (file == nullptr || file->fetch) return;
  file->followed = true;
  file->fetch.emplace();
  file->fetch->whole = !file->ready() || file->repair;
  file->fetch->past = file->ready() ? file->repair || !may_be_replaced(state, document, *file) : is_awaited(state, document);
  state.wanted.push_back(document);
}

void want_past(Peer::State& state, DocumentId document) {
  File* file = state.find(document);
  if (file == nullptr || !file->ready() || file->text->has_past()) return;
  if (file->fetch && file->fetch->asked) {
    file->fetch->again = file->fetch->again || !file->fetch->whole || !file->fetch->past;
    return;
  }
  want(state, document);
  if (file->fetch) file->fetch->whole = file->fetch->past = true;
}

void ask_for_texts(Peer::State& state, Turn& turn) {
  const std::size_t most = std::max<std::size_t>(1, state.limits.fetches);
  while (state.fetches < most && !state.wanted.empty()) {
    const DocumentId document = state.wanted.front();
    state.wanted.pop_front();
    File* file = state.find(document);
    if (file == nullptr || !file->fetch || file->fetch->asked) continue;
    if (!file->on_hub) {
      file->fetch.reset();
      continue;
    }
    file->fetch->asked = true;
    ++state.fetches;
    wire::Fetch fetch;
    fetch.document = document;
    if (!file->fetch->past) fetch.text = true;
    if (!file->fetch->whole) fetch.known = exchange::to_wire(file->known());
    for (auto& each : fetch.known) each.next += planted(Bug::fetch_claims_too_much) ? 1 : 0;
    turn.tell(fetch);
  }
}

void take_bulk(Peer::State& state, std::string_view frame, Turn& turn) {
  const Result<wire::HistoryPart> part = wire::decode_bulk(frame);
  if (!part) return give_up("the hub sent a part of a file that cannot be read", turn);
  File* file = state.find(part->document);
  if (file == nullptr || !file->fetch || !file->fetch->asked) return;
  if (file->arrives()) return give_up("the hub sent a file twice", turn);
  const Result<bool> complete = file->fetch->parts.add(*part);
  if (!complete) return give_up("the hub sent the parts of a file in disorder", turn);
  if (!*complete) return;
  merge::Limits limits = merge_limits(state);
  limits.insert_bytes = merge::Limits{}.insert_bytes;
  Result<merge::Document> copy = merge::Document::begin_open(file->fetch->parts.take(), limits);
  if (!copy) return give_up("the hub sent a file that cannot be read", turn);
  file->fetch->arrival = Arrival{std::move(*copy), false, {}, {}};
  open_further(state, part->document, *file, turn);
  if (!file->arrives()) return;
  state.behind.insert(part->document);
  state.go_on = turn.now;
}

namespace {

/// Some of what a copy has packed, where it will be asked for; true once that is done.
bool unfold_copy(const Peer::State& state, const File& file, const Arrival& arrival) {
  if (!file.ready() || !arrival.copy.has_past()) return true;
  if (!file.fetch->whole && file.text->has_past() && !arrival.copy.is_folded(file.known())) return true;
  const Result<bool> unfolded = arrival.copy.unfold_some(building_work(state));
  return !unfolded || *unfolded;  // of a damaged past it may be that nothing is needed
}

/// It is open. True when there is nothing more to be taken from it.
Result<bool> take_copy(Peer::State& state, DocumentId document, File& file, Arrival& arrival, Turn& turn) {
  if (file.fetch->whole) {
    file.fetch->copy = std::make_unique<merge::Document>(std::move(arrival.copy));
  } else if (file.repair && file.repair->spent) {
    return true;  // the whole copy is to come
  } else if (arrival.copy.has_past()) {
    if (!file.text->has_past() && file.text->take_past(arrival.copy)) note_text(state, document);
    arrival.known = file.known();
    return take_some_news(state, document, file, arrival, turn);
  } else {
    replace_text(state, document, file, std::move(arrival.copy), turn);
  }
  return true;
}

/// While others may stand under names of ours, what they did next would be placed by our events instead of theirs. Nothing is
/// missed: it is in the answer to the fetch that brings theirs.
bool may_mistake(const Peer::State& state, const File& file, const wire::FileEdit& message) {
  return (file.repair && file.repair->spent) || (message.position && state.doubted.contains(message.document));
}

constexpr std::size_t behind_most = 1U << 16U;  ///< messages behind an arrival; more than that, and it is finished at once

/// `later`: what the person is told in this step is of the text without it.
void place_edit(Peer::State& state, File& file, wire::FileEdit message, bool later, Turn& turn) {
  const bool mistaken = may_mistake(state, file, message);
  merge::Change change = exchange::to_merge(std::move(message.change));
  if (file.fetch && file.fetch->whole) {
    take_into_copy(state, *file.fetch, change, turn);
  } else if (file.ready() && !mistaken && later) {
    receive_later(state, message.document, file, std::move(change), message.participant, turn);
  } else if (file.ready() && !mistaken) {
    receive(state, message.document, file, {&change, 1}, message.participant, turn);
  }
}

/// What came behind it, as if it came now.
void take_behind(Peer::State& state, File& file, Arrival arrival, Turn& turn) {
  bool over = false;
  for (auto& each : arrival.behind) {
    if (auto* edit = std::get_if<wire::FileEdit>(&each)) {
      place_edit(state, file, std::move(*edit), over, turn);
    } else if (const auto* check = std::get_if<wire::TextCheck>(&each)) {
      take_check(state, *check, turn);
    } else {
      take_fetched(state, std::get<wire::Fetched>(each), turn);
      over = true;
    }
  }
}

}  // namespace

void open_further(Peer::State& state, DocumentId document, File& file, Turn& turn) {
  Arrival& arrival = *file.fetch->arrival;
  Result<bool> done = false;
  if (arrival.opened) {
    done = take_some_news(state, document, file, arrival, turn);
  } else {
    done = arrival.copy.open_some(building_work(state));
    arrival.opened = done && *done && unfold_copy(state, file, arrival);
    if (done) done = arrival.opened ? take_copy(state, document, file, arrival, turn) : false;
  }
  if (done && !*done) return;
  Arrival over = *std::exchange(file.fetch->arrival, std::nullopt);
  if (!done) return give_up("the hub sent a file that cannot be read", turn);
  take_behind(state, file, std::move(over), turn);
}

namespace {

/// Once more, and with the history: a text alone was not enough.
void want_more(Peer::State& state, DocumentId document, const File& file) {
  if (!file.text->has_past()) return want_past(state, document);
  want(state, document);
  if (File* wanting = state.find(document); wanting->fetch && !wanting->fetch->asked) wanting->fetch->past = true;
}

}  // namespace

void take_fetched(Peer::State& state, const wire::Fetched& message, Turn& turn) {
  File* file = state.find(message.document);
  if (file == nullptr || !file->fetch || !file->fetch->asked) return;
  if (file->arrives()) {
    file->fetch->arrival->behind.emplace_back(message);
    return;
  }
  state.fetches -= 1;
  if (state.doubted.erase(message.document) > 0) take_all_in(state, message.document, *file, turn);
  Fetching fetch = std::move(*file->fetch);
  file->fetch.reset();
  if (!fetch.copy) fetch.copy = std::make_unique<merge::Document>(merge_limits(state));
  if (file->repair && state.renew) {
    // What is made again needs names of another replica. What was refused since bears those of the text that is here.
  } else if (file->repair && fetch.whole && fetch.past) {
    finish_repair(state, message.document, *file, std::move(fetch.copy), turn);
  } else if (file->repair) {
    want(state, message.document);
  } else if (fetch.whole && !file->ready() && fetch.lacks_own) {
    want(state, message.document);
    file->fetch->past = true;
  } else if (fetch.whole && !file->ready()) {
    first_text(state, message.document, *file, std::move(fetch.copy), turn);
  } else if (fetch.whole) {
    take_past(state, message.document, *file, *fetch.copy, turn);
  }
  if (message.check) take_check(state, *message.check, turn);
  if (fetch.again && file->ready()) want_more(state, message.document, *file);
}

void take_check(Peer::State& state, const wire::TextCheck& check, Turn& turn) {
  constexpr unsigned most_divergences = 5;  // beyond that fetching it again is no help
  File* file = state.find(check.document);
  if (file != nullptr && file->arrives()) {
    file->fetch->arrival->behind.emplace_back(check);
    return;
  }
  if (file == nullptr || !file->ready() || file->fetch || file->repair) return;
  if (!file->incoming.empty()) {
    file->check = check;
    return;
  }
  if (exchange::hash_of(file->text->known()) != check.events) return;  // one of us has heard more
  if (exchange::hash_of(*file->text) == check.text) {
    file->divergences = 0;
    file->diverged = false;
    return;
  }
  file->diverged = true;
  if (++file->divergences <= most_divergences) begin_repair(state, check.document, std::nullopt, turn);
}

void take_edit(Peer::State& state, wire::FileEdit message, Turn& turn) {
  File* file = state.find(message.document);
  if (file == nullptr) return;
  if (ReplicaId(message.change.replica) != state.replica) state.handback.keep(message);
  while (file->arrives() && file->fetch->arrival->behind.size() >= behind_most)
    open_further(state, message.document, *file, turn);
  if (file->arrives()) {
    file->fetch->arrival->behind.emplace_back(std::move(message));
  } else {
    place_edit(state, *file, std::move(message), false, turn);
  }
}

namespace {

/// From which of our events on the hub may have others under the same names.
void note_spent(const Peer::State& state, DocumentId document, Repair& repair) {
  state.outbox.each_unordered_edit([&](const wire::FileEdit& edit) {
    if (edit.document != document) return;
    repair.note_spent({ReplicaId(edit.change.replica), Seq(edit.change.seq)});
  });
}

}  // namespace

namespace {

void take_along(Repair& repair, const Outbox::Spoilt& spoilt) {
  repair.words += spoilt.words;
  repair.revivals.insert(repair.revivals.end(), spoilt.revivals.begin(), spoilt.revivals.end());
}

}  // namespace

void mark_for_repair(Peer::State& state, DocumentId document, Turn& turn) {
  File* file = state.find(document);
  if (file == nullptr || !file->ready()) return;
  if (!file->repair) file->repair.emplace();
  state.diary.touched.insert(document);
  note_spent(state, document, *file->repair);
  if (!planted(Bug::spoilt_sent_again)) take_along(*file->repair, state.outbox.spoil_edits(document));
  if (state.renew) return;  // once there is another replica
  if (!file->on_hub) {
    finish_repair(state, document, *file, std::make_unique<merge::Document>(merge_limits(state)), turn);
    return;
  }
  if (file->fetch && !file->fetch->asked) file->fetch->whole = file->fetch->past = true;
  want(state, document);
}

void begin_repair(Peer::State& state, DocumentId document, std::optional<merge::Change> refused, Turn& turn) {
  state.renew |= refused.has_value();  // others may know the name, also where the text is not here any more
  File* file = state.find(document);
  if (file == nullptr || !file->ready()) return;
  if (!file->repair) file->repair.emplace();
  state.outbox.each_unordered_edit([&](const wire::FileEdit& edit) { state.renew |= edit.document == document; });
  if (refused) {
    file->repair->note_spent({refused->replica, refused->seq});
    file->repair->refused.push_back(std::move(*refused));
  }
  mark_for_repair(state, document, turn);
}

void name_anew(Peer::State& state, const wire::FileEdit& edit, Turn& turn) {
  state.renew = true;
  File* file = state.find(edit.document);
  if (file == nullptr || !file->ready()) return;
  if (!file->repair) file->repair.emplace();
  file->repair->note_spent({ReplicaId(edit.change.replica), Seq(edit.change.seq)});
  file->repair->words += words_of({exchange::to_merge(edit.change)});
  mark_for_repair(state, edit.document, turn);
}

namespace {

/// Whether this person may edit the file now.
tutti::Status may_edit(const Peer::State& state, const File* file, std::uint64_t bytes) {
  if (file == nullptr) return error(ErrorCode::not_found, "this file is not in the session");
  if (!file->ready() || !state.replica) return error(ErrorCode::unavailable, "the text of this file is not here yet");
  if (state.self && state.self->role == wire::Role::viewer)
    return error(ErrorCode::denied, "you may read this session, not edit it");
  if (state.outbox.bytes() + bytes > state.config.outbox_bytes) {
    return error(ErrorCode::limit, "too much work waits for the hub; it has to come back first");
  }
  return {};
}

/// Own changes, which the text has already: cursors ride on them, and the hub gets them.
void send_own(Peer::State& state, DocumentId document, File& file, merge::Version before, const merge::UndoStack::Done& own,
              bool typed, Turn& turn) {
  carry_cursors(file, std::move(before), own.delta);
  if (!file.repair) {
    file.repaired = false;
    send_changes(state, document, own.changes, own.revivals, {}, typed);
  } else {
    take_along(*file.repair, {words_of(own.changes), own.revivals});
    keep_text(state, document);
    note_changes(state, document, own.changes);
  }
  flush(state, turn);
}

}  // namespace

tutti::Status edit_text(Peer::State& state, DocumentId document, const text::Delta& delta, By by, Turn& turn) {
  File* file = state.find(document);
  if (tutti::Status may = may_edit(state, file, delta.inserted().value); !may) return may;
  if (delta.is_noop()) return {};
  merge::Version before = file->text->version();
  Result<std::vector<merge::Change>> changes = file->text->edit(*state.replica, delta);
  if (!changes) return changes.error();
  if (by == By::formatter) file->undo.end_group();
  if (by != By::tool) file->undo.note(*file->text, *changes, turn.now);
  if (by == By::formatter) file->undo.end_group();
  send_own(state, document, *file, std::move(before), {std::move(*changes), delta, {}}, by != By::tool, turn);
  return {};
}

namespace {

/// What came of an undo or redo: to others as well.
Result<text::Delta> hand_on(Peer::State& state, DocumentId document, File& file, merge::Version before,
                            Result<merge::UndoStack::Done> done, Turn& turn) {
  if (!done && done.error().code == ErrorCode::gap) {
    want_past(state, document);
    return error(ErrorCode::unavailable, "the history that this needs is on its way; try again in a moment");
  }
  if (!done) return done.error();
  if (!done->changes.empty()) send_own(state, document, file, std::move(before), *done, false, turn);
  return std::move(done->delta);
}

}  // namespace

Result<text::Delta> turn_back(Peer::State& state, DocumentId document, TurnBack which, Turn& turn) {
  File* file = state.find(document);
  if (tutti::Status may = may_edit(state, file, 0); !may) return may.error();
  merge::Version before = file->text->version();
  auto done = (file->undo.*which)(*file->text, *state.replica, building_work(state));
  if (file->undo.waits()) {
    state.behind.insert(document);
    state.go_on = turn.now;
  }
  return hand_on(state, document, *file, std::move(before), std::move(done), turn);
}

void turn_further_back(Peer::State& state, DocumentId document, File& file, Turn& turn) {
  tutti::Status may = may_edit(state, &file, 0);
  if (!may) file.undo.give_up();
  merge::Version before = file.text->version();
  auto done = may ? file.undo.go_on(*file.text, *state.replica, building_work(state)) : may.error();
  Result<text::Delta> delta = hand_on(state, document, file, std::move(before), std::move(done), turn);
  if (!delta) {
    turn.emit(Refused{document, delta.error().code, delta.error().message, {}});
  } else if (!delta->is_noop()) {
    turn.emit(RemoteEdit{document, std::move(*delta), std::nullopt, true});
  }
}

}  // namespace tutti::peer
