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
  void insert(std::uint64_t at, std::string_view text, std::uint64_t chars);
  /// Removes the characters [at, at + count), which are within the text.
  void erase(std::uint64_t at, std::uint64_t count);
  [[nodiscard]] std::string str() const;

 private:
  void insert_piece(std::uint64_t at, std::string_view piece, std::uint64_t chars);
  void seek(std::uint64_t at);

  std::vector<GapBuffer> buffers_;  ///< never none
  std::size_t here_ = 0;            ///< the one edited last
  std::uint64_t start_ = 0;         ///< characters before it
  std::uint64_t bytes_ = 0;
};

}  // namespace tutti::text
