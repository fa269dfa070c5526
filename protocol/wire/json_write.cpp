#include "protocol/wire/json_write.hpp"

#include <array>
#include <charconv>
#include <cstring>

namespace tutti::wire {

namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101ULL;
constexpr std::uint64_t kHigh = 0x8080808080808080ULL;
constexpr char kDigits[] = "0123456789abcdef";

constexpr bool must_escape(char c) {
  return static_cast<unsigned char>(c) < 0x20U || c == '"' || c == '\\';
}

/// Whether any of eight bytes may have to be escaped; never misses one.
bool any_escape(std::uint64_t word) {
  const auto zero_byte = [](std::uint64_t w) { return (w - kOnes) & ~w & kHigh; };
  const std::uint64_t below_space = (word - kOnes * 0x20U) & ~word & kHigh;
  return (below_space | zero_byte(word ^ (kOnes * '"')) | zero_byte(word ^ (kOnes * '\\'))) != 0;
}

std::size_t plain_run(std::string_view text, std::size_t at) {
  const std::size_t start = at;
  while (at + 8 <= text.size()) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof word);
    if (any_escape(word)) break;
    at += 8;
  }
  while (at < text.size() && !must_escape(text[at])) ++at;
  return at - start;
}

void write_escape(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\r':
      out += "\\r";
      return;
    default:
      break;
  }
  out += "\\u00";
  out += kDigits[static_cast<unsigned char>(c) >> 4U];
  out += kDigits[static_cast<unsigned char>(c) & 15U];
}

}  // namespace

void write(std::string& out, std::string_view text) {
  out += '"';
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t run = plain_run(text, at);
    out.append(text, at, run);
    at += run;
    if (at < text.size()) write_escape(out, text[at++]);
  }
  out += '"';
}

void write_number(std::string& out, std::uint64_t number) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

void write_uuid(std::string& out, const std::array<std::uint8_t, 16>& bytes) {
  out += '"';
  out += detail::format_uuid(bytes);
  out += '"';
}

}  // namespace tutti::wire
