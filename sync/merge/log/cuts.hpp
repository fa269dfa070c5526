#pragma once

#include <cstdint>
#include <vector>

#include "sync/merge/log/lv.hpp"

namespace tutti::merge {

/// Where each change begins. Changes of one length behind one another (typing: all of length 1) share an entry.
class Cuts {
 public:
  struct Run {
    Lv start;            ///< of its first change
    std::uint32_t step;  ///< length of each of its changes
  };

  /// The next `count` changes have `len` events each.
  void append(std::uint32_t len, std::uint32_t count = 1) {
    if (runs_.empty() || runs_.back().step != len) runs_.push_back({size_, len});
    size_ += len * count;
  }
  /// Room for so many more runs.
  void expect(std::size_t runs) { runs_.reserve(runs_.size() + runs); }
  void truncate(Lv size);

  [[nodiscard]] Lv size() const { return size_; }
  /// Begin and end of the change that holds `lv`.
  [[nodiscard]] LvRange around(Lv lv) const;
  /// Where the run that holds `lv` ends.
  [[nodiscard]] Lv run_end_of(Lv lv) const { return run_end(run_of(lv)); }
  [[nodiscard]] const std::vector<Run>& runs() const { return runs_; }
  [[nodiscard]] Lv run_end(std::size_t run) const { return run + 1 < runs_.size() ? runs_[run + 1].start : size_; }

 private:
  [[nodiscard]] std::size_t run_of(Lv lv) const;

  std::vector<Run> runs_;
  Lv size_ = 0;
};

}  // namespace tutti::merge
