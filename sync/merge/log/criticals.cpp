#include "sync/merge/log/criticals.hpp"

#include <algorithm>

namespace tutti::merge {

void Criticals::begin_batch() {
  ranges_.resize(count_);
  batch_ = count_;
  changed_.clear();
}

void Criticals::take_back() {
  for (auto was = changed_.rbegin(); was != changed_.rend(); ++was) ranges_[was->first] = was->second;
  ranges_.resize(batch_);
  count_ = batch_;
  changed_.clear();
}

std::size_t Criticals::first_after(Lv lv) const {
  const auto end = ranges_.begin() + static_cast<std::ptrdiff_t>(count_);
  const auto after = std::upper_bound(ranges_.begin(), end, lv, [](Lv at, const LvRange& range) { return at < range.begin; });
  return static_cast<std::size_t>(after - ranges_.begin());
}

bool Criticals::contains(Lv lv) const {
  const std::size_t after = first_after(lv);
  return after > 0 && lv < ranges_[after - 1].end;
}

Lv Criticals::newest_before(Lv lv) const {
  const std::size_t after = lv == 0 ? 0 : first_after(lv - 1);
  return after == 0 ? kNoLv : std::min(ranges_[after - 1].end, lv) - 1;
}

Lv Criticals::stretch_end(Lv lv, Lv size) const {
  const std::size_t after = first_after(lv);
  if (after > 0 && lv < ranges_[after - 1].end) return ranges_[after - 1].end;
  return after == count_ ? size : ranges_[after].begin;
}

}  // namespace tutti::merge
