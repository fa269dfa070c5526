#include "lsp-server/link/places.hpp"

#include <algorithm>
#include <variant>

namespace tutti::link {

using text::Chars;

Chars carry_back(Chars at, const text::Delta& delta) {
  Chars before;     // walked in the old text
  Chars left = at;  // still to walk in the new one
  for (const text::Step& step : delta.steps()) {
    if (const auto* erase = std::get_if<text::Erase>(&step)) {
      before += erase->count.value;
    } else if (const auto* insert = std::get_if<text::Insert>(&step)) {
      if (left < insert->count) return before;
      left = left - insert->count.value;
    } else {
      const Chars count = std::get<text::Retain>(step).count;
      if (left < count) return before + left.value;
      before += count.value;
      left = left - count.value;
    }
  }
  return before + left.value;
}

}  // namespace tutti::link
