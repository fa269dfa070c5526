#include "sync/text/gap_buffer.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tutti::text {

GapBuffer::GapBuffer(std::string_view text, std::size_t gap)
    : data_(text.size() + gap, '\0'), gap_begin_(text.size()), gap_end_(text.size() + gap) {
  text.copy(data_.data(), text.size());
}

void GapBuffer::move_gap(std::size_t at) {
  char* const data = data_.data();
  if (at < gap_begin_) {
    gap_end_ -= gap_begin_ - at;
    std::memmove(data + gap_end_, data + at, gap_begin_ - at);
  } else {
    std::memmove(data + gap_begin_, data + gap_end_, at - gap_begin_);
    gap_end_ += at - gap_begin_;
  }
  gap_begin_ = at;
}

void GapBuffer::grow(std::size_t least) {
  const std::size_t tail = data_.size() - gap_end_;
  const std::size_t gap = std::max(least, size());
  std::string grown(gap_begin_ + gap + tail, '\0');
  std::memcpy(grown.data(), data_.data(), gap_begin_);
  std::memcpy(grown.data() + gap_begin_ + gap, data_.data() + gap_end_, tail);
  data_ = std::move(grown);
  gap_end_ = gap_begin_ + gap;
}

GapBuffer GapBuffer::split(std::size_t at) {
  move_gap(at);
  GapBuffer upper(std::string_view(data_).substr(gap_end_), gap_end_ - gap_begin_);
  gap_end_ = data_.size();
  return upper;
}

void GapBuffer::append_to(std::string& out) const {
  out.append(data_, 0, gap_begin_).append(data_, gap_end_);
}

}  // namespace tutti::text
