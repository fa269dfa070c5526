#pragma once

#include <string>
#include <string_view>

// Single code points of a path: what they are, and which of them fold together. Private to the room.
namespace tutti::exchange {

/// Takes the first code point off `text`, which is not empty. Of bytes that are not UTF-8 it takes one, as U+FFFD.
[[nodiscard]] char32_t take_code_point(std::string_view& text);
void append_utf8(std::string& out, char32_t c);

/// C0, DEL, C1 and the line and paragraph separators: they break lines in logs and lists.
[[nodiscard]] bool is_control(char32_t c);
/// Turns the direction in which a name is shown, so that it reads as another one.
[[nodiscard]] bool is_bidi(char32_t c);
/// Shows as nothing: soft hyphen, zero-width and joining characters, variation selectors, tags, fillers
/// (Unicode's Default_Ignorable_Code_Point). HFS+ skips some of them when it compares names: `.g<U+200C>it` is `.git` there.
[[nodiscard]] bool is_ignorable(char32_t c);
/// One lower-case form for letters that a disk may hold to be the same: ASCII, full-width ASCII, Latin-1, Greek, Cyrillic,
/// the long s and the Kelvin sign.
[[nodiscard]] char32_t fold(char32_t c);

}  // namespace tutti::exchange
