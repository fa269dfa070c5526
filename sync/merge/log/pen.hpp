#pragma once

#include <array>
#include <cstdint>

#include "sync/merge/log/log.hpp"

namespace tutti::merge {

/// The keystrokes of one author that went on where the one before ended and that the log does not have yet: it gets them as one
/// append. Each is a change of its own all the same. A keystroke costs a compare and a store here, four tables there.
class Pen {
 public:
  static constexpr std::uint32_t kMost = 256;

  [[nodiscard]] bool empty() const { return count_ == 0; }

  /// False when this keystroke does not go on where the last one was.
  [[nodiscard]] bool insert(ReplicaId author, std::uint64_t at, char ascii) {
    if (kind_ != Kind::insert || at != std::uint64_t{at_} + count_ || author != author_ || is_full()) return false;
    text_[count_++] = ascii;
    return true;
  }
  [[nodiscard]] bool erase(ReplicaId author, std::uint64_t at) {
    if (author != author_ || is_full()) return false;
    if (at == at_ && (kind_ == Kind::erase || (kind_ == Kind::backspace && count_ == 1))) {
      kind_ = Kind::erase;
    } else if (at + 1 == at_ && kind_ == Kind::backspace) {
      --at_;
    } else {
      return false;
    }
    ++count_;
    return true;
  }

  // The first keystroke of a run; the pen must be empty.
  void begin_insert(ReplicaId author, std::uint32_t at, char ascii) {
    begin(Kind::insert, author, at);
    text_[0] = ascii;
  }
  void begin_erase(ReplicaId author, std::uint32_t at) { begin(Kind::backspace, author, at); }

  /// Empties it; it must not be empty.
  void write(Log& log);

 private:
  enum class Kind : std::uint8_t { insert, erase, backspace };

  [[nodiscard]] bool is_full() const { return count_ == 0 || count_ == kMost; }
  void begin(Kind kind, ReplicaId author, std::uint32_t at) {
    kind_ = kind;
    author_ = author;
    at_ = at;
    count_ = 1;
  }

  Kind kind_ = Kind::insert;  ///< a single erase counts as backspace
  ReplicaId author_;
  std::uint32_t at_ = 0;
  std::uint32_t count_ = 0;
  std::array<char, kMost> text_;
};

}  // namespace tutti::merge
