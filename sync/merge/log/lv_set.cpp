#include "sync/merge/log/lv_set.hpp"

#include <algorithm>

namespace tutti::merge {

void LvSet::settle() {
  std::sort(ranges_.begin(), ranges_.end(), [](const LvRange& a, const LvRange& b) { return a.begin < b.begin; });
  std::vector<LvRange> joined;
  for (const LvRange& range : ranges_) {
    if (!joined.empty() && range.begin <= joined.back().end) {
      joined.back().end = std::max(joined.back().end, range.end);
    } else {
      joined.push_back(range);
    }
  }
  ranges_ = std::move(joined);
}

bool LvSet::contains(Lv lv) const {
  const auto after =
      std::upper_bound(ranges_.begin(), ranges_.end(), lv, [](Lv at, const LvRange& range) { return at < range.begin; });
  return after != ranges_.begin() && lv < (after - 1)->end;
}

Lv LvSet::alike_until(Lv lv, Lv end) const {
  const auto range = std::upper_bound(ranges_.begin(), ranges_.end(), lv, [](Lv at, const LvRange& r) { return at < r.end; });
  if (range == ranges_.end()) return end;
  return std::min(end, lv < range->begin ? range->begin : range->end);
}

}  // namespace tutti::merge
