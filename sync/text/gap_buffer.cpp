#include "sync/text/gap_buffer.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "protocol/base/utf.hpp"

namespace tutti::text {

GapBuffer::GapBuffer(std::string_view text, std::size_t chars, std::size_t gap)
    : data_(std::make_unique_for_overwrite<char[]>(text.size() + gap)),
      capacity_(text.size() + gap),
      gap_begin_(text.size()),
      gap_end_(capacity_),
      before_(chars),
      chars_(chars) {
  std::memcpy(data_.get(), text.data(), text.size());
}

std::size_t GapBuffer::byte_of(std::size_t at) const {
  if (is_ascii()) return at;
  if (at < before_) return utf8::skip_chars(front(), at);
  return gap_begin_ + utf8::skip_chars(back(), at - before_);
}

void GapBuffer::move_gap(std::size_t at) {
  const std::size_t byte = byte_of(at);
  if (byte < gap_begin_) {
    move_back(gap_begin_ - byte);
  } else {
    move_on(byte - gap_begin_);
  }
  before_ = at;
}

// Mostly it goes a short way, and as far as the gap reaches it does no harm to move more.

void GapBuffer::move_back(std::size_t bytes) {
  char* const data = data_.get();
  if (bytes <= kStep && gap_begin_ >= kStep && gap_begin_ + kStep <= gap_end_) {
    std::memcpy(data + gap_end_ - kStep, data + gap_begin_ - kStep, kStep);
  } else {
    std::memmove(data + gap_end_ - bytes, data + gap_begin_ - bytes, bytes);
  }
  gap_begin_ -= bytes;
  gap_end_ -= bytes;
}

void GapBuffer::move_on(std::size_t bytes) {
  char* const data = data_.get();
  if (bytes <= kStep && gap_end_ + kStep <= capacity_ && gap_begin_ + kStep <= gap_end_) {
    std::memcpy(data + gap_begin_, data + gap_end_, kStep);
  } else {
    std::memmove(data + gap_begin_, data + gap_end_, bytes);
  }
  gap_begin_ += bytes;
  gap_end_ += bytes;
}

void GapBuffer::widen_gap(std::size_t chars_before, std::size_t chars_behind) {
  gap_end_ += utf8::skip_chars(back(), chars_behind);
  for (; chars_before > 0; --chars_before) gap_begin_ = utf8::boundary_before(front(), gap_begin_ - 1);
}

void GapBuffer::grow(std::size_t least) {
  const std::size_t gap = std::max(least, bytes());
  const std::size_t tail = back().size();
  const std::size_t capacity = gap_begin_ + gap + tail;
  auto grown = std::make_unique_for_overwrite<char[]>(capacity);
  std::memcpy(grown.get(), data_.get(), gap_begin_);
  std::memcpy(grown.get() + gap_begin_ + gap, data_.get() + gap_end_, tail);
  data_ = std::move(grown);
  capacity_ = capacity;
  gap_end_ = gap_begin_ + gap;
}

GapBuffer GapBuffer::split() {
  move_gap(chars_ / 2);
  GapBuffer upper(back(), chars_ - before_, gap_end_ - gap_begin_);
  gap_end_ = capacity_;
  chars_ = before_;
  return upper;
}

void GapBuffer::append_to(std::string& out) const {
  out.append(front()).append(back());
}

}  // namespace tutti::text
