#include "sync/text/gap_list.hpp"

#include <algorithm>

#include "protocol/base/utf.hpp"

namespace tutti::text {

GapList::GapList(std::string_view text) : bytes_(text.size()) {
  buffers_.reserve(text.size() / (kMost / 2) + 1);
  do {
    const std::string_view piece = text.substr(0, utf8::boundary_before(text, kMost / 2));
    buffers_.emplace_back(piece, utf8::count_chars(piece), kMost - piece.size());
    text.remove_prefix(piece.size());
  } while (!text.empty());
}

void GapList::insert_long(std::uint64_t at, std::string_view text, std::uint64_t chars) {
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

void GapList::split() {
  buffers_.insert(buffers_.begin() + static_cast<std::ptrdiff_t>(here_) + 1, buffers_[here_].split());
}

/// What lies between is given up, so that much text that came and went leaves nothing behind.
void GapList::erase_long(std::uint64_t at, std::uint64_t count) {
  std::uint64_t left = count - (start_ + buffers_[here_].chars() - at);
  bytes_ -= buffers_[here_].erase(at - start_, count - left);
  const auto next = buffers_.begin() + static_cast<std::ptrdiff_t>(here_) + 1;
  auto end = next;
  for (; left > 0 && left >= end->chars(); ++end) {
    left -= end->chars();
    bytes_ -= end->bytes();
  }
  if (left > 0) bytes_ -= end->erase(0, left);
  buffers_.erase(next, end);
}

std::string GapList::str() const {
  std::string text;
  text.reserve(bytes_);
  for (const GapBuffer& buffer : buffers_) buffer.append_to(text);
  return text;
}

}  // namespace tutti::text
