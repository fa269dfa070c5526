#include "sync/text/bulk_edit.hpp"

#include <algorithm>

namespace tutti::text {

namespace {

constexpr std::uint64_t kBytesPerEdit = 64;  // of text for which an edit pays going in and coming out
#ifndef TUTTI_SMALL_NODES
constexpr std::uint64_t kLeastEdits = 32;  // that pay the first buffer
#else
constexpr std::uint64_t kLeastEdits = 0;
#endif

}  // namespace

BulkEdit::BulkEdit(Rope& rope, std::uint64_t edits) : rope_(rope), open_(rope) {
  const std::uint64_t bytes = rope.summary().bytes.value;
  if (bytes <= kMostBytes && edits >= std::max(kLeastEdits, bytes / kBytesPerEdit)) list_.emplace(rope.str());
}

void BulkEdit::leave_list() {
  rope_ = Rope(list_->str());
  list_.reset();
}

void BulkEdit::close() {
  if (list_) return leave_list();
  open_.close();
}

}  // namespace tutti::text
