#include "sync/merge/log/cuts.hpp"

#include <algorithm>

namespace tutti::merge {

void Cuts::truncate(Lv size) {
  while (!runs_.empty() && runs_.back().start >= size) runs_.pop_back();
  if (size < size_) size_ = size;
}

std::size_t Cuts::run_of(Lv lv) const {
  const auto after = std::upper_bound(runs_.begin(), runs_.end(), lv, [](Lv at, const Run& run) { return at < run.start; });
  return static_cast<std::size_t>(after - runs_.begin()) - 1;
}

LvRange Cuts::around(Lv lv) const {
  const Run& run = runs_[run_of(lv)];
  const Lv begin = run.start + (lv - run.start) / run.step * run.step;
  return {begin, begin + run.step};
}

}  // namespace tutti::merge
