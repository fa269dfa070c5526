#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tutti::text {

/// `count` symbols that both sequences have, at `a` in the one and at `b` in the other.
struct Match {
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  std::uint32_t count = 0;
};

/// What two sequences of symbols have in common, in order: symbols that are unique on both sides are fixed first (the longest
/// rising chain of them), what lies between by the shortest edit script, as far as the bound on work allows.
[[nodiscard]] std::vector<Match> match(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b);

}  // namespace tutti::text
