// What is decided: which part of what was told is the edit in flight, and which is the person's.
#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "lsp-server/link/final_newline.hpp"
#include "lsp-server/link/rebase.hpp"
#include "lsp-server/link/reduce.hpp"
#include "lsp-server/plain/halves.hpp"
#include "lsp-server/plain/link.hpp"
#include "lsp-server/plain/refine.hpp"

namespace tutti::plain {

using text::Chars;
using text::compose;
using text::Delta;

void Link::drain(Instant now, bool at_once) {
  while (!held_.empty()) {
    if (flight_ ? !decide(now, at_once) : !type_next(now, at_once)) return;
  }
}

/// Nothing is in flight: the first message is typing. False: it wants the second, which is not there yet.
bool Link::type_next(Instant now, bool at_once) {
  Held message = std::move(held_.front());
  held_.pop_front();
  const bool is_half = begins_join(shadow_, message.changes, profile_);
  if (!at_once && is_half && (!held_.empty() || now < message.at + join_ms)) {
    if (held_.empty()) {
      wake_at(message.at + join_ms);
      held_.push_front(std::move(message));
      return false;
    }
    Held& next = held_.front();
    next.changes.insert(next.changes.begin(), std::make_move_iterator(message.changes.begin()),
                        std::make_move_iterator(message.changes.end()));
    return true;
  }
  version_ = std::max(version_, message.version);
  settle_late(message);
  if (is_half && !message.changes.empty()) {
    type_half(message.changes);
  } else {
    type(message.changes, message.changes.size());
  }
  return true;
}

bool Link::must_wait_for_answer() const {
  const bool tells = profile_.honest || profile_.racy || flight_->version.value == 0;
  return tells && !flight_->answered && unanswered_;
}

/// Takes as many messages together as the verdict needs. False: nothing more can be decided now.
bool Link::decide(Instant now, bool at_once) {
  if (!at_once && must_wait_for_answer()) {
    const Instant limit = held_.front().at + profile_.answer_ms;
    if (now < limit) {
      wake_at(limit);
      return false;
    }
  }
  const Instant first = held_.front().at;
  const Instant since = flight_->answered ? std::max(first, flight_->answered_at) : first;
  Testimony told;
  for (;;) {
    Held message = std::move(held_.front());
    held_.pop_front();
    told.version = message.version;
    std::move(message.changes.begin(), message.changes.end(), std::back_inserter(told.changes));
    constexpr std::int64_t over = 1'000'000;
    told.age_ms = !held_.empty() ? 0 : at_once ? over : now - since;
    const Verdict verdict = judge(*flight_, shadow_, told, profile_);
    if (verdict.kind != Verdict::Kind::undecided) {
      settle(verdict, std::move(told), first, now);
      return true;
    }
    if (!held_.empty()) continue;
    wake_at(since + verdict.patience_ms);
    held_.push_back({told.version, std::move(told.changes), first});
    return false;
  }
}

/// Takes the echo out of what was told; the rest is held as typing.
void Link::settle(const Verdict& verdict, Testimony told, Instant first, Instant now) {
  refused_.reset();
  const bool came = verdict.kind != Verdict::Kind::missed && verdict.kind != Verdict::Kind::undecided;
  if (came) half_.reset();
  // Out of the session what comes is compared with what there was: the edit is not the person's.
  if (came && !joined_ && sure_) bases_.shadow = flight_->target.text().snapshot();
  std::size_t done = 0;
  switch (verdict.kind) {
    case Verdict::Kind::landed:
      shadow_ = flight_->target.text();
      flight_.reset();
      done = verdict.after;
      break;
    case Verdict::Kind::landed_somewhere: {
      text::Rope now_there(shadow_);
      follow(now_there, told.changes, 0, told.changes.size());
      shadow_ = flight_->target.text();
      flight_.reset();
      take(text::diff(shadow_.str(), now_there.str()));
      done = told.changes.size();
      break;
    }
    case Verdict::Kind::raced: {
      withdraw();
      move_stale(verdict, told.changes);
      done = std::min(verdict.after, told.changes.size());
      break;
    }
    case Verdict::Kind::missed:
    case Verdict::Kind::undecided:
      give_up(now);
  }
  told.changes.erase(told.changes.begin(), told.changes.begin() + static_cast<std::ptrdiff_t>(done));
  version_ = std::max(version_, told.version);
  if (!told.changes.empty()) held_.push_front({told.version, std::move(told.changes), first});
}

/// Nothing of the edit was seen in time. An honest yes means that it comes, however late. Where a key can come between the
/// client's look and its deed, or the client asked for the edit, it can be on its way still.
void Link::give_up(Instant now) {
  if (profile_.racy || flight_->was_pulled()) {
    late_ = *flight_;
    late_missed_ = 0;
    late_until_ = now + patience_with_late();
  }
  withdraw();
}

/// What stands before the stale edit is typing; the edit itself goes where it belongs.
void Link::move_stale(const Verdict& verdict, const std::vector<Change>& changes) {
  type(changes, verdict.before, text::Left::theirs);  // as the stale edit pushed it
  half_.reset();
  const text::Snapshot met = shadow_.snapshot();
  const Delta stale = follow(shadow_, changes, verdict.before, std::min(verdict.after, changes.size()));
  if (joined_) wait_ = refined(compose(text::invert(stale, met), wait_), shadow_);
}

/// An edit that was taken for thrown away may be among the changes after all; what stood behind it is left. A client tells what
/// it did soon after it said so: a key or two can come between, no more.
void Link::settle_late(Held& message) {
  if (!late_) return;
  const auto found = judge_late(*late_, shadow_, {message.version, message.changes}, profile_);
  if (!found) {
    if (!late_->was_pulled() && late_->answered && ++late_missed_ >= most_between) late_.reset();
    return;
  }
  late_.reset();
  move_stale(*found, message.changes);
  const std::size_t done = std::min(found->after, message.changes.size());
  message.changes.erase(message.changes.begin(), message.changes.begin() + static_cast<std::ptrdiff_t>(done));
}

Delta Link::follow(text::Rope& text, const std::vector<Change>& changes, std::size_t from, std::size_t to) const {
  Delta all;
  for (std::size_t i = from; i < to; ++i) {
    const auto delta = delta_of(changes[i], text, profile_);
    if (!delta) continue;
    text::apply(text, *delta);
    all = compose(all, *delta);
  }
  return all;
}

void Link::withdraw() {
  if (joined_) wait_ = compose(flight_->delta, wait_);
  flight_.reset();
  if (waiting_ == 0) waiting_ = 1;
}

/// The last change may be the first half of a joining: when the other half comes, both are taken as one.
void Link::type_half(const std::vector<Change>& changes) {
  type(changes, changes.size() - 1);
  Half half{shadow_.snapshot(), {}};
  if (const auto insert = delta_of(changes.back(), shadow_, profile_)) half.insert = *insert;
  take(half.insert);
  half_ = std::move(half);
}

/// The first `count` changes are typing. `left`: who stands left at the same place, the person or others.
void Link::type(const std::vector<Change>& changes, std::size_t count, text::Left left) {
  std::size_t from = 0;
  if (const auto half = std::exchange(half_, {}); half && count > 0) {
    const auto then = delta_of(changes.front(), shadow_, profile_);
    const auto rest = then ? rest_of_join(*half, *then) : std::nullopt;
    if (rest) {
      take(*rest, left);
      from = 1;
    }
  }
  std::vector<Delta> deltas;
  text::Rope course(shadow_);
  for (std::size_t i = from; i < count; ++i) {
    auto delta = delta_of(changes[i], course, profile_);
    if (!delta || delta->is_noop()) continue;
    text::apply(course, *delta);
    deltas.push_back(std::move(*delta));
  }
  text::Rope start(shadow_);
  take(take_all(start, deltas), left);
}

/// The buffer is one edit of the person further. Nothing is in flight.
void Link::take(const Delta& own, text::Left left) {
  if (own.is_noop()) return;
  refused_.reset();
  half_.reset();
  text::apply(shadow_, own);
  if (!joined_) return;
  const bool was_empty = replica_.size().value == 0;
  const link::Rebased rebased = link::rebase(own, wait_, left);
  wait_ = rebased.theirs;
  commit(rebased.mine, true);
  const Delta clean = link::erase_returns(own);
  if (!clean.is_noop()) {
    const link::Rebased cleaned = link::rebase(clean, wait_);
    wait_ = compose(clean, cleaned.theirs);
    commit(cleaned.mine, true);
  }
  keep_newline(was_empty);
}

/// An empty file has no newline; the editor that cannot hold a text without one brings it with the first line.
void Link::keep_newline(bool was_empty) {
  if (!was_empty || replica_.size().value == 0 || !profile_.habits.implicit_newline) return;
  if (!link::ends_with_newline(shadow_) || link::ends_with_newline(replica_)) return;
  commit(Delta().retain(replica_.size()).insert("\n"), true);
  wait_ = text::diff(shadow_.str(), replica_.str());
}

void Link::commit(const Delta& local, bool typed) {
  if (!joined_ || local.is_noop()) return;
  text::apply(replica_, local);
  local_ = compose(local_, local);
  local_typed_ = local_typed_ || typed;
}

}  // namespace tutti::plain
