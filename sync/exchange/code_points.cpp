#include "sync/exchange/code_points.hpp"

#include <algorithm>
#include <iterator>

#include "protocol/base/utf.hpp"

namespace tutti::exchange {

namespace {

struct Range {
  char32_t first, last;
};

constexpr Range ignorable[] = {
    {0x00AD, 0x00AD}, {0x034F, 0x034F}, {0x061C, 0x061C},   {0x115F, 0x1160},   {0x17B4, 0x17B5},   {0x180B, 0x180F},
    {0x200B, 0x200F}, {0x202A, 0x202E}, {0x2060, 0x206F},   {0x3164, 0x3164},   {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},
    {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFF8}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
};
constexpr Range bidi[] = {{0x061C, 0x061C}, {0x200E, 0x200F}, {0x202A, 0x202E}, {0x2066, 0x2069}};
constexpr Range control[] = {{0x0000, 0x001F}, {0x007F, 0x009F}, {0x2028, 0x2029}};

template <std::size_t N>
bool within(const Range (&ranges)[N], char32_t c) {
  return std::any_of(std::begin(ranges), std::end(ranges), [c](Range r) { return c >= r.first && c <= r.last; });
}

bool between(char32_t c, char32_t first, char32_t last) {
  return c >= first && c <= last;
}

}  // namespace

char32_t take_code_point(std::string_view& text) {
  const std::size_t width = utf8::width(text.front());
  if (width > text.size() || !utf8::valid(text.substr(0, width))) {
    text.remove_prefix(1);
    return 0xFFFD;
  }
  const auto lead = static_cast<unsigned char>(text.front());
  char32_t c = width == 1 ? lead : lead & (0x7FU >> width);
  for (std::size_t i = 1; i < width; ++i) c = (c << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  text.remove_prefix(width);
  return c;
}

void append_utf8(std::string& out, char32_t c) {
  const auto tail = [&](unsigned shift) { out += static_cast<char>(0x80U | ((c >> shift) & 0x3FU)); };
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0U | (c >> 6U));
    tail(0);
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0U | (c >> 12U));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0U | (c >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
}

bool is_control(char32_t c) {
  return within(control, c);
}

bool is_bidi(char32_t c) {
  return within(bidi, c);
}

bool is_ignorable(char32_t c) {
  return within(ignorable, c);
}

char32_t fold(char32_t c) {
  if (between(c, 0xFF01, 0xFF5E)) c -= 0xFF01 - 0x21;
  if (between(c, U'A', U'Z')) return c + 32;
  if (c < 0x80) return c;
  if (between(c, 0xC0, 0xDE) && c != 0xD7) return c + 32;
  if (between(c, 0x391, 0x3A9) && c != 0x3A2) return c + 32;
  if (between(c, 0x400, 0x40F)) return c + 80;
  if (between(c, 0x410, 0x42F)) return c + 32;
  if (c == 0x17F) return U's';
  if (c == 0x212A) return U'k';
  return c;
}

}  // namespace tutti::exchange
