#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace tutti::bench {

/// How long the disk takes to keep 4 KiB at the end of a file: what no acknowledgement can undercut. Milliseconds.
[[nodiscard]] std::vector<double> sync_times(const std::string& folder, std::chrono::milliseconds for_so_long);

}  // namespace tutti::bench
