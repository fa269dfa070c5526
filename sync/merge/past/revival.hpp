#pragma once

#include <vector>

#include "sync/merge/change.hpp"

namespace tutti::merge {

/// So many characters, inserted by one event after the other, that bring back what other events, one after the other, had
/// erased.
struct Revival {
  EventName copy;
  EventName erased;
  std::uint64_t count = 0;
  friend bool operator==(const Revival&, const Revival&) = default;
};

/// Adds it, as part of the last one if it goes on where that ends.
void append(std::vector<Revival>& revivals, const Revival& more);
/// Those whose copies are events of `change`.
[[nodiscard]] std::vector<Revival> revivals_by(const Change& change, const std::vector<Revival>& revivals);

}  // namespace tutti::merge
