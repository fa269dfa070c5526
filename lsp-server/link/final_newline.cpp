#include "lsp-server/link/final_newline.hpp"

#include <variant>

namespace tutti::link {

using text::Chars;
using text::Delta;
using text::Rope;

namespace {

Delta insert_newline(Chars at) {
  return Delta().retain(at).insert("\n");
}

Delta erase_newline(Chars at) {
  return Delta().retain(at).erase(Chars(1));
}

Chars size_after(Chars size, const Delta& edit) {
  for (const text::Step& step : edit.steps()) {
    if (const auto* insert = std::get_if<text::Insert>(&step)) size += insert->count.value;
    if (const auto* erase = std::get_if<text::Erase>(&step)) size = size - erase->count.value;
  }
  return size;
}

}  // namespace

bool ends_with_newline(const Rope& document) {
  const Chars size = document.size();
  return size.value > 0 && document.str(size - 1, size) == "\n";
}

Chars visible(const Rope& document, bool flag) {
  const Chars size = document.size();
  return flag && size.value > 0 ? size - 1 : size;
}

bool flag_after(const Rope& after, bool before) {
  return after.size().value == 0 ? before : ends_with_newline(after);
}

Delta to_document(const Delta& edit, const Rope& document, bool before, bool after) {
  const Chars shown = visible(document, before);
  const bool has_newline = shown < document.size();
  const Chars shown_after = size_after(shown, edit);
  // An emptied buffer is an empty file; one that was "\n" and is not touched stays what it was.
  const bool untouched = edit.is_noop() && before == after;
  const bool wants_newline = after && (shown_after.value > 0 || (untouched && has_newline));
  if (has_newline == wants_newline) return edit;
  return text::compose(edit, wants_newline ? insert_newline(shown_after) : erase_newline(shown_after));
}

Delta to_editor(const Delta& edit, const Rope& document, const Rope& result, bool flag) {
  const Chars shown = visible(document, flag);
  const Chars shown_after = visible(result, flag_after(result, flag));
  Delta shaped = edit;
  if (shown < document.size()) shaped = text::compose(insert_newline(shown), shaped);
  if (shown_after < result.size()) shaped = text::compose(shaped, erase_newline(shown_after));
  return shaped;
}

}  // namespace tutti::link
