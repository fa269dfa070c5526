#include "sync/merge/walker.hpp"

#include <algorithm>

namespace tutti::merge {

namespace {

constexpr std::uint32_t kUnknownLength = 0x40000000U;  // more than any text has

}  // namespace

void Walker::begin(Lv base, std::uint32_t length) {
  tracker_.reset(base, length);
  base_ = base;
  covered_ = base == kNoLv ? 0 : base + 1;
  beyond_ = 0;
  alive_ = true;
  at_.clear();
  if (base != kNoLv) at_.push_back(base);
}

void Walker::begin(Lv base) {
  begin(base, base == kNoLv ? 0 : kUnknownLength);
}

void Walker::settle_length(std::uint64_t tip_length) {
  beyond_ = tracker_.effect_length() - static_cast<std::uint32_t>(tip_length);
}

void Walker::move_to(const Log& log, std::span<const Lv> parents) {
  if (std::equal(at_.begin(), at_.end(), parents.begin(), parents.end())) return;
  log.graph.diff(at_, parents, base_, leave_, enter_);
  for (const LvRange& range : leave_) {
    log.ops.each_kind(range, [&](LvRange part, bool erases) {
      if (erases) {
        tracker_.retreat_erases(part.begin, part.end);
      } else {
        tracker_.retreat_inserts(part.begin, part.end);
      }
    });
  }
  for (auto range = enter_.rbegin(); range != enter_.rend(); ++range) {
    log.ops.each_kind(*range, [&](LvRange part, bool erases) {
      if (erases) {
        tracker_.advance_erases(part.begin, part.end);
      } else {
        tracker_.advance_inserts(part.begin, part.end);
      }
    });
  }
  at_.assign(parents.begin(), parents.end());
}

bool Walker::apply(const Log& log, const Op& op, std::vector<Effect>& out) {
  const std::uint64_t end = op.erases ? std::uint64_t{op.pos} + op.len : op.pos;
  if (end > length()) return false;
  if (op.erases) {
    tracker_.erase(op.lv, op.len, op.pos, op.backward, out);
  } else {
    out.push_back({tracker_.insert(op.lv, op.len, op.pos, log.agents), op.len, op.content, op.bytes});
  }
  return true;
}

bool Walker::walk(const Log& log, Lv begin, Lv end, std::vector<Effect>& out) {
  for (Lv at = begin; at < end;) {
    const std::size_t run = log.graph.run_of(at);
    const Lv stop = std::min(log.graph.run(run).end, end);
    if (log.graph.run(run).begin == at) {
      move_to(log, log.graph.run_parents(run));
    } else {
      const Lv before = at - 1;
      move_to(log, {&before, 1});
    }
    bool inside = true;
    log.ops.each(at, stop, [&](const Op& op) { inside = inside && apply(log, op, out); });
    if (!inside) {
      alive_ = false;
      return false;
    }
    at_.assign(1, stop - 1);
    at = stop;
  }
  covered_ = end;
  return true;
}

}  // namespace tutti::merge
