#include "lsp-server/plain/halves.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <variant>

#include "lsp-server/plain/course.hpp"

namespace tutti::plain {

using text::Chars;
using text::Delta;

namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n';
}

/// The next characters that are no blanks, from `at` on, as many as `wanted` has: are they the same, and is a line at its end?
bool follows(const text::Rope& text, Chars at, const std::string& wanted) {
  std::string own;
  std::copy_if(wanted.begin(), wanted.end(), std::back_inserter(own), [&](char c) { return !is_blank(c); });
  const std::string rest = text.str(at, std::min(text.size(), at + 2 * wanted.size() + 256));
  std::size_t found = 0;
  std::size_t i = 0;
  for (; i < rest.size() && found < own.size(); ++i) {
    if (is_blank(rest[i])) continue;
    if (rest[i] != own[found++]) return false;
  }
  return !own.empty() && found == own.size() && (i == rest.size() || rest[i] == '\n');
}

/// The blank between the joined lines is all that it may write.
bool writes_only_blanks(const Delta& delta) {
  return std::all_of(delta.steps().begin(), delta.steps().end(), [](const text::Step& step) {
    const auto* insert = std::get_if<text::Insert>(&step);
    return insert == nullptr || std::all_of(insert->text.begin(), insert->text.end(), is_blank);
  });
}

}  // namespace

bool begins_join(const text::Rope& before, const std::vector<Change>& changes, const Profile& profile) {
  if (!profile.parts_joins || changes.empty()) return false;
  const Change& last = changes.back();
  if (!last.range || !(last.range->from == last.range->to) || last.text.empty()) return false;
  text::Rope text(before);
  for (std::size_t i = 0; i + 1 < changes.size(); ++i) {
    if (const auto delta = delta_of(changes[i], text, profile)) text::apply(text, *delta);
  }
  const Chars at = text.to_chars(last.range->from, profile.habits.encoding);
  if (at == text.size() || text.str(at, at + 1) != "\n") return false;
  return follows(text, at + 1, last.text);
}

std::optional<Delta> rest_of_join(const Half& half, const Delta& then) {
  const auto both = less_than_both(text::Rope(half.before.str()), half.insert, then);
  if (!both || !writes_only_blanks(*both)) return std::nullopt;
  return text::compose(text::invert(half.insert, half.before), *both);
}

}  // namespace tutti::plain
