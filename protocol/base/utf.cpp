#include "protocol/base/utf.hpp"

#include <algorithm>
#include <cstring>

namespace tutti::utf8 {

namespace {

constexpr std::uint64_t kHighBits = 0x8080808080808080ULL;

std::uint64_t load8(const char* p) {
  std::uint64_t word = 0;
  std::memcpy(&word, p, sizeof word);
  return word;
}

/// Length of the well-formed multi-byte character at `at`, 0 if there is none (Unicode 15, table 3-7).
std::size_t well_formed(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U; };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned lead = byte(0);
  const unsigned next = byte(1);
  if (!tail(1)) return 0;
  if (lead >= 0xC2U && lead <= 0xDFU) return 2;
  if (lead >= 0xE0U && lead <= 0xEFU) {
    if (lead == 0xE0U && next < 0xA0U) return 0;  // overlong
    if (lead == 0xEDU && next > 0x9FU) return 0;  // surrogate
    return tail(2) ? 3 : 0;
  }
  if (lead >= 0xF0U && lead <= 0xF4U) {
    if (lead == 0xF0U && next < 0x90U) return 0;  // overlong
    if (lead == 0xF4U && next > 0x8FU) return 0;  // beyond U+10FFFF
    return tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

bool valid(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (at + 8 <= text.size() && (load8(text.data() + at) & kHighBits) == 0) {
      at += 8;
    } else if (static_cast<unsigned char>(text[at]) < 0x80U) {
      ++at;
    } else {
      const std::size_t length = well_formed(text, at);
      if (length == 0) return false;
      at += length;
    }
  }
  return true;
}

namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101ULL;

/// Eight bytes at once; a word that is filled up with zeros has eight characters all the same.
struct WordCounts {
  std::uint64_t continuations, quads, lines;
};
WordCounts count_word(std::uint64_t word) {
  const auto sum = [](std::uint64_t bits) { return (bits * kOnes) >> 56U; };
  const std::uint64_t feeds = word ^ (kOnes * '\n');
  const std::uint64_t other = ((feeds & ~kHighBits) + ~kHighBits) | feeds;  // high bit clear where a byte is zero
  return {sum((word >> 7U) & (~word >> 6U) & kOnes), sum((word >> 7U) & (word >> 6U) & (word >> 5U) & (word >> 4U) & kOnes),
          sum((~other >> 7U) & kOnes)};
}

Counts count_short(std::string_view text) {
  std::uint64_t continuations = 0;
  std::uint64_t quads = 0;
  std::uint64_t lines = 0;
  const auto add = [&](std::uint64_t word) {
    const WordCounts counts = count_word(word);
    continuations += counts.continuations;
    quads += counts.quads;
    lines += counts.lines;
  };
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) add(load8(text.data() + at));
  if (at < text.size()) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, text.size() - at);
    add(word);
  }
  const std::uint64_t chars = text.size() - continuations;
  return {chars, chars + quads, lines};
}

}  // namespace

Counts count(std::string_view text) {
  if (text.size() < 96) return count_short(text);
  // Blocks short enough for byte-wide sums, which the compiler turns into vector code.
  constexpr std::size_t block = 240;
  std::uint64_t continuations = 0;
  std::uint64_t quads = 0;
  std::uint64_t lines = 0;
  for (std::size_t at = 0; at < text.size(); at += block) {
    const std::size_t end = std::min(text.size(), at + block);
    std::uint8_t c = 0;
    std::uint8_t q = 0;
    std::uint8_t l = 0;
    for (std::size_t i = at; i < end; ++i) {
      const auto byte = static_cast<std::uint8_t>(text[i]);
      c = static_cast<std::uint8_t>(c + ((byte & 0xC0U) == 0x80U));
      q = static_cast<std::uint8_t>(q + (byte >= 0xF0U));
      l = static_cast<std::uint8_t>(l + (byte == '\n'));
    }
    continuations += c;
    quads += q;
    lines += l;
  }
  const std::uint64_t chars = text.size() - continuations;
  return {chars, chars + quads, lines};
}

std::uint64_t count_chars(std::string_view text) {
  if (text.size() < 96) return count_short(text).chars;
  constexpr std::size_t block = 240;
  std::uint64_t continuations = 0;
  for (std::size_t at = 0; at < text.size(); at += block) {
    const std::size_t end = std::min(text.size(), at + block);
    std::uint8_t c = 0;
    for (std::size_t i = at; i < end; ++i) c = static_cast<std::uint8_t>(c + is_continuation(text[i]));
    continuations += c;
  }
  return text.size() - continuations;
}

std::size_t skip_chars(std::string_view text, std::uint64_t chars) {
  std::size_t at = 0;
  while (chars > 0 && at < text.size()) {
    if (chars >= 8 && at + 8 <= text.size() && (load8(text.data() + at) & kHighBits) == 0) {
      at += 8;
      chars -= 8;
    } else {
      at += width(text[at]);
      --chars;
    }
  }
  return std::min(at, text.size());
}

std::size_t skip_utf16(std::string_view text, std::uint64_t units) {
  std::size_t at = 0;
  while (units > 0 && at < text.size()) {
    const std::size_t bytes = width(text[at]);
    const std::uint64_t cost = bytes == 4 ? 2 : 1;
    if (cost > units) break;
    units -= cost;
    at += bytes;
  }
  return std::min(at, text.size());
}

std::size_t skip_lines(std::string_view text, std::uint64_t lines) {
  std::size_t at = 0;
  for (; lines > 0; --lines) {
    const std::size_t feed = text.find('\n', at);
    if (feed == std::string_view::npos) return text.size();
    at = feed + 1;
  }
  return at;
}

}  // namespace tutti::utf8
