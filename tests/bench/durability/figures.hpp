#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace tutti::bench {

/// The value below which `share` of them lie; 0.5 is the median.
inline double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const auto at = static_cast<std::size_t>(share * static_cast<double>(values.size()));
  return values[std::min(at, values.size() - 1)];
}

}  // namespace tutti::bench
