#pragma once

#include <optional>
#include <vector>

#include "lsp-server/plain/message.hpp"
#include "lsp-server/plain/profile.hpp"
#include "protocol/base/result.hpp"
#include "sync/text/delta.hpp"
#include "sync/text/rope.hpp"

namespace tutti::plain {

/// A text on its way through changes, with the stretch in which it can differ from where it began: so two courses from one
/// text are compared by what they touched, not whole.
class Course {
 public:
  explicit Course(const text::Rope& base);

  void go(const text::Delta& delta);
  /// Whether both lead to the same text. They must have begun at the same one.
  [[nodiscard]] bool meets(const Course& other) const;
  [[nodiscard]] const text::Rope& text() const { return text_; }

 private:
  text::Rope text_;
  std::uint64_t head_, tail_;  ///< characters at either end that nothing has touched
};

/// Characters inserted and erased.
[[nodiscard]] std::uint64_t weight_of(const text::Delta& delta);

/// What `change` does to `text`. `invalid` when its range runs backwards.
[[nodiscard]] Result<text::Delta> delta_of(const Change& change, const text::Rope& text, const Profile& profile);

/// Two changes in a row as one that is less than the two together; nothing where there is none. The first starts from `before`.
[[nodiscard]] std::optional<text::Delta> less_than_both(const text::Rope& before, const text::Delta& first,
                                                        const text::Delta& then);

/// Applies the changes one after the other; the result is all of them as one. Two neighbours that come to less when taken
/// together count as that: Neovim tells the joining of two lines as an insert here and a deletion there, and two people who
/// join the same lines would have the joined text twice.
[[nodiscard]] text::Delta take_all(text::Rope& text, const std::vector<text::Delta>& changes);

}  // namespace tutti::plain
