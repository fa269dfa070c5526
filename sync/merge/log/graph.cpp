#include "sync/merge/log/graph.hpp"

#include <algorithm>
#include <iterator>

namespace tutti::merge {

void Graph::append(std::uint32_t count, std::span<const Lv> parents) {
  const bool follows_all = std::equal(parents.begin(), parents.end(), frontier_.begin(), frontier_.end());
  const bool continues = size_ > 0 && parents.size() == 1 && parents[0] == size_ - 1;
  if (!continues) begin_run(parents);
  critical_.append({size_, size_ + count}, parents.empty() ? 0 : parents.back() + 1, follows_all);
  const Lv last = size_ + count - 1;
  if (follows_all) {
    if (batch_ > 0)
      std::copy_if(frontier_.begin(), frontier_.end(), std::back_inserter(left_), [&](Lv lv) { return lv < batch_; });
    frontier_.assign(1, last);
  } else {
    for (const Lv parent : parents) {  // few, and mostly among the newest of the frontier, which may be long
      const auto at = std::lower_bound(frontier_.begin(), frontier_.end(), parent);
      if (at == frontier_.end() || *at != parent) continue;
      if (parent < batch_) left_.push_back(parent);
      frontier_.erase(at);
    }
    frontier_.push_back(last);
  }
  size_ += count;
}

void Graph::begin_run(std::span<const Lv> parents) {
  runs_.push_back({size_, static_cast<std::uint32_t>(parents_.size()), {}});
  parents_.insert(parents_.end(), parents.begin(), parents.end());
  for (std::size_t i = 0; i < std::min(parents.size(), kNearParents); ++i) {
    runs_.back().parent_runs[i] = static_cast<std::uint32_t>(run_below(parents[i], runs_.size() - 1));
  }
}

void Graph::begin_batch() {
  batch_ = size_;
  left_.clear();
  critical_.begin_batch();
}

Lv Graph::take_back() {
  for (; !runs_.empty() && runs_.back().start >= batch_; ++steps_) {
    parents_.resize(runs_.back().first_parent);
    runs_.pop_back();
  }
  frontier_.erase(std::lower_bound(frontier_.begin(), frontier_.end(), batch_), frontier_.end());
  std::sort(left_.begin(), left_.end());
  const auto stayed = static_cast<std::ptrdiff_t>(frontier_.size());
  frontier_.insert(frontier_.end(), left_.begin(), left_.end());
  std::inplace_merge(frontier_.begin(), frontier_.begin() + stayed, frontier_.end());
  minimality_.forget_from(batch_);
  left_.clear();
  critical_.take_back();
  return size_ = batch_;
}

std::size_t Graph::run_of(Lv lv) const {
  if (lv >= runs_.back().start) return runs_.size() - 1;
  return near_ = find_run(std::span(runs_), &Run::start, lv, near_);
}

std::size_t Graph::run_after_parents(std::size_t run, std::size_t parents) const {
  const std::size_t most = runs_[run].first_parent + parents;
  const auto after = std::partition_point(runs_.begin() + static_cast<std::ptrdiff_t>(run), runs_.end(),
                                          [&](const Run& each) { return each.first_parent <= most; });
  return static_cast<std::size_t>(after - runs_.begin());
}

Frontier Graph::parents_of(Lv lv) const {
  const std::size_t index = run_of(lv);
  if (runs_[index].start != lv) return {lv - 1};
  const auto parents = run_parents(index);
  return {parents.begin(), parents.end()};
}

bool Graph::is_plainly_minimal(std::span<const Lv> version) const {
  if (version.size() < 2) return true;
  const auto others = version.first(version.size() - 1);
  return std::all_of(others.begin(), others.end(),
                     [&](Lv lv) { return std::binary_search(frontier_.begin(), frontier_.end(), lv); });
}

}  // namespace tutti::merge
