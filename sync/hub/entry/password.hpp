#pragma once

#include <string>
#include <string_view>

#include "protocol/base/result.hpp"

// Passwords of links: Argon2id, 64 MiB and a tenth of a second each. Blocking: on workers only. At most two are worked on at a
// time; beyond that the answer is `limit`, so that guessing cannot take the hub's memory.
namespace tutti::hub {

inline constexpr std::size_t longest_password = 256;  ///< bytes

[[nodiscard]] Result<std::string> hash_password(std::string_view password);
[[nodiscard]] Result<bool> same_password(const std::string& hash, std::string_view password);

}  // namespace tutti::hub
