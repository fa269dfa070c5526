#include "sync/merge/graph.hpp"

#include <algorithm>

namespace tutti::merge {

namespace {

// Entries of a queue of events: the event in the upper bits, then its run, whose past it is in below. The queue is kept
// ascending: it mostly holds two or three, for which that beats a heap, and of thousands one memmove makes room.
constexpr std::uint64_t kOnlyA = 1;
constexpr std::uint64_t kOnlyB = 2;
constexpr std::uint64_t kBoth = 3;

constexpr std::uint64_t entry(Lv lv, std::size_t run, std::uint64_t whose) {
  return (std::uint64_t{lv} << 33U) | (std::uint64_t{run} << 2U) | whose;
}
constexpr Lv lv_in(std::uint64_t e) {
  return static_cast<Lv>(e >> 33U);
}
constexpr std::size_t run_in(std::uint64_t e) {
  return (e >> 2U) & 0x7fffffffU;
}

}  // namespace

void Graph::append(std::uint32_t count, std::span<const Lv> parents) {
  const bool follows_all = std::equal(parents.begin(), parents.end(), frontier_.begin(), frontier_.end());
  const bool continues = size_ > 0 && parents.size() == 1 && parents[0] == size_ - 1;
  if (!continues) {
    runs_.push_back({size_, static_cast<std::uint32_t>(parents_.size())});
    parents_.insert(parents_.end(), parents.begin(), parents.end());
  }
  update_critical(count, parents, follows_all);
  const Lv last = size_ + count - 1;
  if (follows_all) {
    frontier_.assign(1, last);
  } else {
    for (const Lv parent : parents) {  // few, and mostly among the newest of the frontier, which may be long
      const auto at = std::lower_bound(frontier_.begin(), frontier_.end(), parent);
      if (at != frontier_.end() && *at == parent) frontier_.erase(at);
    }
    frontier_.push_back(last);
  }
  size_ += count;
}

void Graph::update_critical(std::uint32_t count, std::span<const Lv> parents, bool follows_all) {
  const Lv end = parents.empty() ? 0 : parents.back() + 1;
  while (!critical_.empty() && critical_.back().begin >= end) critical_.pop_back();
  if (!critical_.empty() && critical_.back().end > end) critical_.back().end = end;
  if (!follows_all) return;
  if (!critical_.empty() && critical_.back().end == size_) {
    critical_.back().end = size_ + count;
  } else {
    critical_.push_back({size_, size_ + count});
  }
}

void Graph::truncate(Lv size) {
  if (size >= size_) return;
  Graph kept;
  for (std::size_t i = 0; i < runs_.size() && runs_[i].start < size; ++i) {
    kept.append(std::min(end_of(i), size) - runs_[i].start, run_parents(i));
  }
  kept.first_ = first_;
  *this = std::move(kept);
}

std::size_t Graph::run_of(Lv lv) const {
  if (lv >= runs_.back().start) return runs_.size() - 1;
  return near_ = find_run(std::span(runs_), &Run::start, lv, near_);
}

std::span<const Lv> Graph::run_parents(std::size_t index) const {
  const std::size_t end = index + 1 < runs_.size() ? runs_[index + 1].first_parent : parents_.size();
  return std::span(parents_).subspan(runs_[index].first_parent, end - runs_[index].first_parent);
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
  return candidates.empty() || !is_ancestor_of_any(candidates, version);
}

/// Walks down from all events of the version; a candidate that is met from above is somebody's ancestor.
bool Graph::is_ancestor_of_any(std::span<const Lv> candidates, std::span<const Lv> version) const {
  std::vector<std::uint64_t> queue;
  const auto meets = [&](Lv begin, Lv end) {
    const auto low = std::lower_bound(candidates.begin(), candidates.end(), begin);
    return low != candidates.end() && *low < end;
  };
  const auto enter = [&](std::size_t run) {
    for (const Lv parent : run_parents(run)) {
      if (parent < candidates.front()) continue;
      const std::uint64_t fresh = entry(parent, run_below(parent, run), 0);
      queue.insert(std::upper_bound(queue.begin(), queue.end(), fresh), fresh);
    }
  };
  for (const Lv lv : version) {
    const std::size_t run = run_of(lv);
    if (meets(runs_[run].start, lv)) return true;
    enter(run);
  }
  while (!queue.empty()) {
    const Lv lv = lv_in(queue.back());
    const std::size_t run = run_in(queue.back());
    queue.pop_back();
    ++steps_;
    while (!queue.empty() && run_in(queue.back()) == run) queue.pop_back();  // the rest of one run is below its newest
    if (meets(runs_[run].start, lv + 1)) return true;
    enter(run);
  }
  return false;
}

bool Graph::is_critical(Lv lv) const {
  const auto after =
      std::upper_bound(critical_.begin(), critical_.end(), lv, [](Lv at, const LvRange& range) { return at < range.begin; });
  return after != critical_.begin() && lv < (after - 1)->end;
}

Lv Graph::critical_before(Lv lv) const {
  const auto after =
      std::lower_bound(critical_.begin(), critical_.end(), lv, [](const LvRange& range, Lv at) { return range.begin < at; });
  return after == critical_.begin() ? kNoLv : std::min((after - 1)->end, lv) - 1;
}

Lv Graph::stretch_end(Lv lv) const {
  const auto after =
      std::upper_bound(critical_.begin(), critical_.end(), lv, [](Lv at, const LvRange& range) { return at < range.begin; });
  if (after != critical_.begin() && lv < (after - 1)->end) return (after - 1)->end;
  return after == critical_.end() ? size_ : after->begin;
}

void Graph::diff(std::span<const Lv> a, std::span<const Lv> b, Lv floor, std::vector<LvRange>& only_a,
                 std::vector<LvRange>& only_b) const {
  only_a.clear();
  only_b.clear();
  queue_.clear();
  std::size_t open = 0;  // entries that are not of both
  const auto push = [&](Lv lv, std::size_t run, std::uint64_t whose) {
    const std::uint64_t fresh = entry(lv, run, whose);
    queue_.insert(std::upper_bound(queue_.begin(), queue_.end(), fresh), fresh);
    open += whose != kBoth;
  };
  const auto is_open = [&](Lv lv) { return floor == kNoLv || lv > floor; };
  const auto pop = [&] {
    const std::uint64_t top = queue_.back();
    queue_.pop_back();
    ++steps_;
    open -= (top & kBoth) != kBoth;
    return top;
  };
  const auto emit = [&](Lv begin, Lv end, std::uint64_t whose) {
    if (begin == end) return;
    if (whose == kOnlyA) only_a.push_back({begin, end});
    if (whose == kOnlyB) only_b.push_back({begin, end});
  };
  for (const Lv lv : a) {
    if (is_open(lv)) push(lv, run_of(lv), kOnlyA);
  }
  for (const Lv lv : b) {
    if (is_open(lv)) push(lv, run_of(lv), kOnlyB);
  }
  while (open > 0) {
    const std::uint64_t top = pop();
    std::uint64_t whose = top & kBoth;
    Lv end = lv_in(top) + 1;
    const std::size_t index = run_in(top);
    const Lv start = runs_[index].start;
    while (!queue_.empty() && lv_in(queue_.back()) >= start) {
      const std::uint64_t next = pop();
      if (((next | whose) & kBoth) == whose) continue;
      emit(lv_in(next) + 1, end, whose);
      end = lv_in(next) + 1;
      whose = kBoth;
    }
    const Lv low = floor != kNoLv && start <= floor ? floor + 1 : start;
    emit(low, end, whose);
    if (low == start) {
      for (const Lv parent : run_parents(index)) {
        if (is_open(parent)) push(parent, run_below(parent, index), whose);
      }
    }
  }
}

}  // namespace tutti::merge
