#pragma once

#include <string>
#include <string_view>

#include "protocol/base/result.hpp"

namespace tutti::commands {

/// One line for the person, on stderr. What others wrote (names, messages) cannot move the cursor or colour anything.
void say(std::string_view words);
/// One line for programs, on stdout.
void print(std::string_view line);
/// Tells why, and answers the exit code that the contract gives it.
[[nodiscard]] int fail(const Error& why);
/// Control characters and bidi marks made visible.
[[nodiscard]] std::string plain(std::string_view words);

}  // namespace tutti::commands
