#include "sync/text/bulk_edit.hpp"

namespace tutti::text {

namespace {

#ifndef TUTTI_SMALL_NODES
constexpr std::uint64_t kMostBytes = 1U << 20U;  // of a text in a list: the way through a longer one takes too many steps
#else
constexpr std::uint64_t kMostBytes = 1U << 10U;  // so that tests leave it
#endif
constexpr std::uint64_t kBytesPerEdit = 64;  // of text for which an edit pays going in and coming out

}  // namespace

BulkEdit::BulkEdit(Rope& rope, std::uint64_t edits) : rope_(rope), open_(rope) {
  const std::uint64_t bytes = rope.summary().bytes.value;
  if (bytes <= kMostBytes && bytes / kBytesPerEdit <= edits) list_.emplace(rope.str());
}

void BulkEdit::insert(std::uint64_t at, std::string_view utf8, std::uint64_t chars) {
  if (list_ && list_->bytes() + utf8.size() > kMostBytes) leave_list();
  if (!list_) return open_.insert(at, utf8, chars);
  list_->insert(at, utf8, chars);
}

void BulkEdit::erase(std::uint64_t at, std::uint64_t chars) {
  if (!list_) return open_.erase(at, chars);
  list_->erase(at, chars);
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
