#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lsp-server/link/message.hpp"
#include "protocol/base/result.hpp"
#include "sync/text/delta.hpp"
#include "sync/text/rope.hpp"

// Between an editor's replacements and deltas.
namespace tutti::link {

/// What the replacements do to the first `shown` characters of `text`. Places are clamped; a replacement that is wider than
/// its change, up to the whole text, comes out as the change (so that other people's text in it survives).
/// `invalid` when they overlap, run backwards or are too many.
[[nodiscard]] Result<text::Delta> reduce(const std::vector<Replacement>& replacements, const text::Rope& text,
                                         text::Chars shown, const Habits& habits);

/// The same change as an editor is told it. `edit` starts from `text`, whose places are counted in `encoding`.
[[nodiscard]] std::vector<Replacement> render(const text::Delta& edit, const text::Rope& text, text::Encoding encoding);

/// CRLF and CR as LF.
[[nodiscard]] std::string with_line_feeds(std::string text);

/// Removes the carriage returns that `edit` brought in; starts from the text after `edit`.
[[nodiscard]] text::Delta erase_returns(const text::Delta& edit);
/// Removes those of a whole text.
[[nodiscard]] text::Delta erase_returns(std::string_view text);

}  // namespace tutti::link
