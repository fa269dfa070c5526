#include "sync/merge/walk/walker.hpp"

#include <algorithm>

namespace tutti::merge {

namespace {

constexpr std::uint32_t kUnknownLength = 0x40000000U;  // more than any text has
constexpr Lv kPiece = 256;  // events that move, or characters that go, between two looks at what it has taken

}  // namespace

void Walker::begin(Lv base, std::uint32_t length) {
  tracker_.reset(base, length);
  base_ = base;
  covered_ = base == kNoLv ? 0 : base + 1;
  beyond_ = 0;
  alive_ = true;
  moving_ = false;
  at_.clear();
  if (base != kNoLv) at_.push_back(base);
}

void Walker::begin(Lv base) {
  begin(base, base == kNoLv ? 0 : kUnknownLength);
}

void Walker::settle_length(std::uint64_t tip_length) {
  beyond_ = tracker_.effect_length() - static_cast<std::uint32_t>(tip_length);
}

bool Walker::approach(const Log& log, std::span<const Lv> version, std::uint64_t steps) {
  const std::uint64_t before = this->steps(log);
  if (moving_ && !go_on(log, steps)) return false;
  if (std::equal(at_.begin(), at_.end(), version.begin(), version.end())) return true;
  to_.assign(version.begin(), version.end());
  way_.begin(log.graph, at_, to_, base_);
  moving_ = true;
  knows_way_ = false;
  const std::uint64_t taken = this->steps(log) - before;
  return go_on(log, steps - std::min(steps, taken));
}

bool Walker::approach_parents(const Log& log, Lv lv, std::uint64_t steps) {
  return approach_parents(log, log.graph.run_of(lv), lv, steps);
}

bool Walker::approach_parents(const Log& log, std::size_t run, Lv lv, std::uint64_t steps) {
  if (log.graph.run(run).begin == lv) return approach(log, log.graph.run_parents(run), steps);
  const Lv before = lv - 1;
  return approach(log, {&before, 1}, steps);
}

bool Walker::go_on(const Log& log, std::uint64_t steps) {
  const std::uint64_t before = this->steps(log);
  if (!knows_way_) {
    if (!way_.go_on(log.graph, steps)) return false;
    knows_way_ = true;
    left_ = 0;
  }
  while (move_some(log)) {
    if (this->steps(log) - before > steps) return false;
  }
  std::swap(at_, to_);
  moving_ = false;
  return true;
}

/// The next of what leaves or enters the prepare version. False when there was nothing more.
bool Walker::move_some(const Log& log) {
  const bool leaves = left_ < way_.only_a.size();
  if (!leaves && way_.only_b.empty()) return false;
  LvRange& rest = leaves ? way_.only_a[left_] : way_.only_b.back();
  const Lv stop = std::min(rest.end, rest.begin + kPiece);
  log.ops.each_kind({rest.begin, stop}, [&](LvRange part, bool erases) {
    if (leaves) {
      erases ? tracker_.retreat_erases(part.begin, part.end) : tracker_.retreat_inserts(part.begin, part.end);
    } else {
      erases ? tracker_.advance_erases(part.begin, part.end) : tracker_.advance_inserts(part.begin, part.end);
    }
  });
  rest.begin = stop;
  if (rest.begin < rest.end) return true;
  if (leaves) {
    ++left_;
  } else {
    way_.only_b.pop_back();
  }
  return true;
}

bool Walker::fits(const Log& log, Lv begin, Lv end) {
  const std::size_t run = log.graph.run_of(begin);
  if (log.graph.run(run).end < end) return true;  // `walk` will say so
  (void)approach_parents(log, run, begin, kAllSteps);
  std::uint64_t chars = length();
  bool inside = true;
  log.ops.each(begin, end, [&](const Op& op) { inside = inside && fits_in(chars, op.erases, op.pos, op.len); });
  return inside;
}

Walker::Applied Walker::apply(const Log& log, const Op& op, std::vector<Effect>& out, bool can_wait) {
  const std::uint64_t end = op.erases ? std::uint64_t{op.pos} + op.len : op.pos;
  if (end > length()) return Applied::nowhere;
  if (op.erases) {
    tracker_.erase(op.lv, op.len, op.pos, op.backward, out);
    return Applied::whole;
  }
  const std::uint32_t effect = tracker_.insert(op.lv, op.len, op.pos, log.agents, can_wait);
  if (effect == Tracker::kLater) return Applied::later;
  out.push_back({effect, op.len, op.content, op.bytes});
  return Applied::whole;
}

bool Walker::walk(const Log& log, Lv begin, Lv end, std::vector<Effect>& out) {
  for (Lv at = begin; at < end;) {
    const std::size_t run = log.graph.run_of(at);
    (void)approach_parents(log, run, at, kAllSteps);
    at = walk_some(log, {at, std::min(log.graph.run(run).end, end)}, kAllSteps, out);
    if (!alive_) {
      alive_ = at == begin;
      return false;
    }
  }
  covered_ = end;
  return true;
}

/// An insert is one step however long it is, and dear to cut in two; an erasure is as many as there were characters, at most.
Lv Walker::walk_some(const Log& log, LvRange events, std::uint64_t steps, std::vector<Effect>& out) {
  const bool can_wait = !is_all(steps);
  const std::uint64_t before = this->steps(log);
  const auto has_time = [&] { return !can_wait || (this->steps(log) - before <= steps && out.size() <= kMaxEffects); };
  Lv at = events.begin;
  for (std::size_t run = log.ops.run_of(at); at < events.end && has_time();) {
    const Lv end = std::min(log.ops.run_end(run), events.end);
    Op op = log.ops.part(run, at, end);
    if (can_wait && op.erases && op.len > kPiece) op = log.ops.part(run, at, at + kPiece);
    const Applied applied = apply(log, op, out, can_wait);
    alive_ = applied != Applied::nowhere;
    if (applied != Applied::whole) break;
    at += op.len;
    if (at == end) ++run;
  }
  if (at > events.begin) at_.assign(1, at - 1);
  return at;
}

void Walker::take_in_plain(const Log& log, Lv end) {
  log.ops.each(covered_, end, [&](const Op& op) {
    if (op.erases) {
      tracker_.erase_unseen(op.lv, op.len, op.pos, op.backward);
    } else {
      tracker_.insert_unseen(op.lv, op.len, op.pos);
    }
  });
  covered_ = end;
}

}  // namespace tutti::merge
