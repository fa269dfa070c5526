#include "sync/merge/past/erasures.hpp"

#include <algorithm>

namespace tutti::merge {

void Erasures::settle() {
  std::sort(all_.begin(), all_.end(), [](const Erasure& a, const Erasure& b) { return a.first < b.first; });
}

Lv Erasures::event_for(Lv character) const {
  const auto after =
      std::upper_bound(all_.begin(), all_.end(), character, [](Lv at, const Erasure& e) { return at < e.first; });
  if (after == all_.begin()) return kNoLv;
  const Erasure& erasure = *(after - 1);
  const std::uint32_t offset = character - erasure.first;
  if (offset >= erasure.count) return kNoLv;
  return erasure.backward ? erasure.event - offset : erasure.event + offset;
}

}  // namespace tutti::merge
