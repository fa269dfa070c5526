#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocol/base/result.hpp"
#include "protocol/base/uuid.hpp"
#include "sync/store/store.hpp"

// Tokens (D12): `tutti_x_` and 48 characters of base64url, which are 256 random bits and a CRC-32. The prefix and the checksum
// are for secret scanners and typing errors; what admits is the hash of the whole.
namespace tutti::hub {

struct FreshToken {
  std::string text;  ///< told once, to whom it belongs; never kept, never logged
  store::TokenHash hash{};
};

[[nodiscard]] FreshToken make_token(store::TokenKind kind);
/// Which kind a well-formed token is; nullopt for anything else.
[[nodiscard]] std::optional<store::TokenKind> token_kind(std::string_view text);
/// Of any text at all, so that a malformed token takes the same path as an unknown one.
[[nodiscard]] store::TokenHash hash_token(std::string_view text);

void fill_random(std::uint8_t* bytes, std::size_t size);

/// An id that cannot be guessed.
template <class Id>
Id secret_id() {
  Id id;
  fill_random(id.bytes.data(), id.bytes.size());
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0fU) | 0x40U);  // version 4, RFC 9562
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3fU) | 0x80U);  // variant
  return id;
}

}  // namespace tutti::hub
