#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "protocol/base/result.hpp"

namespace tutti::wire {

/// Largest integer that a JavaScript number holds exactly.
inline constexpr std::uint64_t kU53Max = (std::uint64_t{1} << 53U) - 1;

/// Why a message cannot be read. Reading stops at the first fault: the innermost reader says what is wrong, and every level on
/// the way out puts its own name in front, so that success pays nothing for the path. All return false, to be returned on.
struct Failure {
  ErrorCode code = ErrorCode::invalid;
  std::string path;
  std::string what;

  bool fail(ErrorCode why, std::string text);
  bool in(std::string_view field);
  bool at(std::size_t index);
  [[nodiscard]] Error error(std::string_view message) const;
};

/// Of a number: its largest value. Of a string: bytes. Of a list: items, and the same for what is in it.
struct Limit {
  std::uint64_t max = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t item_max = std::numeric_limits<std::uint64_t>::max();
};

}  // namespace tutti::wire
