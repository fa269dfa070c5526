#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

#include "sync/merge/log/lv.hpp"

namespace tutti::merge {

/// The run that holds `lv`: the last that begins at or before it, of runs in order, the first of which does. Looks around
/// `near` first, for the next question is mostly about a run close to the one before; at worst twice a binary search.
template <class Run>
[[nodiscard]] std::size_t find_run(std::span<const Run> runs, Lv Run::*begin, Lv lv, std::size_t near) {
  std::size_t low = std::min(near, runs.size() - 1);
  std::size_t high = runs.size();
  if (runs[low].*begin <= lv) {
    for (std::size_t stride = 1; high - low > stride; stride *= 2) {
      if (runs[low + stride].*begin > lv) {
        high = low + stride;
        break;
      }
      low += stride;
    }
  } else {
    high = low;
    for (std::size_t stride = 1;; stride *= 2) {
      low = high > stride ? high - stride : 0;
      if (runs[low].*begin <= lv) break;
      high = low;
    }
  }
  while (high - low > 1) {
    const std::size_t middle = low + (high - low) / 2;
    (runs[middle].*begin <= lv ? low : high) = middle;
  }
  return low;
}

}  // namespace tutti::merge
