#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sync/text/rope.hpp"

namespace tutti::text {

/// An edit of a rope that still grows: what follows right before, inside or right behind it becomes part of it. People type,
/// take back and type anew at one place; the rope gets what came of it, and text that did not last never reaches it.
class OpenEdit {
 public:
  explicit OpenEdit(Rope& rope) : rope_(rope) {}

  // Positions are those of the text after all edits before. `close` must follow the last.
  void insert(std::uint64_t at, std::string_view utf8, std::uint64_t chars);
  void erase(std::uint64_t at, std::uint64_t chars);
  void close();

 private:
  static constexpr std::size_t kMost = 1024;  // bytes, so that edits inside move little

  [[nodiscard]] std::uint64_t end() const { return at_ + chars_; }
  [[nodiscard]] std::string_view text() const { return {text_.data(), bytes_}; }
  [[nodiscard]] std::size_t byte_of(std::uint64_t chars) const;
  void move_to(std::uint64_t at);

  Rope& rope_;
  std::uint64_t at_ = 0;
  std::uint64_t erased_ = 0;  ///< of the rope, from `at_` on
  std::uint64_t chars_ = 0;   ///< of `text()`, which goes in there
  std::size_t bytes_ = 0;
  std::array<char, kMost> text_;
};

}  // namespace tutti::text
