#include "lsp-server/link/reduce.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "protocol/base/utf.hpp"

namespace tutti::link {

using text::Chars;
using text::Delta;
using text::Rope;

namespace {

struct Span {
  Chars from, to;
  std::string text;
};

Chars clamped(const Rope& text, text::Place place, Chars shown, text::Encoding encoding) {
  return std::min(text.to_chars(place, encoding), shown);
}

/// Appends `part`, which relates to the stretch [from, to) of the text, to a delta that has walked up to `from`.
void append(Delta& whole, const Delta& part, Chars from, Chars to) {
  Chars at = from;
  for (const text::Step& step : part.steps()) {
    if (const auto* retain = std::get_if<text::Retain>(&step)) {
      whole.retain(retain->count);
      at += retain->count.value;
    } else if (const auto* erase = std::get_if<text::Erase>(&step)) {
      whole.erase(erase->count);
      at += erase->count.value;
    } else {
      const auto& insert = std::get<text::Insert>(step);
      whole.insert(insert.text, insert.count);
    }
  }
  whole.retain(Chars(to - at));
}

void append_reduced(Delta& whole, const Span& span, const Rope& text) {
  if (span.from == span.to) {
    whole.insert(span.text);
  } else if (span.text.empty()) {
    whole.erase(Chars(span.to - span.from));
  } else {
    append(whole, text::diff(text.str(span.from, span.to), span.text), span.from, span.to);
  }
}

Result<std::vector<Span>> spans_of(const std::vector<Replacement>& replacements, const Rope& text, Chars shown,
                                   const Habits& habits) {
  std::vector<Span> spans;
  spans.reserve(replacements.size());
  for (const Replacement& r : replacements) {
    spans.push_back({clamped(text, r.from, shown, habits.encoding), clamped(text, r.to, shown, habits.encoding),
                     habits.cr_ends_lines ? with_line_feeds(r.text) : r.text});
    if (spans.back().from > spans.back().to) return error(ErrorCode::invalid, "a range of the edit ends before it starts");
  }
  std::stable_sort(spans.begin(), spans.end(),
                   [](const Span& a, const Span& b) { return std::pair(a.from, a.to) < std::pair(b.from, b.to); });
  for (std::size_t i = 1; i < spans.size(); ++i) {
    if (spans[i].from < spans[i - 1].to) return error(ErrorCode::invalid, "ranges of the edit overlap");
  }
  return spans;
}

}  // namespace

Result<Delta> reduce(const std::vector<Replacement>& replacements, const Rope& text, Chars shown, const Habits& habits) {
  if (replacements.size() > max_replacements) return error(ErrorCode::invalid, "the edit has too many ranges");
  auto spans = spans_of(replacements, text, shown, habits);
  if (!spans) return spans.error();
  Delta whole;
  Chars at;
  for (const Span& span : *spans) {
    whole.retain(Chars(span.from - at));
    append_reduced(whole, span, text);
    at = span.to;
  }
  return whole;
}

std::vector<Replacement> render(const Delta& edit, const Rope& text, text::Encoding encoding) {
  std::vector<Replacement> replacements;
  Chars at;
  bool joins = false;  // the last step was an insert here, so that an erase belongs to its replacement
  for (const text::Step& step : edit.steps()) {
    if (const auto* retain = std::get_if<text::Retain>(&step)) {
      at += retain->count.value;
      joins = false;
      continue;
    }
    if (!joins) {
      const text::Place place = text.to_place(at, encoding);
      replacements.push_back({place, place, {}});
      joins = true;
    }
    if (const auto* erase = std::get_if<text::Erase>(&step)) {
      at += erase->count.value;
      replacements.back().to = text.to_place(at, encoding);
    } else {
      replacements.back().text += std::get<text::Insert>(step).text;
    }
  }
  return replacements;
}

std::string with_line_feeds(std::string text) {
  if (text.find('\r') == std::string::npos) return text;
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      out += text[i];
    } else if (i + 1 == text.size() || text[i + 1] != '\n') {
      out += '\n';
    }
  }
  return out;
}

namespace {

void erase_returns_in(Delta& out, std::string_view text) {
  while (!text.empty()) {
    const std::size_t at = std::min(text.find('\r'), text.size());
    out.retain(Chars(utf8::count_chars(text.substr(0, at))));
    if (at == text.size()) return;
    out.erase(Chars(1));
    text.remove_prefix(at + 1);
  }
}

}  // namespace

Delta erase_returns(std::string_view text) {
  Delta out;
  if (text.find('\r') != std::string_view::npos) erase_returns_in(out, text);
  return out;
}

Delta erase_returns(const Delta& edit) {
  Delta out;
  for (const text::Step& step : edit.steps()) {
    if (const auto* retain = std::get_if<text::Retain>(&step)) {
      out.retain(retain->count);
    } else if (const auto* insert = std::get_if<text::Insert>(&step)) {
      if (insert->text.find('\r') == std::string::npos) {
        out.retain(insert->count);
      } else {
        erase_returns_in(out, insert->text);
      }
    }
  }
  return out;
}

}  // namespace tutti::link
