#include "lsp-server/mirror/three_way.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "protocol/base/utf.hpp"
#include "sync/text/diff.hpp"

namespace tutti::mirror {
namespace {

using text::Chars;

/// Walks a delta over the old text: at each place first what is inserted there, then a run of old characters with one fate.
class Walk {
 public:
  explicit Walk(const text::Delta& delta) : at_(delta.steps().begin()), end_(delta.steps().end()) {}

  [[nodiscard]] bool done() const { return at_ == end_; }
  const text::Insert* take_insert() {
    const auto* step = done() ? nullptr : std::get_if<text::Insert>(&*at_);
    if (step != nullptr) ++at_;
    return step;
  }
  [[nodiscard]] bool erases() const { return !done() && std::holds_alternative<text::Erase>(*at_); }
  [[nodiscard]] std::uint64_t left() const {
    if (done()) return ~std::uint64_t{0};
    const auto* kept = std::get_if<text::Retain>(&*at_);
    return (kept != nullptr ? kept->count : std::get<text::Erase>(*at_).count).value - used_;
  }
  void skip(std::uint64_t count) {
    if (done()) return;
    used_ += count;
    if (left() > 0) return;
    ++at_;
    used_ = 0;
  }

 private:
  std::vector<text::Step>::const_iterator at_, end_;
  std::uint64_t used_ = 0;
};

/// What `mine` inserts at a place where `theirs` (already in the text) inserts too. One that holds the other whole is a later
/// state of the same work; anything less alike is kept twice, since a text too much is seen and one too few is not.
void join_inserts(text::Delta& out, const text::Insert& mine, const text::Insert& theirs) {
  if (theirs.text.find(mine.text) != std::string::npos) {
    out.retain(theirs.count);
  } else if (const std::size_t at = mine.text.find(theirs.text); at != std::string::npos) {
    const std::string_view m = mine.text;
    out.insert(m.substr(0, at)).retain(theirs.count).insert(m.substr(at + theirs.text.size()));
  } else {
    out.insert(mine.text).retain(theirs.count);
  }
}

/// Appends the change to make to `theirs`, character by character. Leaves the walk at its end.
void merge_piece(text::Delta& out, std::string_view base, std::string_view mine, std::string_view theirs) {
  const text::Delta my_change = text::diff(base, mine), their_change = text::diff(base, theirs);
  std::uint64_t walked = 0;  // characters of `theirs`
  Walk a(my_change), b(their_change);
  while (!a.done() || !b.done()) {
    const text::Insert* my_insert = a.take_insert();
    const text::Insert* their_insert = b.take_insert();
    if (their_insert != nullptr) walked += their_insert->count.value;
    if (my_insert != nullptr && their_insert != nullptr) {
      join_inserts(out, *my_insert, *their_insert);
    } else if (my_insert != nullptr) {
      out.insert(my_insert->text);
    } else if (their_insert != nullptr) {
      out.retain(their_insert->count);
    }
    if (a.done() && b.done()) break;
    const std::uint64_t run = std::min(a.left(), b.left());
    if (!b.erases()) {
      walked += run;
      a.erases() ? out.erase(Chars(run)) : out.retain(Chars(run));
    }
    a.skip(run);
    b.skip(run);
  }
  out.retain(Chars(utf8::count_chars(theirs) - walked));
}

// ---- by lines

struct Lines {
  std::vector<std::string_view> lines;
  std::vector<std::uint32_t> numbers;  ///< equal lines have equal ones
};

/// Numbers the lines of several texts alike.
class Numbering {
 public:
  Lines split(std::string_view text) {
    Lines out;
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
      out.lines.push_back(text.substr(0, end));
      out.numbers.push_back(known_.try_emplace(out.lines.back(), static_cast<std::uint32_t>(known_.size())).first->second);
      text.remove_prefix(end);
    }
    return out;
  }

 private:
  std::unordered_map<std::string_view, std::uint32_t> known_;
};

constexpr std::ptrdiff_t none = -1;

/// For each line of `to` its line in `from`, or `none`.
std::vector<std::ptrdiff_t> origins(const Lines& from, const Lines& to) {
  std::vector<std::ptrdiff_t> out(to.lines.size(), none);
  for (const text::Match& same : text::match(from.numbers, to.numbers)) {
    for (std::uint32_t i = 0; i < same.count; ++i) out[same.b + i] = static_cast<std::ptrdiff_t>(same.a) + i;
  }
  return out;
}

struct Range {
  std::size_t from = 0, to = 0;
};

std::string_view piece(const Lines& text, Range range) {
  if (range.from >= range.to) return {};
  const std::string_view front = text.lines[range.from], back = text.lines[range.to - 1];
  return {front.data(), static_cast<std::size_t>(back.data() + back.size() - front.data())};
}

/// The base's lines strictly between those that stand before and after `range`.
Range between(const std::vector<std::ptrdiff_t>& origin, Range range, std::size_t base_size) {
  Range out{0, base_size};
  for (std::size_t i = range.from; i-- > 0;) {
    if (origin[i] == none) continue;
    out.from = static_cast<std::size_t>(origin[i]) + 1;
    break;
  }
  for (std::size_t i = range.to; i < origin.size(); ++i) {
    if (origin[i] == none) continue;
    out.to = static_cast<std::size_t>(origin[i]);
    break;
  }
  return out;
}

}  // namespace

// Lines that both have are taken once, wherever they come from. What lies between them differs, and is merged by characters
// over the base's part in the same place.
text::Delta merge_three_way(std::string_view base, std::string_view mine, std::string_view theirs) {
  text::Delta out;
  Numbering numbering;
  const Lines b = numbering.split(base), m = numbering.split(mine), t = numbering.split(theirs);
  const auto from_theirs = origins(t, m), mine_from_base = origins(b, m), theirs_from_base = origins(b, t);
  Range in_mine, in_theirs;
  const auto merge_gap = [&] {
    const Range a = between(mine_from_base, in_mine, b.lines.size()), c = between(theirs_from_base, in_theirs, b.lines.size());
    merge_piece(out, piece(b, {std::max(a.from, c.from), std::min(a.to, c.to)}), piece(m, in_mine), piece(t, in_theirs));
  };
  for (std::size_t i = 0; i < m.lines.size(); ++i) {
    if (from_theirs[i] == none) continue;
    const auto same = static_cast<std::size_t>(from_theirs[i]);
    in_mine.to = i;
    in_theirs.to = same;
    merge_gap();
    out.retain(Chars(utf8::count_chars(t.lines[same])));
    in_mine.from = i + 1;
    in_theirs.from = same + 1;
  }
  in_mine.to = m.lines.size();
  in_theirs.to = t.lines.size();
  merge_gap();
  return out;
}

}  // namespace tutti::mirror
