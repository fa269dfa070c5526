#include "lsp-server/mirror/three_way.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

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

/// What `mine` inserts at a place where `theirs` (already in the text) inserts too.
void join_inserts(text::Delta& out, const text::Insert& mine, const text::Insert& theirs) {
  if (theirs.text.find(mine.text) != std::string::npos) {
    out.retain(theirs.count);
  } else if (const std::size_t at = mine.text.find(theirs.text); at != std::string::npos) {
    out.insert(std::string_view(mine.text).substr(0, at)).retain(theirs.count);
    out.insert(std::string_view(mine.text).substr(at + theirs.text.size()));
  } else {
    out.insert(mine.text).retain(theirs.count);
  }
}

}  // namespace

text::Delta merge_three_way(std::string_view base, std::string_view mine, std::string_view theirs) {
  const text::Delta my_change = text::diff(base, mine), their_change = text::diff(base, theirs);
  text::Delta out;
  Walk a(my_change), b(their_change);
  while (!a.done() || !b.done()) {
    const text::Insert* my_insert = a.take_insert();
    const text::Insert* their_insert = b.take_insert();
    if (my_insert != nullptr && their_insert != nullptr) {
      join_inserts(out, *my_insert, *their_insert);
    } else if (my_insert != nullptr) {
      out.insert(my_insert->text);
    } else if (their_insert != nullptr) {
      out.retain(their_insert->count);
    }
    if (a.done() && b.done()) break;
    const std::uint64_t run = std::min(a.left(), b.left());
    if (!b.erases()) a.erases() ? out.erase(Chars(run)) : out.retain(Chars(run));
    a.skip(run);
    b.skip(run);
  }
  return out;
}

}  // namespace tutti::mirror
