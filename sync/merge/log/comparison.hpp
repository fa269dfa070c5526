#pragma once

#include <cstdint>
#include <string_view>

#include "sync/merge/change.hpp"
#include "sync/merge/log/log.hpp"

namespace tutti::merge {

/// Goes along events that are held of one replica, run by run, beside what a change says of them. Counts steps of the graph.
class Comparison {
 public:
  /// `count` events from `first` on, all of which are held.
  Comparison(const Log& log, EventName first, std::uint64_t count) : log_(log), next_(first), left_(count) {}

  // Whether the next events do this, as far as there are more; and whether each follows on the one before, but for the first.
  [[nodiscard]] bool erase(std::uint64_t pos, std::uint64_t count);
  [[nodiscard]] bool insert(std::uint64_t pos, std::string_view text);

 private:
  /// Some of the next `most` that are in one run of each table.
  struct Piece {
    LvRange events;
    Op run;  ///< in which they are
    bool follows;
  };
  [[nodiscard]] Piece next(std::uint64_t most);
  [[nodiscard]] bool follows_last(Lv lv) const;
  [[nodiscard]] std::size_t content_at(const Piece& piece) const;

  const Log& log_;
  EventName next_;
  std::uint64_t left_;
  Lv last_ = kNoLv;          ///< the event before
  Lv known_ = kNoLv;         ///< up to which event of a run it is known
  std::size_t content_ = 0;  ///< where in the content that is
};

}  // namespace tutti::merge
