#pragma once

#include <cstdint>
#include <vector>

namespace tutti::merge {

/// Local version: the index of an event in the order in which this copy took it in. Never leaves the process: names do.
using Lv = std::uint32_t;
inline constexpr Lv kNoLv = 0xffffffffU;
/// Room is left above for the names of characters that were there before a tracker began (tracker.hpp).
inline constexpr Lv kMaxEvents = 0x7fffffffU;

/// [begin, end)
struct LvRange {
  Lv begin = 0;
  Lv end = 0;
  friend bool operator==(const LvRange&, const LvRange&) = default;
};

/// The newest events of a version: ascending, none of them an ancestor of another.
using Frontier = std::vector<Lv>;

}  // namespace tutti::merge
