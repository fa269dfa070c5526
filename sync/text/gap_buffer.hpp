#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

namespace tutti::text {

/// Some text in one piece with a gap where it was edited last: what is edited near there costs next to nothing, and elsewhere
/// as much as there is in between. It counts its characters; only where not all are ASCII does it look for one, from the gap on
/// or from its beginning.
class GapBuffer {
 public:
  /// `chars` is how many characters `text` has, `gap` how many bytes may follow.
  GapBuffer(std::string_view text, std::size_t chars, std::size_t gap);

  [[nodiscard]] std::size_t bytes() const { return capacity_ - (gap_end_ - gap_begin_); }
  [[nodiscard]] std::size_t chars() const { return chars_; }
  [[nodiscard]] bool is_ascii() const { return bytes() == chars_; }

  /// Puts `text` before character `at`, which is within or the end.
  void insert(std::size_t at, std::string_view text, std::size_t chars) {
    if (at != before_) move_gap(at);
    if (gap_end_ - gap_begin_ < text.size()) grow(text.size());
    if (text.size() == 1) {
      data_[gap_begin_] = text[0];
    } else {
      std::memcpy(data_.get() + gap_begin_, text.data(), text.size());
    }
    gap_begin_ += text.size();
    before_ += chars;
    chars_ += chars;
  }
  /// Removes the characters [at, at + count), which are within, and says how many bytes that were.
  std::size_t erase(std::size_t at, std::size_t count) {
    if (at > before_ || at + count < before_) move_gap(at);
    const std::size_t left = before_ - at;
    const std::size_t gap = gap_end_ - gap_begin_;
    if (is_ascii()) {
      gap_begin_ -= left;
      gap_end_ += count - left;
    } else {
      widen_gap(left, count - left);
    }
    before_ = at;
    chars_ -= count;
    return gap_end_ - gap_begin_ - gap;
  }
  /// Takes away some half of it.
  [[nodiscard]] GapBuffer split();
  void append_to(std::string& out) const;

 private:
  [[nodiscard]] std::string_view front() const { return {data_.get(), gap_begin_}; }
  [[nodiscard]] std::string_view back() const { return {data_.get() + gap_end_, capacity_ - gap_end_}; }
  /// Bytes of the text before character `at`.
  [[nodiscard]] std::size_t byte_of(std::size_t at) const;
  void move_gap(std::size_t at);
  void move_back(std::size_t bytes);
  void move_on(std::size_t bytes);
  void widen_gap(std::size_t chars_before, std::size_t chars_behind);
  void grow(std::size_t least);

#ifndef TUTTI_SMALL_NODES
  static constexpr std::size_t kStep = 64;  // bytes that are moved at one go
#else
  static constexpr std::size_t kStep = 6;  // so that tests go it in small buffers
#endif

  std::unique_ptr<char[]> data_;
  std::size_t capacity_;
  std::size_t gap_begin_;
  std::size_t gap_end_;
  std::size_t before_;  ///< characters before the gap
  std::size_t chars_;
};

}  // namespace tutti::text
