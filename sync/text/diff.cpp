#include "sync/text/diff.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "protocol/base/utf.hpp"
#include "sync/text/delta.hpp"

namespace tutti::text {

namespace {

constexpr std::size_t kMaxTokens = 200'000;  // per side of one changed stretch; longer ones are replaced by whole lines

using Pieces = std::vector<std::string_view>;

Pieces lines_of(std::string_view text) {
  Pieces lines;
  while (!text.empty()) {
    const std::size_t feed = text.find('\n');
    const std::size_t end = feed == std::string_view::npos ? text.size() : feed + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

enum class Kind { word, space, other };

Kind kind_of(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x80U || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
    return Kind::word;
  return c == ' ' || c == '\t' ? Kind::space : Kind::other;
}

/// Words, stretches of blanks, single signs: what a person would call a change in code is one of these.
Pieces tokens_of(std::string_view text) {
  Pieces tokens;
  while (!text.empty()) {
    const Kind kind = kind_of(text[0]);
    std::size_t end = 1;
    while (kind != Kind::other && end < text.size() && kind_of(text[end]) == kind) ++end;
    tokens.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return tokens;
}

/// Gives equal pieces equal numbers.
class Numbering {
 public:
  std::vector<std::uint32_t> number(const Pieces& pieces) {
    std::vector<std::uint32_t> numbers;
    numbers.reserve(pieces.size());
    for (const std::string_view piece : pieces) {
      numbers.push_back(known_.try_emplace(piece, static_cast<std::uint32_t>(known_.size())).first->second);
    }
    return numbers;
  }

 private:
  std::unordered_map<std::string_view, std::uint32_t> known_;
};

std::size_t common_prefix(std::string_view a, std::string_view b) {
  const auto both = std::min(a.size(), b.size());
  const auto end = std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(both), b.begin()).first;
  auto at = static_cast<std::size_t>(end - a.begin());
  while (at > 0 && !(utf8::is_boundary(a, at) && utf8::is_boundary(b, at))) --at;
  return at;
}

std::size_t common_suffix(std::string_view a, std::string_view b) {
  const auto both = std::min(a.size(), b.size());
  std::size_t count = 0;
  while (count < both && a[a.size() - 1 - count] == b[b.size() - 1 - count]) ++count;
  while (count > 0 && utf8::is_continuation(a[a.size() - count])) --count;
  return count;
}

std::size_t line_before(std::string_view text, std::size_t at) {
  const std::size_t feed = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  return feed == std::string_view::npos ? 0 : feed + 1;
}

std::size_t line_after(std::string_view text, std::size_t at) {
  const std::size_t feed = text.find('\n', at);
  return feed == std::string_view::npos ? text.size() : feed + 1;
}

void replace(Delta& delta, std::string_view before, std::string_view after) {
  const std::size_t head = common_prefix(before, after);
  delta.retain(Chars(utf8::count_chars(before.substr(0, head))));
  before.remove_prefix(head);
  after.remove_prefix(head);
  const std::size_t tail = common_suffix(before, after);
  const std::string_view kept = before.substr(before.size() - tail);
  delta.insert(after.substr(0, after.size() - tail));
  delta.erase(Chars(utf8::count_chars(before.substr(0, before.size() - tail))));
  delta.retain(Chars(utf8::count_chars(kept)));
}

std::string_view joined(const Pieces& pieces, std::uint32_t from, std::uint32_t to) {
  if (from == to) return {};
  const char* const begin = pieces[from].data();
  return {begin, static_cast<std::size_t>(pieces[to - 1].data() + pieces[to - 1].size() - begin)};
}

std::vector<Match> matches_of(const Pieces& before, const Pieces& after) {
  Numbering numbering;
  const auto a = numbering.number(before);
  return match(a, numbering.number(after));
}

/// Walks what the two sides have in common; `changed` is called for each pair of stretches between.
template <class Changed>
void walk(Delta& delta, const Pieces& before, const Pieces& after, std::vector<Match> matches, Changed changed) {
  matches.push_back({static_cast<std::uint32_t>(before.size()), static_cast<std::uint32_t>(after.size()), 0});
  std::uint32_t at_a = 0;
  std::uint32_t at_b = 0;
  for (const Match& m : matches) {
    changed(delta, joined(before, at_a, m.a), joined(after, at_b, m.b));
    delta.retain(Chars(utf8::count_chars(joined(before, m.a, m.a + m.count))));
    at_a = m.a + m.count;
    at_b = m.b + m.count;
  }
}

void by_tokens(Delta& delta, std::string_view before, std::string_view after) {
  if (before.empty() || after.empty()) return replace(delta, before, after);
  const Pieces a = tokens_of(before);
  const Pieces b = tokens_of(after);
  if (a.size() > kMaxTokens || b.size() > kMaxTokens) return replace(delta, before, after);
  walk(delta, a, b, matches_of(a, b), replace);
}

/// Blank lines and lone braces fit anywhere. Taken for a match they could part a word from the same word beyond them, which
/// would then be erased here and inserted there: by two people at once, twice.
bool says_something(std::string_view lines) {
  return std::any_of(lines.begin(), lines.end(), [](char c) { return kind_of(c) == Kind::word; });
}

void by_lines(Delta& delta, std::string_view before, std::string_view after) {
  const Pieces a = lines_of(before);
  const Pieces b = lines_of(after);
  auto matches = matches_of(a, b);
  std::erase_if(matches, [&](const Match& m) { return !says_something(joined(a, m.a, m.a + m.count)); });
  walk(delta, a, b, std::move(matches), by_tokens);
}

}  // namespace

Delta diff(std::string_view before, std::string_view after) {
  Delta delta;
  const std::size_t head = line_before(before, common_prefix(before, after));
  delta.retain(Chars(utf8::count_chars(before.substr(0, head))));
  before.remove_prefix(head);
  after.remove_prefix(head);
  const std::size_t tail = before.size() - line_after(before, before.size() - common_suffix(before, after));
  before.remove_suffix(tail);
  after.remove_suffix(tail);
  by_lines(delta, before, after);
  return delta;
}

std::string common_lines(std::string_view a, std::string_view b) {
  const Pieces lines = lines_of(a);
  std::string common;
  for (const Match& m : matches_of(lines, lines_of(b))) common += joined(lines, m.a, m.a + m.count);
  return common;
}

}  // namespace tutti::text
