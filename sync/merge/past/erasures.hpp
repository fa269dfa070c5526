#pragma once

#include <vector>

#include "sync/merge/log/log.hpp"
#include "sync/merge/walk/tracker.hpp"

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
  tracker.each_target(op.lv, op.lv + op.len, [&](Lv first, std::uint32_t count, Lv event, bool down) {
    visit(Erasure{first, count, event, down});
  });
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
