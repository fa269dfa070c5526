#include "sync/merge/log/graph.hpp"

#include <algorithm>

namespace tutti::merge {

void Graph::append(std::uint32_t count, std::span<const Lv> parents) {
  const bool follows_all = std::equal(parents.begin(), parents.end(), frontier_.begin(), frontier_.end());
  const bool continues = size_ > 0 && parents.size() == 1 && parents[0] == size_ - 1;
  if (!continues) begin_run(parents);
  critical_.append({size_, size_ + count}, parents.empty() ? 0 : parents.back() + 1, follows_all);
  replace_heads(parents, size_ + count - 1, follows_all);
  size_ += count;
}

void Graph::replace_heads(std::span<const Lv> parents, Lv last, bool follows_all) {
  if (follows_all) {
    if (batch_ > 0) std::for_each(frontier_.begin(), frontier_.end(), [this](Lv head) { leave_frontier(head); });
    frontier_.assign(1, last);
    return;
  }
  for (const Lv parent : parents) {  // few, and mostly among the newest of the frontier, which may be long
    const auto at = std::lower_bound(frontier_.begin(), frontier_.end(), parent);
    if (at == frontier_.end() || *at != parent) continue;
    leave_frontier(parent);
    frontier_.erase(at);
  }
  frontier_.push_back(last);
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
  if (!minimal_.empty() && minimal_.back() >= batch_) minimal_.clear();
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

bool Graph::is_minimal(std::span<const Lv> version) const {
  if (version.size() < 2) return true;
  // The newest is nobody's ancestor, nor is what nothing follows.
  Frontier candidates;
  for (const Lv lv : version.first(version.size() - 1)) {
    if (!std::binary_search(frontier_.begin(), frontier_.end(), lv)) candidates.push_back(lv);
  }
  if (candidates.empty() || std::equal(version.begin(), version.end(), minimal_.begin(), minimal_.end())) return true;
  if (is_ancestor_of_any(candidates, version)) return false;
  minimal_.assign(version.begin(), version.end());
  return true;
}

/// Walks down from all events of the version; a candidate that is met from above is somebody's ancestor.
bool Graph::is_ancestor_of_any(std::span<const Lv> candidates, std::span<const Lv> version) const {
  const auto meets = [&](Lv begin, Lv end) {
    const auto low = std::lower_bound(candidates.begin(), candidates.end(), begin);
    return low != candidates.end() && *low < end;
  };
  const auto enter = [&](std::size_t run) {
    each_parent(run, [&](Lv parent, std::size_t above) {
      if (parent >= candidates.front()) walk_.push(parent, above, EventQueue::kNobodys);
    });
  };
  walk_.begin(run_of(version.back()));
  for (const Lv lv : version) {
    const std::size_t run = run_of(lv);
    if (meets(runs_[run].start, lv)) return true;
    enter(run);
  }
  while (!walk_.empty()) {
    const std::size_t run = walk_.take_run();
    ++steps_;
    // The rest of one run is below its newest.
    if (meets(runs_[run].start, walk_.taken().front().lv + 1)) return true;
    enter(run);
  }
  return false;
}

}  // namespace tutti::merge
