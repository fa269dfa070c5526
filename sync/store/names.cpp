#include "sync/store/names.hpp"

#include <array>

namespace tutti::store {

namespace {
constexpr std::array<std::string_view, 5> kinds{"user", "link", "agent", "ticket", "participant"};
}

std::string_view to_string(TokenKind kind) {
  return kinds[static_cast<std::size_t>(kind)];
}

std::optional<TokenKind> parse_token_kind(std::string_view text) {
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    if (kinds[i] == text) return static_cast<TokenKind>(i);
  }
  return std::nullopt;
}

}  // namespace tutti::store
