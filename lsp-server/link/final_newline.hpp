#pragma once

#include "sync/text/delta.hpp"
#include "sync/text/rope.hpp"

// A document's final newline is a character of it (docs/decisions/0003-final-newline.md). Some editors keep it as a flag
// beside their text; here the two forms are turned into each other:
//
//   document  "a\nb\n"   =   editor's text "a\nb", flag on
//   document  "a\nb"     =   editor's text "a\nb", flag off
//   document  ""         =   editor's text "",     flag either way: an empty file has no newline, and the editor's taste for
//                            the first line to come is kept
namespace tutti::link {

/// Whether the last character is a line feed.
[[nodiscard]] bool ends_with_newline(const text::Rope& document);

/// Characters of the document that the editor's text holds.
[[nodiscard]] text::Chars visible(const text::Rope& document, bool flag);

/// The flag once the document is `after`, where an editor that is told of it had `before`.
[[nodiscard]] bool flag_after(const text::Rope& after, bool before);

/// An edit of the editor's text (flag `before` -> `after`) as an edit of the document.
[[nodiscard]] text::Delta to_document(const text::Delta& edit, const text::Rope& document, bool before, bool after);

/// The edit `document` -> `result` as an edit of the editor's text, whose flag becomes `flag_after(result, flag)`.
[[nodiscard]] text::Delta to_editor(const text::Delta& edit, const text::Rope& document, const text::Rope& result, bool flag);

}  // namespace tutti::link
