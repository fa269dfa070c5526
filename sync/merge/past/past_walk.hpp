#pragma once

#include <algorithm>
#include <cstdint>

#include "sync/merge/log/log.hpp"
#include "sync/merge/walk/catch_up.hpp"
#include "sync/merge/walk/walker.hpp"

namespace tutti::merge {

/// All characters since a critical event, prepared as they are at the end of the log: for those who look back. A part at a
/// time, where that is wanted; in between the log may grow. It stays where it is.
class PastWalk {
 public:
  /// Begins after `base` (kNoLv: at the beginning).
  PastWalk(const Log& log, Lv base) : base_(base), folded_(log.folded()) {
    walker_.begin(base);
    catch_up_ = CatchUp(walker_);
  }
  PastWalk(const PastWalk&) = delete;
  PastWalk& operator=(const PastWalk&) = delete;

  /// Whether what was walked so far is of use for a walk of the log as it is now, after `base`.
  [[nodiscard]] bool fits(const Log& log, Lv base) const {
    const bool still_critical = base == kNoLv || log.graph.is_critical(base);
    return base == base_ && still_critical && log.folded() == folded_ && walker_.alive();
  }
  /// About `steps` of what is left; true when nothing is.
  [[nodiscard]] bool go_on(const Log& log, std::uint64_t steps) {
    const std::uint64_t before = walker_.steps(log);
    if (!catch_up_.go_on(log, log.size(), steps)) return false;
    const std::uint64_t taken = walker_.steps(log) - before;
    return walker_.approach(log, log.graph.frontier(), steps - std::min(steps, taken));
  }
  /// What it has taken so far, with looking at the log.
  [[nodiscard]] std::uint64_t steps(const Log& log) const { return walker_.steps(log); }
  /// Once nothing is left.
  [[nodiscard]] Tracker take() { return walker_.take(); }

 private:
  Lv base_;
  Lv folded_;
  Walker walker_;
  CatchUp catch_up_{walker_};
};

/// All of it at once.
[[nodiscard]] inline Tracker tracker_since(const Log& log, Lv base) {
  PastWalk walk(log, base);
  (void)walk.go_on(log, Walker::kAllSteps);
  return walk.take();
}

}  // namespace tutti::merge
