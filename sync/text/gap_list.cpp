#include "sync/text/gap_list.hpp"

#include <algorithm>

namespace tutti::text {

namespace {

#ifndef TUTTI_SMALL_NODES
constexpr std::size_t kMost = 8192;  // bytes in one buffer: moving half of them takes as long as an edit of a rope
#else
constexpr std::size_t kMost = 32;  // so that tests meet many
#endif

}  // namespace

GapList::GapList(std::string_view text) : size_(text.size()) {
  buffers_.reserve(text.size() / (kMost / 2) + 1);
  do {
    const std::string_view piece = text.substr(0, kMost / 2);
    buffers_.emplace_back(piece, kMost - piece.size());
    text.remove_prefix(piece.size());
  } while (!text.empty());
}

/// Goes to the buffer with the place before character `at`.
void GapList::seek(std::uint64_t at) {
  while (at < start_) start_ -= buffers_[--here_].size();
  while (at > start_ + buffers_[here_].size()) start_ += buffers_[here_++].size();
}

void GapList::insert(std::uint64_t at, std::string_view text) {
  size_ += text.size();
  while (!text.empty()) {
    const std::string_view piece = text.substr(0, kMost / 2);
    seek(at);
    buffers_[here_].replace(at - start_, 0, piece);
    if (const std::size_t size = buffers_[here_].size(); size > kMost) {
      buffers_.insert(buffers_.begin() + static_cast<std::ptrdiff_t>(here_) + 1, buffers_[here_].split(size / 2));
    }
    at += piece.size();
    text.remove_prefix(piece.size());
  }
}

void GapList::erase(std::uint64_t at, std::uint64_t count) {
  size_ -= count;
  seek(at);
  while (count > 0) {
    const std::size_t begin = at - start_;
    const std::size_t part = std::min<std::uint64_t>(count, buffers_[here_].size() - begin);
    buffers_[here_].replace(begin, part, {});
    count -= part;
    if (count > 0) start_ += buffers_[here_++].size();
  }
}

std::string GapList::str() const {
  std::string text;
  text.reserve(size_);
  for (const GapBuffer& buffer : buffers_) buffer.append_to(text);
  return text;
}

}  // namespace tutti::text
