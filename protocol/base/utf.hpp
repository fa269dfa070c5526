#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

/// UTF-8 as bytes. All but `valid` expect valid text; what they answer for other bytes is unspecified but never out of range.
namespace tutti::utf8 {

/// Bytes before the first that is not ASCII; the whole size where all are.
[[nodiscard]] std::size_t ascii_prefix(std::string_view text);
/// Strict: no surrogates, no overlong forms, nothing above U+10FFFF. NUL is a character like any other.
[[nodiscard]] bool valid(std::string_view text);

struct Counts {
  std::uint64_t chars = 0;  ///< Unicode scalar values
  std::uint64_t utf16 = 0;  ///< UTF-16 code units
  std::uint64_t lines = 0;  ///< line feeds
};
[[nodiscard]] Counts count(std::string_view text);
[[nodiscard]] std::uint64_t count_chars(std::string_view text);
[[nodiscard]] std::uint64_t count_lines(std::string_view text);

/// Bytes of the first `chars` characters; the whole size where there are fewer.
[[nodiscard]] std::size_t skip_chars(std::string_view text, std::uint64_t chars);
/// Bytes of the characters that fit whole into the first `units` UTF-16 units.
[[nodiscard]] std::size_t skip_utf16(std::string_view text, std::uint64_t units);
/// Bytes up to and including the `lines`-th line feed; the whole size where there are fewer. 0 for 0.
[[nodiscard]] std::size_t skip_lines(std::string_view text, std::uint64_t lines);

[[nodiscard]] constexpr bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}
/// Whether a character starts at byte `at`; the end counts as one.
[[nodiscard]] constexpr bool is_boundary(std::string_view text, std::size_t at) {
  return at >= text.size() || !is_continuation(text[at]);
}
/// The nearest boundary at or before `at`.
[[nodiscard]] constexpr std::size_t boundary_before(std::string_view text, std::size_t at) {
  if (at >= text.size()) return text.size();
  while (at > 0 && is_continuation(text[at])) --at;
  return at;
}
/// The nearest boundary at or after `at`.
[[nodiscard]] constexpr std::size_t boundary_after(std::string_view text, std::size_t at) {
  while (at < text.size() && is_continuation(text[at])) ++at;
  return at < text.size() ? at : text.size();
}
/// Bytes of the character that begins with `lead`.
[[nodiscard]] constexpr std::size_t width(char lead) {
  const auto c = static_cast<unsigned char>(lead);
  if (c < 0xC0U) return 1;
  if (c < 0xE0U) return 2;
  return c < 0xF0U ? 3 : 4;
}

}  // namespace tutti::utf8
