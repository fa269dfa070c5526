#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/random.hpp"
#include "protocol/base/utf.hpp"

namespace tutti::test {

/// Text with everything that makes positions hard: two to four byte characters, CRLF, empty lines, NUL.
inline std::string random_text(Random& random, std::uint64_t max_chars) {
  static constexpr std::string_view samples[] = {"a",    "b", "c", "d", " ",  "x", "\n", "\n",
                                                 "\r\n", "é", "Ω", "€", "漢", "😀", "𝄞"};
  std::string text;
  const bool ascii = random.chance(60);
  for (std::uint64_t n = random.below(max_chars + 1); n > 0; --n) text += samples[random.below(ascii ? 8 : std::size(samples))];
  if (random.chance(2)) text += '\0';
  return text;
}

/// The oracle: a text as a list of characters.
using CharList = std::vector<std::string>;

inline CharList chars_of(std::string_view text) {
  CharList list;
  while (!text.empty()) {
    const std::size_t n = utf8::width(text[0]);
    list.emplace_back(text.substr(0, n));
    text.remove_prefix(n);
  }
  return list;
}

inline std::string text_of(const CharList& list, std::size_t from = 0, std::size_t to = ~std::size_t{0}) {
  std::string text;
  for (std::size_t i = from; i < list.size() && i < to; ++i) text += list[i];
  return text;
}

}  // namespace tutti::test
