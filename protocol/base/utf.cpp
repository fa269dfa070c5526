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

/// All bits that are set in any of four words.
std::uint64_t load32(const char* p) {
  return load8(p) | load8(p + 8) | load8(p + 16) | load8(p + 24);
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

std::size_t ascii_prefix(std::string_view text) {
  std::size_t at = 0;
  while (at + 32 <= text.size() && (load32(text.data() + at) & kHighBits) == 0) at += 32;
  while (at + 8 <= text.size() && (load8(text.data() + at) & kHighBits) == 0) at += 8;
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80U) ++at;
  return at;
}

bool valid(std::string_view text) {
  for (std::size_t at = ascii_prefix(text); at < text.size(); at += ascii_prefix(text.substr(at))) {
    const std::size_t length = well_formed(text, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101ULL;

/// Eight bytes at once; a word that is filled up with zeros has eight characters all the same.
struct WordCounts {
  std::uint64_t continuations, quads, lines;
};
std::uint64_t sum_of_bytes(std::uint64_t word) {  // each of them at most 31
  return (word * kOnes) >> 56U;
}
std::uint64_t continuations_in(std::uint64_t word) {
  return sum_of_bytes((word >> 7U) & (~word >> 6U) & kOnes);
}
std::uint64_t lines_in(std::uint64_t word) {
  const std::uint64_t feeds = word ^ (kOnes * '\n');
  const std::uint64_t other = ((feeds & ~kHighBits) + ~kHighBits) | feeds;  // high bit clear where a byte is zero
  return sum_of_bytes((~other >> 7U) & kOnes);
}
WordCounts count_word(std::uint64_t word) {
  const std::uint64_t high = word & kHighBits;
  const std::uint64_t lines = lines_in(word);
  if (high == 0) return {0, 0, lines};
  return {continuations_in(word), sum_of_bytes((high >> 7U) & (word >> 6U) & (word >> 5U) & (word >> 4U)), lines};
}

/// Fewer than eight bytes in a word, in whatever order.
std::uint64_t load_few(const char* p, std::size_t count) {
  std::uint64_t word = 0;
  const auto take = [&](auto part) {
    if ((count & sizeof part) == 0) return;
    std::memcpy(&part, p, sizeof part);
    p += sizeof part;
    word = (word << (8 * sizeof part)) | part;
  };
  take(std::uint32_t{});
  take(std::uint16_t{});
  take(std::uint8_t{});
  return word;
}

void count_short(std::string_view text, Counts& counts) {
  std::uint64_t continuations = 0;
  const auto add = [&](std::uint64_t word) {
    const WordCounts in_word = count_word(word);
    continuations += in_word.continuations;
    counts.utf16 += in_word.quads;
    counts.lines += in_word.lines;
  };
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) add(load8(text.data() + at));
  if (at < text.size()) add(load_few(text.data() + at, text.size() - at));
  counts.chars += text.size() - continuations;
  counts.utf16 += text.size() - continuations;
}

// Sixteen bytes at once, as GCC and Clang have it on every machine.
constexpr std::size_t kBlock = 16;
using Block = std::uint8_t __attribute__((vector_size(kBlock)));

Block load_block(const char* p) {
  Block block;
  std::memcpy(&block, p, sizeof block);
  return block;
}
Block same_in_all(std::uint8_t byte) {
  return Block{} + byte;
}
std::uint64_t sum_of_bytes(const Block& block) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kBlock; i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, reinterpret_cast<const char*>(&block) + i, sizeof word);
    constexpr std::uint64_t even = 0x00ff00ff00ff00ffULL;
    sum += (((word & even) + ((word >> 8U) & even)) * 0x0001000100010001ULL) >> 48U;
  }
  return sum;
}

/// Whole blocks, at most 255 of them.
void count_blocks(const char* p, std::size_t bytes, Counts& counts) {
  Block continuations{};
  Block quads{};
  Block lines{};
  for (std::size_t at = 0; at < bytes; at += kBlock) {
    const Block block = load_block(p + at);
    continuations -= Block((block & 0xC0U) == same_in_all(0x80U));  // true is -1
    quads -= Block((block & 0xF0U) == same_in_all(0xF0U));
    lines -= Block(block == same_in_all('\n'));
  }
  const std::uint64_t chars = bytes - sum_of_bytes(continuations);
  counts.chars += chars;
  counts.utf16 += chars + sum_of_bytes(quads);
  counts.lines += sum_of_bytes(lines);
}

}  // namespace

Counts count(std::string_view text) {
  Counts counts;
  while (text.size() >= 2 * kBlock) {
    const std::size_t bytes = std::min(text.size(), 255 * kBlock) / kBlock * kBlock;
    count_blocks(text.data(), bytes, counts);
    text.remove_prefix(bytes);
  }
  count_short(text, counts);
  return counts;
}

std::uint64_t count_lines(std::string_view text) {
  if (text.size() >= 64) return count(text).lines;
  std::uint64_t lines = 0;
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) lines += lines_in(load8(text.data() + at));
  return at < text.size() ? lines + lines_in(load_few(text.data() + at, text.size() - at)) : lines;
}

std::uint64_t count_chars(std::string_view text) {
  return count(text).chars;
}

std::size_t skip_chars(std::string_view text, std::uint64_t chars) {
  std::size_t at = 0;
  while (at + 8 <= text.size()) {
    const std::uint64_t word = load8(text.data() + at);
    const std::uint64_t starts = (word & kHighBits) == 0 ? 8 : 8 - continuations_in(word);
    if (starts > chars) break;
    chars -= starts;
    at += 8;
  }
  for (; at < text.size(); ++at) {  // to the start of the first character that is too many
    if (is_continuation(text[at])) continue;
    if (chars == 0) break;
    --chars;
  }
  return at;
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
