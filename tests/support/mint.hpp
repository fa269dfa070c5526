#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "protocol/base/random.hpp"

namespace tutti::test {

inline char32_t unique_char(std::size_t n) {
  constexpr char32_t starts[] = {0x0100, 0x4E00, 0x1F300, 0x0400, 0x20000};  // 2, 3, 4, 2, 4 bytes
  constexpr std::size_t sizes[] = {0x100, 0x5000, 0x300, 0x100, 0xA000};
  for (std::size_t spin = n % 5, index = n / 5;; spin = (spin + 1) % 5) {
    if (spin == 1 || spin == 4 || index < sizes[spin]) return starts[spin] + static_cast<char32_t>(index);
    index += 0x1000 + sizes[spin] * spin;  // that range is used up: a far place of a large one
  }
}

/// Hands out characters that occur once in a whole run, so that a lost or doubled one is seen. A full stop behind each keeps
/// them apart as words.
class Mint {
 public:
  std::u32string word(Random& random, std::size_t most) {
    std::u32string out;
    const std::size_t length = 1 + random.below(most);
    for (std::size_t i = 0; i < length; ++i) {
      if (random.chance(25)) out += U'\n';
      made_.push_back(unique_char(made_.size()));
      out += made_.back();
      out += U'.';
    }
    return out;
  }
  [[nodiscard]] const std::vector<char32_t>& all() const { return made_; }

 private:
  std::vector<char32_t> made_;
};

inline std::string to_utf8(const std::u32string& text) {
  std::string out;
  const auto put = [&](unsigned byte) { out += static_cast<char>(byte); };
  for (const char32_t c : text) {
    if (c < 0x80) {
      put(c);
    } else if (c < 0x800) {
      put(0xC0U | (c >> 6U)), put(0x80U | (c & 0x3FU));
    } else if (c < 0x10000) {
      put(0xE0U | (c >> 12U)), put(0x80U | ((c >> 6U) & 0x3FU)), put(0x80U | (c & 0x3FU));
    } else {
      put(0xF0U | (c >> 18U)), put(0x80U | ((c >> 12U) & 0x3FU)), put(0x80U | ((c >> 6U) & 0x3FU)), put(0x80U | (c & 0x3FU));
    }
  }
  return out;
}

inline std::u32string to_utf32(const std::string& text) {
  std::u32string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t width = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t c = width == 1 ? lead : lead & (0xFFU >> (width + 1));
    for (std::size_t k = 1; k < width; ++k) c = (c << 6U) | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
    out += c;
    i += width;
  }
  return out;
}

/// The nearest place at or before `at` that is not within a word. Whoever edits there keeps the unique characters apart, so
/// that a comparison of two texts (on opening) never takes two of them for one word.
inline std::size_t between_words(const std::u32string& text, std::size_t at) {
  while (at > 0 && text[at - 1] >= 0x80) --at;
  return at;
}

}  // namespace tutti::test
