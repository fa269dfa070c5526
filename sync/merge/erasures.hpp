#pragma once

#include <vector>

#include "sync/merge/log.hpp"
#include "sync/merge/tracker.hpp"

namespace tutti::merge {

/// Events that erased the characters [first, first + count), the one for `first` being `event`.
struct Erasure {
  Lv first;
  std::uint32_t count;
  Lv event;
  bool backward;  ///< the events for the next characters come before it, not after
};

/// Calls `visit(const Erasure&)` for all that a walked run of erasures did.
template <class Visit>
void each_erasure(const Op& op, const Tracker& tracker, Visit visit) {
  const Lv end = op.lv + op.len;
  for (Lv at = op.lv; at < end;) {
    const Lv first = tracker.target_of(at);
    std::uint32_t up = 1;
    std::uint32_t down = 1;
    while (at + up < end && tracker.target_of(at + up) == first + up) ++up;
    while (up == 1 && at + down < end && tracker.target_of(at + down) == first - down) ++down;
    visit(down > 1 ? Erasure{first - (down - 1), down, at + down - 1, true} : Erasure{first, up, at, false});
    at += up > down ? up : down;
  }
}

/// Says of a character which event erased it. First `add`, then `settle`, then questions.
class Erasures {
 public:
  void add(const Erasure& erasure) { all_.push_back(erasure); }
  void settle();
  /// kNoLv: none of those that were added.
  [[nodiscard]] Lv event_for(Lv character) const;

 private:
  std::vector<Erasure> all_;  ///< once settled: by ascending `first`
};

}  // namespace tutti::merge
