#include "sync/merge/log/check.hpp"

#include <algorithm>

#include "protocol/base/utf.hpp"

namespace tutti::merge {

namespace {

constexpr std::uint64_t kMaxPosition = 0x3fffffffU;  // so that sums of a few fit in 32 bits

Status check(const Patch& patch) {
  if (patch.at.value > kMaxPosition || patch.erase.value > kMaxPosition) {
    return error(ErrorCode::invalid, "a position is beyond any text");
  }
  if (patch.erase.value == 0 && patch.insert.empty()) return error(ErrorCode::invalid, "a patch does nothing");
  if (!utf8::valid(patch.insert)) return error(ErrorCode::invalid, "inserted text is not valid UTF-8");
  return {};
}

}  // namespace

Status check(const Change& change, const Limits& limits) {
  if (change.patches.empty()) return error(ErrorCode::invalid, "a change without patches");
  if (change.patches.size() > limits.patches) return error(ErrorCode::limit, "too many patches in one change");
  if (change.parents.size() > limits.parents) return error(ErrorCode::limit, "too many parents");
  const auto unsorted = [](const EventName& a, const EventName& b) { return !(a < b); };
  if (std::adjacent_find(change.parents.begin(), change.parents.end(), unsorted) != change.parents.end()) {
    return error(ErrorCode::invalid, "parents are not in order");
  }
  std::uint64_t bytes = 0;
  for (const Patch& patch : change.patches) {
    if (auto bad = check(patch); !bad) return bad;
    bytes += patch.insert.size();
  }
  if (bytes > limits.insert_bytes) return error(ErrorCode::limit, "too much text in one change");
  return {};
}

}  // namespace tutti::merge
