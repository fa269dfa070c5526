#pragma once

#include <vector>

#include "sync/merge/log/lv.hpp"

namespace tutti::merge {

/// Events or characters, as ranges. First `add`, then `settle`, then questions.
class LvSet {
 public:
  void add(LvRange range) { ranges_.push_back(range); }
  void settle();

  [[nodiscard]] const std::vector<LvRange>& ranges() const { return ranges_; }
  [[nodiscard]] bool contains(Lv lv) const;
  /// The first from `lv` on, up to `end`, of which `contains` says something else.
  [[nodiscard]] Lv alike_until(Lv lv, Lv end) const;

 private:
  std::vector<LvRange> ranges_;  ///< once settled: ascending and apart
};

}  // namespace tutti::merge
