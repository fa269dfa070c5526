#include "sync/text/gap_list.hpp"

#include <algorithm>

#include "protocol/base/utf.hpp"

namespace tutti::text {

namespace {

#ifndef TUTTI_SMALL_NODES
constexpr std::size_t kMost = 8192;      // bytes in one buffer: moving half of them takes as long as an edit of a rope
constexpr std::size_t kMostWide = 2048;  // the same where characters are looked for
#else
constexpr std::size_t kMost = 32;  // so that tests meet many
constexpr std::size_t kMostWide = 16;
#endif

bool is_full(const GapBuffer& buffer) {
  return buffer.bytes() > (buffer.is_ascii() ? kMost : kMostWide);
}

}  // namespace

GapList::GapList(std::string_view text) : bytes_(text.size()) {
  buffers_.reserve(text.size() / (kMost / 2) + 1);
  do {
    const std::string_view piece = text.substr(0, utf8::boundary_before(text, kMost / 2));
    buffers_.emplace_back(piece, utf8::count_chars(piece), kMost - piece.size());
    text.remove_prefix(piece.size());
  } while (!text.empty());
}

/// Goes to the buffer with the place before character `at`.
void GapList::seek(std::uint64_t at) {
  while (at < start_) start_ -= buffers_[--here_].chars();
  while (at > start_ + buffers_[here_].chars()) start_ += buffers_[here_++].chars();
}

void GapList::insert(std::uint64_t at, std::string_view text, std::uint64_t chars) {
  bytes_ += text.size();
  while (text.size() > kMost / 2) {
    const std::string_view piece = text.substr(0, utf8::boundary_before(text, kMost / 2));
    const std::uint64_t some = utf8::count_chars(piece);
    insert_piece(at, piece, some);
    at += some;
    chars -= some;
    text.remove_prefix(piece.size());
  }
  insert_piece(at, text, chars);
}

void GapList::insert_piece(std::uint64_t at, std::string_view piece, std::uint64_t chars) {
  seek(at);
  buffers_[here_].insert(at - start_, piece, chars);
  if (is_full(buffers_[here_])) {
    buffers_.insert(buffers_.begin() + static_cast<std::ptrdiff_t>(here_) + 1, buffers_[here_].split());
  }
}

void GapList::erase(std::uint64_t at, std::uint64_t count) {
  seek(at);
  while (count > 0) {
    GapBuffer& buffer = buffers_[here_];
    const std::uint64_t part = std::min<std::uint64_t>(count, start_ + buffer.chars() - at);
    bytes_ -= buffer.bytes();
    buffer.erase(at - start_, part);
    bytes_ += buffer.bytes();
    count -= part;
    if (count > 0) start_ += buffers_[here_++].chars();
  }
}

std::string GapList::str() const {
  std::string text;
  text.reserve(bytes_);
  for (const GapBuffer& buffer : buffers_) buffer.append_to(text);
  return text;
}

}  // namespace tutti::text
