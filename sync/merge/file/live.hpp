#pragma once

#include <string>
#include <string_view>

#include "protocol/base/result.hpp"
#include "sync/merge/change.hpp"

/// One change as few bytes: a key is 3 to 12. For where its name is known from elsewhere: the key of a row, the sender of a
/// message. docs/FORMAT.md has it byte by byte.
namespace tutti::merge {

[[nodiscard]] std::string encode_change(const Change& change);
/// Untrusted bytes: `corrupt` where they cannot be what `encode_change` wrote. Memory is bounded by 16 times the input. What
/// the change says is not checked against anything.
[[nodiscard]] Result<Change> decode_change(std::string_view bytes, EventName name);

}  // namespace tutti::merge
