#pragma once

#include <exception>
#include <string_view>

#include "protocol/base/result.hpp"

namespace tutti::store::postgres {

/// What went wrong, in words for the person who runs the hub.
[[nodiscard]] Error failure(const std::exception& thrown);
/// The connection is gone, and with it the answer to what was asked.
[[nodiscard]] Error lost(std::string_view detail);

}  // namespace tutti::store::postgres
