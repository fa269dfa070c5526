#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sync/text/gap_buffer.hpp"

namespace tutti::text {

/// A text that is much edited and not looked at: short gap buffers one after the other. An edit costs what the gap has to go
/// within its buffer, and a step for each buffer on the way from the one before; in a buffer with other characters than ASCII,
/// also the look for its place, so that those are shorter.
class GapList {
 public:
  explicit GapList(std::string_view text);

  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  /// `at` must not be beyond the end; `chars` is how many `text` has.
  void insert(std::uint64_t at, std::string_view text, std::uint64_t chars) {
    bytes_ += text.size();
    if (text.size() > kMost / 2) return insert_long(at, text, chars);
    insert_piece(at, text, chars);
  }
  /// Removes the characters [at, at + count), which are within the text.
  void erase(std::uint64_t at, std::uint64_t count) {
    seek(at);
    GapBuffer& buffer = buffers_[here_];
    if (at - start_ + count > buffer.chars()) return erase_long(at, count);
    bytes_ -= buffer.erase(at - start_, count);
  }
  [[nodiscard]] std::string str() const;

 private:
#ifndef TUTTI_SMALL_NODES
  static constexpr std::size_t kMost = 8192;      // bytes in one buffer: moving half of them takes as long as an edit of a rope
  static constexpr std::size_t kMostWide = 2048;  // the same where characters are looked for
#else
  static constexpr std::size_t kMost = 32;  // so that tests meet many
  static constexpr std::size_t kMostWide = 16;
#endif

  void insert_piece(std::uint64_t at, std::string_view piece, std::uint64_t chars) {
    seek(at);
    const std::size_t bytes = buffers_[here_].bytes();
    if (bytes + piece.size() > kMostWide && (bytes + piece.size() > kMost || !buffers_[here_].is_ascii())) {
      if (bytes > kMostWide / 2) split();
      seek(at);
    }
    buffers_[here_].insert(at - start_, piece, chars);
  }
  void insert_long(std::uint64_t at, std::string_view text, std::uint64_t chars);
  void erase_long(std::uint64_t at, std::uint64_t count);
  void split();
  /// Goes to the buffer with the place before character `at`.
  void seek(std::uint64_t at) {
    while (at < start_) start_ -= buffers_[--here_].chars();
    while (at > start_ + buffers_[here_].chars()) start_ += buffers_[here_++].chars();
  }

  std::vector<GapBuffer> buffers_;  ///< never none
  std::size_t here_ = 0;            ///< the one edited last
  std::uint64_t start_ = 0;         ///< characters before it
  std::uint64_t bytes_ = 0;
};

}  // namespace tutti::text
