#pragma once

#include <cstddef>
#include <string_view>

#include "protocol/base/result.hpp"

namespace tutti::jsonrpc {

inline constexpr std::size_t kDepthMax = 64;
/// Values in one message: a tree takes many times its text when the text is nothing but commas.
inline constexpr std::size_t kValuesMax = std::size_t{4} * 1024 * 1024;

/// Measures JSON before anything is built from it: `limit` when it nests deeper or holds more values than allowed. Not a
/// syntax check.
[[nodiscard]] Status check_shape(std::string_view text);

}  // namespace tutti::jsonrpc
