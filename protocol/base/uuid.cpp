#include "protocol/base/uuid.hpp"

namespace tutti::detail {

namespace {

constexpr bool dash_before(std::size_t byte) {
  return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::array<std::uint8_t, 16> random_uuid(Random& random) {
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t half = 0; half < 2; ++half) {
    std::uint64_t word = random.next();
    for (std::size_t i = 0; i < 8; ++i, word >>= 8U) bytes[half * 8 + i] = static_cast<std::uint8_t>(word);
  }
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0fU) | 0x40U);  // version 4, RFC 9562
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3fU) | 0x80U);  // variant
  return bytes;
}

std::string format_uuid(const std::array<std::uint8_t, 16>& bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (dash_before(i)) text += '-';
    text += digits[bytes[i] >> 4U];
    text += digits[bytes[i] & 15U];
  }
  return text;
}

Result<std::array<std::uint8_t, 16>> parse_uuid(std::string_view text) {
  const Error malformed{ErrorCode::invalid, "not a UUID"};
  if (text.size() != 36) return malformed;
  std::array<std::uint8_t, 16> bytes{};
  std::size_t at = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (dash_before(i) && text[at++] != '-') return malformed;
    const int high = hex_digit(text[at]);
    const int low = hex_digit(text[at + 1]);
    if (high < 0 || low < 0) return malformed;
    bytes[i] = static_cast<std::uint8_t>((high << 4) | low);
    at += 2;
  }
  return bytes;
}

}  // namespace tutti::detail
