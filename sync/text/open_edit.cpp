#include "sync/text/open_edit.hpp"

#include <algorithm>

#include "protocol/base/utf.hpp"

namespace tutti::text {

std::size_t OpenEdit::byte_of(std::uint64_t chars) const {
  if (chars == chars_) return text_.size();
  return chars_ == text_.size() ? chars : utf8::skip_chars(text_, chars);
}

void OpenEdit::move_to(std::uint64_t at) {
  close();
  at_ = at;
}

void OpenEdit::insert(std::uint64_t at, std::string_view utf8, std::uint64_t chars) {
  if (at < at_ || at > end() || text_.size() + utf8.size() > kMost) {
    move_to(at);
    if (utf8.size() > kMost) {
      rope_.insert(Chars(at), utf8, Chars(chars));
      return;
    }
  }
  const std::size_t byte = byte_of(at - at_);
  if (byte == text_.size()) {
    text_.append(utf8);
  } else {
    text_.insert(byte, utf8);
  }
  chars_ += chars;
}

void OpenEdit::erase(std::uint64_t at, std::uint64_t chars) {
  if (at > end() || at + chars < at_) move_to(at);
  if (at < at_) {
    erased_ += at_ - at;
    chars -= at_ - at;
    at_ = at;
  }
  const std::uint64_t inside = std::min(chars, end() - at);
  if (inside > 0) {
    const std::size_t from = byte_of(at - at_);
    text_.erase(from, byte_of(at - at_ + inside) - from);
    chars_ -= inside;
  }
  erased_ += chars - inside;
}

void OpenEdit::close() {
  if (erased_ > 0) rope_.erase(Chars(at_), Chars(at_ + erased_));
  if (chars_ > 0) rope_.insert(Chars(at_), text_, Chars(chars_));
  erased_ = 0;
  chars_ = 0;
  text_.clear();
}

}  // namespace tutti::text
