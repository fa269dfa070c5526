#include "sync/merge/log/ops.hpp"

#include <algorithm>

#include "protocol/base/utf.hpp"
#include "sync/merge/log/run_search.hpp"

namespace tutti::merge {

void Ops::erase(std::uint32_t pos, std::uint32_t len, bool joins) {
  if (joins && !runs_.empty() && (runs_.back().flags & kErases) != 0) {
    Run& last = runs_.back();
    const bool either = size_ - last.lv == 1;
    if (last.pos == pos && (either || (last.flags & kBackward) == 0)) {
      last.flags &= ~kBackward;
      size_ += len;
      return;
    }
    if (len == 1 && last.pos == pos + 1 && (either || (last.flags & kBackward) != 0)) {
      last.flags |= kBackward;
      last.pos = pos;
      size_ += 1;
      return;
    }
  }
  runs_.push_back({size_, pos, static_cast<std::uint32_t>(content_.size()), kErases});
  size_ += len;
}

void Ops::append(const Op& op, std::string_view text) {
  Op moved = op;
  moved.content = static_cast<std::uint32_t>(content_.size());
  content_ += text;
  adopt(moved);
}

void Ops::adopt(std::string content) {
  if (content_.empty() && content_.capacity() < content.size()) {
    content_ = std::move(content);
  } else {
    content_ += content;
  }
}

std::uint32_t Ops::content_before(Lv lv) const {
  if (lv >= size_ || runs_.empty()) return static_cast<std::uint32_t>(content_.size());
  const std::size_t index = run_of(lv);
  return runs_[index].lv == lv ? runs_[index].content : part(index, lv, lv + 1).content;
}

void Ops::take_back() {
  runs_.resize(batch_.runs);
  if (!runs_.empty()) runs_.back() = batch_.last;
  content_.resize(batch_.content);
  size_ = batch_.size;
}

std::size_t Ops::run_of(Lv lv) const {
  if (lv >= runs_.back().lv) return runs_.size() - 1;
  return near_ = find_run(std::span(runs_), &Run::lv, lv, near_);
}

Op Ops::part_of(Op op, Lv begin, Lv end) const {
  const std::uint32_t skipped = begin - op.lv;
  const std::uint32_t len = end - begin;
  if (op.erases) {
    if (op.backward) op.pos += op.len - skipped - len;
  } else {
    const std::string_view text = text_of(op);
    const bool ascii = op.bytes == op.len;
    const std::size_t from = ascii ? skipped : utf8::skip_chars(text, skipped);
    op.bytes = static_cast<std::uint32_t>(ascii ? len : utf8::skip_chars(text.substr(from), len));
    op.content += static_cast<std::uint32_t>(from);
    op.pos += skipped;
  }
  if (skipped > 0) op.starts_patch = true;
  op.lv = begin;
  op.len = len;
  return op;
}

}  // namespace tutti::merge
