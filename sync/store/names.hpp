#pragma once

#include <optional>
#include <string_view>

#include "sync/store/store.hpp"

namespace tutti::store {

/// As the `tokens` table spells it.
[[nodiscard]] std::string_view to_string(TokenKind kind);
[[nodiscard]] std::optional<TokenKind> parse_token_kind(std::string_view text);

}  // namespace tutti::store
