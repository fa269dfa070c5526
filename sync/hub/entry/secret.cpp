#include "sync/hub/entry/secret.hpp"

#include <sodium.h>

#include <array>

namespace tutti::hub {

namespace {

constexpr std::size_t secret_bytes = 32;
constexpr std::size_t body_chars = 48;
constexpr int base64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

struct Prefix {
  store::TokenKind kind;
  std::string_view text;
};
constexpr Prefix prefixes[] = {{store::TokenKind::user, "tutti_u_"},
                               {store::TokenKind::link, "tutti_l_"},
                               {store::TokenKind::agent, "tutti_a_"},
                               {store::TokenKind::ticket, "tutti_t_"},
                               {store::TokenKind::participant, "tutti_p_"}};

/// CRC-32 (IEEE), bit by bit: 36 bytes now and then need no table.
std::array<std::uint8_t, 4> checksum(const std::uint8_t* bytes, std::size_t size) {
  std::uint32_t crc = 0xffffffffU;
  for (std::size_t i = 0; i < size; ++i) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xedb88320U : 0U);
  }
  crc = ~crc;
  return {static_cast<std::uint8_t>(crc >> 24U), static_cast<std::uint8_t>(crc >> 16U), static_cast<std::uint8_t>(crc >> 8U),
          static_cast<std::uint8_t>(crc)};
}

using Body = std::array<std::uint8_t, secret_bytes + 4>;

bool checks(const Body& body) {
  const auto sum = checksum(body.data(), secret_bytes);
  return std::equal(sum.begin(), sum.end(), body.begin() + secret_bytes);
}

bool well_formed(std::string_view text) {
  Body body{};
  std::size_t size = 0;
  const char* end = nullptr;
  if (text.size() != body_chars) return false;
  if (sodium_base642bin(body.data(), body.size(), text.data(), text.size(), nullptr, &size, &end, base64) != 0) return false;
  return size == body.size() && end == text.data() + text.size() && checks(body);
}

}  // namespace

void fill_random(std::uint8_t* bytes, std::size_t size) {
  randombytes_buf(bytes, size);
}

FreshToken make_token(store::TokenKind kind) {
  Body body{};
  fill_random(body.data(), secret_bytes);
  const auto sum = checksum(body.data(), secret_bytes);
  std::copy(sum.begin(), sum.end(), body.begin() + secret_bytes);
  std::array<char, body_chars + 1> text{};
  sodium_bin2base64(text.data(), text.size(), body.data(), body.size(), base64);
  FreshToken token;
  for (const auto& prefix : prefixes) {
    if (prefix.kind == kind) token.text = prefix.text;
  }
  token.text += text.data();
  token.hash = hash_token(token.text);
  return token;
}

std::optional<store::TokenKind> token_kind(std::string_view text) {
  for (const auto& prefix : prefixes) {
    if (text.substr(0, prefix.text.size()) == prefix.text && well_formed(text.substr(prefix.text.size()))) return prefix.kind;
  }
  return std::nullopt;
}

store::TokenHash hash_token(std::string_view text) {
  store::TokenHash hash{};
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
  return hash;
}

}  // namespace tutti::hub
