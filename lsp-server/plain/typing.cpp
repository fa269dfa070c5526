// What is decided: which part of what was told is the edit in flight, and which is the person's.
#include <algorithm>
#include <iterator>
#include <utility>

#include "lsp-server/link/final_newline.hpp"
#include "lsp-server/link/rebase.hpp"
#include "lsp-server/link/reduce.hpp"
#include "lsp-server/plain/link.hpp"

namespace tutti::plain {

using text::Chars;
using text::compose;
using text::Delta;

void Link::drain(Instant now, bool at_once) {
  while (!held_.empty()) {
    if (flight_) {
      if (!decide(now, at_once)) return;
      continue;
    }
    const Held message = std::move(held_.front());
    held_.pop_front();
    version_ = std::max(version_, message.version);
    type(message.changes, 0, message.changes.size());
  }
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
      settle(verdict, told);
      return true;
    }
    if (!held_.empty()) continue;
    wake_at(since + verdict.patience_ms);
    held_.push_back({told.version, std::move(told.changes), first});
    return false;
  }
}

void Link::settle(const Verdict& verdict, const Testimony& told) {
  const std::size_t all = told.changes.size();
  version_ = std::max(version_, told.version);
  refused_.reset();
  switch (verdict.kind) {
    case Verdict::Kind::landed:
      shadow_ = flight_->target.text();
      flight_.reset();
      return type(told.changes, verdict.after, all);
    case Verdict::Kind::landed_somewhere: {
      text::Rope now_there(shadow_);
      for (const Change& change : told.changes) {
        if (const auto delta = delta_of(change, now_there, profile_.habits)) text::apply(now_there, *delta);
      }
      shadow_ = flight_->target.text();
      flight_.reset();
      return take(text::diff(shadow_.str(), now_there.str()));
    }
    case Verdict::Kind::raced:
      withdraw();
      type(told.changes, 0, verdict.before);
      for (std::size_t i = verdict.before; i < std::min(verdict.after, all); ++i) {
        if (const auto delta = delta_of(told.changes[i], shadow_, profile_.habits)) text::apply(shadow_, *delta);
      }
      if (joined_) wait_ = text::diff(shadow_.str(), replica_.str());
      return type(told.changes, verdict.after, all);
    case Verdict::Kind::missed:
    case Verdict::Kind::undecided:
      withdraw();
      return type(told.changes, 0, all);
  }
}

void Link::withdraw() {
  if (joined_) wait_ = compose(flight_->delta, wait_);
  flight_.reset();
  if (waiting_ == 0) waiting_ = 1;
}

void Link::type(const std::vector<Change>& changes, std::size_t from, std::size_t to) {
  std::vector<Delta> deltas;
  text::Rope course(shadow_);
  for (std::size_t i = from; i < std::min(to, changes.size()); ++i) {
    auto delta = delta_of(changes[i], course, profile_.habits);
    if (!delta || delta->is_noop()) continue;
    text::apply(course, *delta);
    deltas.push_back(std::move(*delta));
  }
  text::Rope start(shadow_);
  take(take_all(start, deltas));
}

/// The buffer is one edit of the person further. Nothing is in flight.
void Link::take(const Delta& own) {
  if (own.is_noop()) return;
  refused_.reset();
  text::apply(shadow_, own);
  if (!joined_) return;
  const bool was_empty = replica_.size().value == 0;
  const link::Rebased rebased = link::rebase(own, wait_);
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
