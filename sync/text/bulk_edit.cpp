#include "sync/text/bulk_edit.hpp"

namespace tutti::text {

namespace {

constexpr std::uint64_t kBytesPerEdit = 64;  // of text for which an edit pays going in and coming out

}  // namespace

BulkEdit::BulkEdit(Rope& rope, std::uint64_t edits) : rope_(rope), open_(rope) {
  const std::uint64_t bytes = rope.summary().bytes.value;
  if (bytes <= kMostBytes && bytes / kBytesPerEdit <= edits) list_.emplace(rope.str());
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
