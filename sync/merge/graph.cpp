#include "sync/merge/graph.hpp"

#include <algorithm>

namespace tutti::merge {

namespace {

// Entries of diff's heap: the event in the upper bits, whose past it is in below.
constexpr std::uint64_t kOnlyA = 1;
constexpr std::uint64_t kOnlyB = 2;
constexpr std::uint64_t kBoth = 3;

constexpr std::uint64_t entry(Lv lv, std::uint64_t whose) {
  return (std::uint64_t{lv} << 2U) | whose;
}
constexpr Lv lv_in(std::uint64_t e) {
  return static_cast<Lv>(e >> 2U);
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
  *this = std::move(kept);
}

std::size_t Graph::run_of(Lv lv) const {
  if (lv >= runs_.back().start) return runs_.size() - 1;
  const auto after = std::upper_bound(runs_.begin(), runs_.end(), lv, [](Lv at, const Run& run) { return at < run.start; });
  return static_cast<std::size_t>(after - runs_.begin()) - 1;
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
  // Walk down from all of them; one that is met from above is somebody's ancestor.
  std::vector<Lv> heap;
  std::vector<Lv> open(version.begin(), version.end());
  const auto push = [&](Lv lv) {
    heap.push_back(lv);
    std::push_heap(heap.begin(), heap.end());
  };
  const auto enter = [&](Lv lv) {
    const std::size_t index = run_of(lv);
    const auto low = std::lower_bound(open.begin(), open.end(), runs_[index].start);
    if (low != open.end() && *low < lv) return false;
    for (const Lv parent : run_parents(index)) {
      if (parent >= version.front()) push(parent);
    }
    return true;
  };
  for (const Lv lv : version) {
    if (!enter(lv)) return false;
  }
  while (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end());
    const Lv lv = heap.back();
    heap.pop_back();
    ++steps_;
    while (!heap.empty() && run_of(heap.front()) == run_of(lv)) {  // the rest of one run is below its newest
      std::pop_heap(heap.begin(), heap.end());
      heap.pop_back();
    }
    if (std::binary_search(open.begin(), open.end(), lv) || !enter(lv)) return false;
  }
  return true;
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
  heap_.clear();
  std::size_t open = 0;  // entries that are not of both
  const auto push = [&](Lv lv, std::uint64_t whose) {
    if (floor != kNoLv && lv <= floor) return;
    heap_.push_back(entry(lv, whose));
    std::push_heap(heap_.begin(), heap_.end());
    open += whose != kBoth;
  };
  const auto pop = [&] {
    std::pop_heap(heap_.begin(), heap_.end());
    const std::uint64_t top = heap_.back();
    heap_.pop_back();
    ++steps_;
    open -= (top & kBoth) != kBoth;
    return top;
  };
  const auto emit = [&](Lv begin, Lv end, std::uint64_t whose) {
    if (begin == end) return;
    if (whose == kOnlyA) only_a.push_back({begin, end});
    if (whose == kOnlyB) only_b.push_back({begin, end});
  };
  for (const Lv lv : a) push(lv, kOnlyA);
  for (const Lv lv : b) push(lv, kOnlyB);
  while (open > 0) {
    const std::uint64_t top = pop();
    std::uint64_t whose = top & kBoth;
    Lv end = lv_in(top) + 1;
    const std::size_t index = run_of(end - 1);
    const Lv start = runs_[index].start;
    while (!heap_.empty() && lv_in(heap_.front()) >= start) {
      const std::uint64_t next = pop();
      if (((next | whose) & kBoth) == whose) continue;
      emit(lv_in(next) + 1, end, whose);
      end = lv_in(next) + 1;
      whose = kBoth;
    }
    const Lv low = floor != kNoLv && start <= floor ? floor + 1 : start;
    emit(low, end, whose);
    if (low == start) {
      for (const Lv parent : run_parents(index)) push(parent, whose);
    }
  }
}

}  // namespace tutti::merge
