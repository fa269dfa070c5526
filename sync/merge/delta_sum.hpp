#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "sync/text/delta.hpp"

namespace tutti::merge {

/// Composes many small edits, each made to the text after those before it. Edits that go rightwards are strung together as
/// they come; the pieces that this gives are composed pairwise, as in a merge sort, so that the whole costs n log n.
class DeltaSum {
 public:
  void insert(std::uint64_t pos, std::string_view utf8, std::uint64_t chars);
  void erase(std::uint64_t pos, std::uint64_t chars);
  [[nodiscard]] text::Delta take();

 private:
  /// Makes the open piece ready for an edit at `pos`.
  void go_to(std::uint64_t pos);
  void close();

  text::Delta open_;
  std::uint64_t reached_ = 0;  ///< where the open piece ends, in the text after it
  bool empty_ = true;
  std::vector<std::pair<text::Delta, std::size_t>> closed_;  ///< with how many pieces each is made of, falling
};

}  // namespace tutti::merge
