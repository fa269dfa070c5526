#include "sync/merge/change.hpp"

#include <algorithm>

#include "protocol/base/utf.hpp"

namespace tutti::merge {

void add_to(Known& known, std::span<const Change> changes) {
  for (const Change& change : changes) {
    const Seq next = change.seq + event_count(change);
    const auto at = std::lower_bound(known.begin(), known.end(), std::pair(change.replica, Seq(0)));
    if (at != known.end() && at->first == change.replica) {
      at->second = std::max(at->second, next);
    } else {
      known.emplace(at, change.replica, next);
    }
  }
}

std::uint64_t event_count(const Change& change) {
  constexpr std::uint64_t most = ~std::uint64_t{0};
  std::uint64_t count = 0;
  const auto add = [&](std::uint64_t more) { count += std::min(more, most - count); };
  for (const Patch& patch : change.patches) {
    add(patch.erase.value);
    add(utf8::count_chars(patch.insert));
  }
  return count;
}

}  // namespace tutti::merge
