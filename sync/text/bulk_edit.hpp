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
  void insert(std::uint64_t at, std::string_view utf8, std::uint64_t chars);
  void erase(std::uint64_t at, std::uint64_t chars);
  void close();

 private:
  void leave_list();

  Rope& rope_;
  OpenEdit open_;
  std::optional<GapList> list_;  ///< the whole text while there is one; the rope's is of before then
};

}  // namespace tutti::text
