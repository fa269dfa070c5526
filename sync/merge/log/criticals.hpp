#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "sync/merge/log/lv.hpp"

namespace tutti::merge {

/// The critical events of a graph (graph.hpp), as ranges that ascend and never adjoin.
///
/// A batch that is refused gives back what there was at the cost of what it added: the ranges that its events ended are left
/// where they were, behind `count_`, until it is through, and those that it wrote over are remembered.
class Criticals {
 public:
  /// The events [begin, end) come, the first of which follows all (`follows_all`), or nothing from `above` on.
  void append(LvRange events, Lv above, bool follows_all) {
    end_from(above);
    if (!follows_all) return;
    if (reach(events.begin)) {
      remember(count_ - 1);
      ranges_[count_ - 1].end = events.end;
    } else {
      remember(count_);
      if (count_ == ranges_.size()) ranges_.emplace_back();
      ranges_[count_++] = events;
    }
  }
  /// Whether the last of `size` events is critical; then it may `grow`.
  [[nodiscard]] bool reach(Lv size) const { return count_ > 0 && ranges_[count_ - 1].end == size; }
  /// Events that follow on the last one.
  void grow(std::uint32_t count) { ranges_[count_ - 1].end += count; }

  void begin_batch();
  /// Makes it what it was when the batch began.
  void take_back();

  [[nodiscard]] bool contains(Lv lv) const;
  /// The newest before `lv`; kNoLv for none.
  [[nodiscard]] Lv newest_before(Lv lv) const;
  /// Where the stretch that begins with `lv` ends: of critical events if `lv` is one, of others if not; of `size` events.
  [[nodiscard]] Lv stretch_end(Lv lv, Lv size) const;

 private:
  /// The first range that begins after `lv`.
  [[nodiscard]] std::size_t first_after(Lv lv) const;
  void end_from(Lv above) {
    if (count_ > 0 && ranges_[count_ - 1].begin >= above) --count_;  // and mostly no more
    if (count_ > 0 && ranges_[count_ - 1].begin >= above) count_ = above == 0 ? 0 : first_after(above - 1);
    if (count_ == 0 || ranges_[count_ - 1].end <= above) return;
    remember(count_ - 1);
    ranges_[count_ - 1].end = above;
  }
  void remember(std::size_t index) {
    if (index < batch_ && (changed_.empty() || changed_.back().first != index)) changed_.emplace_back(index, ranges_[index]);
  }

  std::vector<LvRange> ranges_;
  std::size_t count_ = 0;                                 ///< those before it are critical
  std::size_t batch_ = 0;                                 ///< so many were when the batch began,
  std::vector<std::pair<std::size_t, LvRange>> changed_;  ///< and what some of them were
};

}  // namespace tutti::merge
