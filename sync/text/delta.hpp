#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sync/text/coordinates.hpp"
#include "sync/text/rope.hpp"

namespace tutti::text {

struct Retain {
  Chars count;
  friend bool operator==(const Retain&, const Retain&) = default;
};
struct Erase {
  Chars count;
  friend bool operator==(const Erase&, const Erase&) = default;
};
struct Insert {
  std::string text;  ///< UTF-8
  Chars count;       ///< of `text`
  friend bool operator==(const Insert&, const Insert&) = default;
};
using Step = std::variant<Retain, Erase, Insert>;

/// A change of one text into another, as a walk over the old one. What is not walked is retained.
/// Normal form, kept by the builders: neighbours of one kind are joined, an insert stands before an erase at the same
/// place, no empty steps, no retain at the end. Two deltas that do the same with the same steps are equal.
class Delta {
 public:
  Delta& retain(Chars count);
  Delta& erase(Chars count);
  Delta& insert(std::string_view utf8);
  /// The same for a caller who knows how many characters it is.
  Delta& insert(std::string_view utf8, Chars count);

  [[nodiscard]] const std::vector<Step>& steps() const { return steps_; }
  [[nodiscard]] bool is_noop() const { return steps_.empty(); }
  /// Characters of the old text that the walk covers: the old text must have at least this many.
  [[nodiscard]] Chars reach() const;
  /// Inserted bytes, for limits.
  [[nodiscard]] Bytes inserted() const;

  friend bool operator==(const Delta& a, const Delta& b) { return a.steps_ == b.steps_; }

 private:
  void settle_tail();

  std::vector<Step> steps_;
  Chars tail_;  ///< retained since the last step; becomes a step once something follows
};

/// Applies in place. `delta.reach() <= rope.size()`.
void apply(Rope& rope, const Delta& delta);

/// First `a`, then `b`, as one.
[[nodiscard]] Delta compose(const Delta& a, const Delta& b);

/// Whose insert stands first (left) where both insert at one place.
enum class Left { mine, theirs };

/// `mine` and `theirs` start from one text; the result does what `mine` did after `theirs` has been applied.
/// For every pair: compose(mine, transform(theirs, mine, other(left))) == compose(theirs, transform(mine, theirs, left))
[[nodiscard]] Delta transform(const Delta& mine, const Delta& theirs, Left left);

/// Undoes `delta`; `before` is the text it was applied to.
[[nodiscard]] Delta invert(const Delta& delta, const Snapshot& before);

/// A small change of `before` into `after`: common prefix and suffix cut, the middle by lines, then by characters where that
/// is cheap. Work is bounded (about n·log n); beyond the bound the middle is replaced as a whole.
[[nodiscard]] Delta diff(std::string_view before, std::string_view after);

/// The lines that both texts have, in order: the best base where none is known.
[[nodiscard]] std::string common_lines(std::string_view a, std::string_view b);

/// A place carried along: where `at` is after `delta`. With `Left::mine` it stays before text inserted exactly there.
[[nodiscard]] Chars carry(Chars at, const Delta& delta, Left left);

}  // namespace tutti::text
