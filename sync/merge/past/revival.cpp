#include "sync/merge/past/revival.hpp"

#include <algorithm>

namespace tutti::merge {

namespace {

bool continues(const Revival& last, const Revival& next) {
  return next.copy == EventName{last.copy.replica, last.copy.seq + last.count} &&
         next.erased == EventName{last.erased.replica, last.erased.seq + last.count};
}

}  // namespace

void append(std::vector<Revival>& revivals, const Revival& more) {
  if (!revivals.empty() && continues(revivals.back(), more)) {
    revivals.back().count += more.count;
  } else {
    revivals.push_back(more);
  }
}

std::vector<Revival> revivals_by(const Change& change, const std::vector<Revival>& revivals) {
  const std::uint64_t first = change.seq.value;
  const std::uint64_t end = first + event_count(change);
  std::vector<Revival> out;
  for (const Revival& each : revivals) {
    const std::uint64_t from = std::max(first, each.copy.seq.value);
    const std::uint64_t to = std::min(end, each.copy.seq.value + each.count);
    if (each.copy.replica != change.replica || from >= to) continue;
    const std::uint64_t skipped = from - each.copy.seq.value;
    out.push_back({{change.replica, Seq(from)}, {each.erased.replica, each.erased.seq + skipped}, to - from});
  }
  return out;
}

}  // namespace tutti::merge
