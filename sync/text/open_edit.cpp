#include "sync/text/open_edit.hpp"

#include <algorithm>
#include <cstring>

#include "protocol/base/utf.hpp"

namespace tutti::text {

std::size_t OpenEdit::byte_of(std::uint64_t chars) const {
  if (chars == chars_) return bytes_;
  return chars_ == bytes_ ? chars : utf8::skip_chars(text(), chars);
}

void OpenEdit::move_to(std::uint64_t at) {
  close();
  at_ = at;
}

void OpenEdit::insert(std::uint64_t at, std::string_view utf8, std::uint64_t chars) {
  if (at < at_ || at > end() || bytes_ + utf8.size() > kMost) {
    move_to(at);
    if (utf8.size() > kMost) {
      rope_.insert(Chars(at), utf8, Chars(chars));
      return;
    }
  }
  char* const gap = text_.data() + byte_of(at - at_);
  if (char* const end = text_.data() + bytes_; gap != end) std::memmove(gap + utf8.size(), gap, end - gap);
  std::memcpy(gap, utf8.data(), utf8.size());
  bytes_ += utf8.size();
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
    const std::size_t to = byte_of(at - at_ + inside);
    if (to < bytes_) std::memmove(text_.data() + from, text_.data() + to, bytes_ - to);
    bytes_ -= to - from;
    chars_ -= inside;
  }
  erased_ += chars - inside;
}

void OpenEdit::close() {
  if (erased_ > 0) rope_.erase(Chars(at_), Chars(at_ + erased_));
  if (chars_ > 0) rope_.insert(Chars(at_), text(), Chars(chars_));
  erased_ = 0;
  chars_ = 0;
  bytes_ = 0;
}

}  // namespace tutti::text
