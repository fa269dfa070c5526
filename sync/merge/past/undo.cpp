#include "sync/merge/past/undo.hpp"

#include <algorithm>
#include <utility>

#include "protocol/base/utf.hpp"
#include "sync/merge/log/log.hpp"

// Undo of one's own work.
//
// Edits of one kind that follow each other without a pause are a group. A group goes back and forth: its steps are the edit
// itself, then what undid it, then what redid it, and so on; each step is events of ours in the history, like any others.
//
//     group 1   ██ typed                                   ░░ undo
//     group 2        ██ erased   ░░ undo  ░░ redo  ░░ undo
//               ─────────────────────────────────────────────▶ history, with others' events in between
//
// To turn a group over, the text is asked for that the groups *mean*: of a group that stands only the edit itself counts, of an
// undone one nothing does, and no undo or redo counts at all (takeback.cpp says how such a text is found). Of the answer only
// what concerns the characters of this group is done. So an undo finds its characters whatever came after, also those that a
// later group erased and an undo brought back as copies; redo restores what was there; and what is not ours does not move.
//
// The walk begins before the group that is turned. Of an older group only the last steps may be in the walk; two of them cancel
// each other, and where their number is odd the first is taken as it is. The beginning of the walk must not cut a step in two,
// and is moved back where it would.
//
// An edit after an undo ends redo: groups that are undone then are *gone*. They are still known, since older groups may be
// turned over across them. A group of which nothing is left to take back is passed over: nobody would see anything happen.
//
// Where much was written since, looking back at it takes several steps, and people write on. So what is asked for stands in a
// line, and is done as if everything had waited for it:
//
//     asked     undo ──────── redo            of the groups that there were: 1 and 2; of 1, 2 and 3
//     written         3
//     done                          undo 2, then (3 came after it) no redo of 2 any more, then redo: nothing
//
// The text to which it is done is the newest one all the same, so that what was typed meanwhile stays, and where it is.

namespace tutti::merge {

namespace {

constexpr std::size_t kMostPassed = 64;  ///< groups passed over at one go

void join_or_add(std::vector<LvRange>& ranges, LvRange range) {
  if (!ranges.empty() && ranges.back().end == range.begin) {
    ranges.back().end = range.end;
  } else {
    ranges.push_back(range);
  }
}

void join_or_add(std::vector<CopyRun>& runs, Lv copy, Lv erased) {
  if (!runs.empty() && runs.back().copy + runs.back().count == copy) {
    CopyRun& run = runs.back();
    const bool up = erased == run.erased + run.count;
    const bool down = erased + run.count == run.erased;
    if ((up && !run.backward) || (down && (run.backward || run.count == 1))) {
      run.backward = down;
      ++run.count;
      return;
    }
  }
  runs.push_back({copy, erased, 1, false});
}

UndoStack::Done later() {
  UndoStack::Done done;
  done.later = true;
  return done;
}

}  // namespace

// ---- groups

UndoStack::Kind UndoStack::kind_of(std::span<const Change> changes) {
  bool inserts = false;
  bool erases = false;
  for (const Change& change : changes) {
    for (const Patch& patch : change.patches) {
      inserts = inserts || !patch.insert.empty();
      erases = erases || patch.erase.value > 0;
    }
  }
  if (inserts == erases) return Kind::other;
  return inserts ? Kind::insert : Kind::erase;
}

void UndoStack::add_events(Step& step, const Log& log, std::span<const Change> changes) {
  for (const Change& change : changes) {
    const Lv first = *log.agents.lv_of({change.replica, change.seq});  // made here, so it is one range
    join_or_add(step.events, {first, first + static_cast<Lv>(event_count(change))});
  }
}

/// The characters that the changes insert, in order, are copies of those that the events `revived` had erased.
void UndoStack::add_copies(Step& step, const Log& log, std::span<const Change> changes, const std::vector<Lv>& revived) {
  auto erased = revived.begin();
  for (const Change& change : changes) {
    Lv at = *log.agents.lv_of({change.replica, change.seq});
    for (const Patch& patch : change.patches) {
      at += static_cast<Lv>(patch.erase.value);
      for (std::uint64_t n = utf8::count_chars(patch.insert); n > 0; --n) join_or_add(step.copies, at++, *erased++);
    }
  }
}

std::vector<Revival> UndoStack::names_of(const Log& log, const std::vector<CopyRun>& copies) {
  std::vector<Revival> revivals;
  for (const CopyRun& run : copies) {
    for (std::uint32_t i = 0; i < run.count; ++i) {
      const Lv erased = run.backward ? run.erased - i : run.erased + i;
      append(revivals, {log.agents.name_of(run.copy + i), log.agents.name_of(erased), 1});
    }
  }
  return revivals;
}

bool UndoStack::joins(Kind kind, Instant now) const {
  if (!open_ || kind != kind_ || kind == Kind::other || now - last_ >= kPauseMs) return false;
  std::uint64_t size = 0;
  for (const LvRange& range : groups_.back().steps.front().events) size += range.end - range.begin;
  return size < kGroupEvents;
}

void UndoStack::note(const Document& document, std::span<const Change> changes, Instant now) {
  if (changes.empty()) return;
  if (!waits()) walk_.reset();
  const Kind kind = kind_of(changes);
  if (!joins(kind, now)) {
    if (!waits()) forget_redo();
    groups_.emplace_back().steps.emplace_back();
  }
  add_events(groups_.back().steps.front(), document.log(), changes);
  open_ = true;
  kind_ = kind;
  last_ = now;
  keep_bounds();
}

void UndoStack::forget_redo() {
  for (Group& group : groups_) {
    if (group.standing == Standing::undone) group.standing = Standing::gone;
  }
}

bool UndoStack::reaches_before(Lv lv) const {
  return std::any_of(groups_.begin(), groups_.end(),
                     [&](const Group& group) { return group.steps.front().events.front().begin < lv; });
}

void UndoStack::keep_bounds() {
  std::size_t steps = 0;
  std::size_t pieces = 0;
  std::size_t kept = 0;
  for (; kept < groups_.size() && kept < kMostGroups; ++kept) {
    const Group& group = groups_[groups_.size() - 1 - kept];
    steps += group.steps.size();
    for (const Step& step : group.steps) pieces += step.events.size() + step.copies.size();
    if (steps > kMostSteps || pieces > kMostPieces) break;
  }
  forgotten_ += groups_.size() - kept;
  groups_.erase(groups_.begin(), groups_.end() - static_cast<std::ptrdiff_t>(kept));
  if (groups_.empty()) open_ = false;
}

void UndoStack::clear() {
  forgotten_ = end();
  groups_.clear();
  asked_.clear();
  walk_.reset();
  open_ = false;
}

// ---- undo and redo

Result<UndoStack::Done> UndoStack::undo(Document& document, ReplicaId author, std::uint64_t steps) {
  return ask(Standing::done, document, author, steps);
}

Result<UndoStack::Done> UndoStack::redo(Document& document, ReplicaId author, std::uint64_t steps) {
  return ask(Standing::undone, document, author, steps);
}

Result<UndoStack::Done> UndoStack::ask(Standing from, Document& document, ReplicaId author, std::uint64_t steps) {
  if (asked_.size() == kMostAsked) return error(ErrorCode::limit, "too many undos wait for their turn");
  open_ = false;
  asked_.push_back({from, end()});
  if (asked_.size() > 1) return later();
  return go_on(document, author, steps);
}

Result<UndoStack::Done> UndoStack::go_on(Document& document, ReplicaId author, std::uint64_t steps) {
  if (!waits()) return Done{};
  Result<Done> done = flip_one(asked_.front(), document, author, steps);
  if (!done || !done->later) end_first();
  return done;
}

/// What was written since it was asked for, and before the next was, ends redo now.
void UndoStack::end_first() {
  const Asked first = asked_.front();
  asked_.pop_front();
  if ((waits() ? asked_.front().end : end()) > first.end) forget_redo();
}

Result<UndoStack::Done> UndoStack::flip_one(Asked asked, Document& document, ReplicaId author, std::uint64_t steps) {
  for (std::size_t passed = 0; passed < kMostPassed; ++passed, steps /= 2) {  // twice `steps` in all
    Group* const group = next(asked);
    if (group == nullptr) break;
    const Result<bool> ready = look_back(*group, document, steps);
    if (!ready) return ready.error();
    if (!*ready) return later();
    Result<Done> done = flip(*group, document, author);
    if (!done || !done->changes.empty()) return done;
  }
  return Done{};
}

Result<bool> UndoStack::look_back(const Group& group, Document& document, std::uint64_t steps) {
  if (reaches_before(document.log().folded())) {
    const Result<bool> whole = document.unfold_some(steps);
    if (!whole || !*whole) return whole;
  }
  const Log& log = document.log();
  const Lv base = base_for(group, log);
  if (Status may = may_look_back(log, base); !may) return may.error();
  if (!walk_ || !walk_->fits(log, base)) walk_ = std::make_unique<PastWalk>(log, base);
  return walk_->go_on(log, steps);
}

/// The newest group that stands, or the oldest that is undone: all undone ones are newer than those that stand.
UndoStack::Group* UndoStack::next(Asked asked) {
  const auto is = [&](const Group& group) { return group.standing == asked.from; };
  const auto end = groups_.begin() + static_cast<std::ptrdiff_t>(std::max(asked.end, forgotten_) - forgotten_);
  if (asked.from == Standing::done) {
    const auto newest = std::find_if(std::reverse_iterator(end), groups_.rend(), is);
    return newest == groups_.rend() ? nullptr : &*newest;
  }
  const auto oldest = std::find_if(groups_.begin(), end, is);
  return oldest == end ? nullptr : &*oldest;
}

Result<UndoStack::Done> UndoStack::flip(Group& group, Document& document, ReplicaId author) {
  const auto walk = std::exchange(walk_, nullptr);
  Result<TakenBack> answer = take_back(document.log(), plan(group, document.log()), text_at(document), walk->take());
  if (!answer) return answer.error();
  Done done;
  if (!answer->delta.is_noop()) {
    Result<std::vector<Change>> changes = document.edit(author, answer->delta);
    if (!changes) return changes.error();
    done.changes = std::move(*changes);
    done.delta = std::move(answer->delta);
  }
  Step& step = group.steps.emplace_back();
  add_events(step, document.log(), done.changes);
  add_copies(step, document.log(), done.changes, answer->revived);
  done.revivals = names_of(document.log(), step.copies);
  group.standing = group.standing == Standing::done ? Standing::undone : Standing::done;
  keep_bounds();
  return done;
}

Lv UndoStack::base_for(const Group& group, const Log& log) const {
  Lv base = log.graph.critical_before(group.steps.front().events.front().begin);
  for (bool moved = true; moved;) {
    moved = false;
    for (const Group& each : groups_) {
      for (const Step& step : each.steps) {
        if (base == kNoLv || step.events.empty()) continue;
        if (step.events.front().begin > base || step.events.back().end <= base + 1) continue;
        base = log.graph.critical_before(step.events.front().begin);
        moved = true;
      }
    }
  }
  return base;
}

Takeback UndoStack::plan(const Group& group, const Log& log) const {
  Takeback what;
  what.base = base_for(group, log);
  what.touched = group.steps.front().events;
  for (const Group& each : groups_) {
    const auto in_walk = [&](const Step& step) {
      return !step.events.empty() && (what.base == kNoLv || step.events.front().begin > what.base);
    };
    auto step = std::find_if(each.steps.begin(), each.steps.end(), in_walk);
    const bool odd = (each.steps.end() - step) % 2 == 1;
    const bool keeps_first = &each == &group ? group.standing != Standing::done : odd;
    if (step != each.steps.end() && keeps_first) {
      what.kept.insert(what.kept.end(), step->events.begin(), step->events.end());
      ++step;
    }
    for (; step != each.steps.end(); ++step) {
      what.ignored.insert(what.ignored.end(), step->events.begin(), step->events.end());
      what.copies.insert(what.copies.end(), step->copies.begin(), step->copies.end());
    }
  }
  std::sort(what.copies.begin(), what.copies.end(), [](const CopyRun& a, const CopyRun& b) { return a.copy < b.copy; });
  return what;
}

}  // namespace tutti::merge
