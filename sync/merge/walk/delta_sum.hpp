#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "sync/text/delta.hpp"

namespace tutti::merge {

/// Composes many small edits, each made to the text after those before it. Edits that go rightwards are strung together as
/// they come; the pieces that this gives are composed pairwise, as in a merge sort, so that the whole costs n log n. Words are
/// named by their place in `content`, which must stay, and copied once, at the end.
class DeltaSum {
 public:
  explicit DeltaSum(std::string_view content) : content_(content) {}

  /// `bytes` of the content, from `begin` on, which are `chars` characters.
  void insert(std::uint32_t pos, std::uint32_t begin, std::uint32_t bytes, std::uint32_t chars);
  void erase(std::uint32_t pos, std::uint32_t chars);
  [[nodiscard]] text::Delta take();

 private:
  enum class Kind : std::uint8_t { retain, insert, erase };
  struct Step {
    Kind kind = Kind::retain;
    std::uint32_t chars = 0;
    std::uint32_t begin = 0;  ///< of its words
    std::uint32_t bytes = 0;
  };
  /// The last ones of `steps_`, up to those of the next piece.
  struct Piece {
    std::size_t first = 0;
    std::size_t weight = 1;  ///< of how many it is made
  };
  class Reader;

  /// Makes the open piece, which is the last one, ready for an edit at `pos`.
  void go_to(std::uint32_t pos);
  void open();
  /// Makes one of the last two.
  void join();
  static void add(std::vector<Step>& steps, const Step& step);

  std::string_view content_;
  std::vector<Step> steps_;
  std::vector<Piece> pieces_{Piece{}};
  std::vector<Step> joined_;   ///< kept for its memory
  std::uint32_t reached_ = 0;  ///< where the open piece ends, in the text after it
};

}  // namespace tutti::merge
