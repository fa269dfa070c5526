#include "sync/merge/log/event_queue.hpp"

#include <algorithm>
#include <bit>

namespace tutti::merge {

void EventQueue::begin(std::size_t newest) {
  newest_ = newest;
  runs_ = 0;
  word_ = 0;
  waits_.clear();
  nodes_.clear();
  free_ = kNone;
}

void EventQueue::make_room(std::size_t words) {
  waits_.resize(words);
  if (newest_of_.size() < words * 64) newest_of_.resize(words * 64);
}

std::size_t EventQueue::take_run() {
  while (waits_[word_] == 0) ++word_;
  const std::size_t at = word_ * 64 + static_cast<std::size_t>(std::countr_zero(waits_[word_]));
  waits_[word_] &= waits_[word_] - 1;
  --runs_;
  taken_.clear();
  taken_.push_back(newest_of_[at].entry);
  for (std::uint32_t node = newest_of_[at].next; node != kNone;) {
    taken_.push_back(nodes_[node].entry);
    const std::uint32_t next = std::exchange(nodes_[node].next, free_);
    free_ = std::exchange(node, next);
  }
  if (taken_.size() > 1) std::sort(taken_.begin(), taken_.end(), [](Entry a, Entry b) { return a.lv > b.lv; });
  return newest_ - at;
}

}  // namespace tutti::merge
