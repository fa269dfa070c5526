#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tutti::text {

/// Some bytes in one piece with a gap where they were edited last: what is edited near there costs next to nothing, and
/// elsewhere as much as there is in between.
class GapBuffer {
 public:
  explicit GapBuffer(std::string_view text, std::size_t gap);

  [[nodiscard]] std::size_t size() const { return data_.size() - (gap_end_ - gap_begin_); }
  /// Puts `insert` in the place of [at, at + erase), which is within.
  void replace(std::size_t at, std::size_t erase, std::string_view insert) {
    if (at != gap_begin_) move_gap(at);
    gap_end_ += erase;
    if (gap_end_ - gap_begin_ < insert.size()) grow(insert.size());
    insert.copy(data_.data() + gap_begin_, insert.size());  // of nothing, there may be no bytes to point at
    gap_begin_ += insert.size();
  }
  /// Takes away what is from `at` on.
  [[nodiscard]] GapBuffer split(std::size_t at);
  void append_to(std::string& out) const;

 private:
  void move_gap(std::size_t at);
  void grow(std::size_t least);

  std::string data_;
  std::size_t gap_begin_;
  std::size_t gap_end_;
};

}  // namespace tutti::text
