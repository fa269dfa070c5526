#include "sync/merge/change.hpp"

#include "protocol/base/utf.hpp"

namespace tutti::merge {

std::uint64_t event_count(const Change& change) {
  std::uint64_t count = 0;
  for (const Patch& patch : change.patches) count += patch.erase.value + utf8::count_chars(patch.insert);
  return count;
}

}  // namespace tutti::merge
