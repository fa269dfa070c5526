#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sync/text/gap_list.hpp"
#include "sync/text/open_edit.hpp"
#include "sync/text/rope.hpp"

namespace tutti::text {

/// Very many edits of a rope, as when a history is read. A rope is made to be shared, asked and edited anywhere, and pays for
/// it with each edit; here nobody looks in between. So as long as the text is short it stands in a list of gap
/// buffers, and the rope is made of it at the end. Otherwise this is an `OpenEdit`.
class BulkEdit {
 public:
  /// About so many `edits` will follow.
  BulkEdit(Rope& rope, std::uint64_t edits);

  // As those of `OpenEdit`; `close` must follow the last.
  void insert(std::uint64_t at, std::string_view utf8, std::uint64_t chars) {
    if (list_ && list_->bytes() + utf8.size() > kMostBytes) leave_list();
    if (!list_) return open_.insert(at, utf8, chars);
    list_->insert(at, utf8, chars);
  }
  void erase(std::uint64_t at, std::uint64_t chars) {
    if (!list_) return open_.erase(at, chars);
    list_->erase(at, chars);
  }
  void close();

 private:
#ifndef TUTTI_SMALL_NODES
  static constexpr std::uint64_t kMostBytes = 1U << 20U;  // in a list: the way through a longer one takes too many steps
#else
  static constexpr std::uint64_t kMostBytes = 1U << 10U;  // so that tests leave it
#endif

  void leave_list();

  Rope& rope_;
  OpenEdit open_;
  std::optional<GapList> list_;  ///< the whole text while there is one; the rope's is of before then
};

}  // namespace tutti::text
