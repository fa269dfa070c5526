#include "sync/merge/divergence.hpp"

#include "sync/merge/graph.hpp"

namespace tutti::merge {

void Divergence::begin(const Graph& graph, std::span<const Lv> a, std::span<const Lv> b, Lv floor) {
  only_a.clear();
  only_b.clear();
  queue_.clear();
  open_ = 0;
  floor_ = floor;
  for (const Lv lv : a) {
    if (is_open(lv)) push(lv, graph.run_of(lv), EventQueue::kOnlyA);
  }
  for (const Lv lv : b) {
    if (is_open(lv)) push(lv, graph.run_of(lv), EventQueue::kOnlyB);
  }
}

bool Divergence::go_on(const Graph& graph, std::uint64_t runs) {
  const std::uint64_t before = graph.steps();
  while (open_ > 0) {
    if (graph.steps() - before > runs) return false;
    look_at_newest_run(graph);
  }
  return true;
}

void Divergence::push(Lv lv, std::size_t run, std::uint64_t whose) {
  queue_.push({lv, run, whose});
  open_ += whose != EventQueue::kBoth;
}

EventQueue::Entry Divergence::pop(const Graph& graph) {
  const EventQueue::Entry top = queue_.pop();
  graph.count_step();
  open_ -= top.whose() != EventQueue::kBoth;
  return top;
}

void Divergence::emit(Lv begin, Lv end, std::uint64_t whose) {
  if (begin == end) return;
  if (whose == EventQueue::kOnlyA) only_a.push_back({begin, end});
  if (whose == EventQueue::kOnlyB) only_b.push_back({begin, end});
}

void Divergence::look_at_newest_run(const Graph& graph) {
  const EventQueue::Entry top = pop(graph);
  std::uint64_t whose = top.whose();
  Lv end = top.lv() + 1;
  const Lv start = graph.run(top.run()).begin;
  while (!queue_.empty() && queue_.top().lv() >= start) {
    const EventQueue::Entry next = pop(graph);
    if ((next.whose() | whose) == whose) continue;
    emit(next.lv() + 1, end, whose);
    end = next.lv() + 1;
    whose = EventQueue::kBoth;
  }
  const Lv low = floor_ != kNoLv && start <= floor_ ? floor_ + 1 : start;
  emit(low, end, whose);
  if (low != start) return;
  for (const Lv parent : graph.run_parents(top.run())) {
    if (is_open(parent)) push(parent, graph.run_below(parent, top.run()), whose);
  }
}

Divergence divergence(const Graph& graph, std::span<const Lv> a, std::span<const Lv> b, Lv floor) {
  Divergence all;
  all.begin(graph, a, b, floor);
  (void)all.go_on(graph, ~std::uint64_t{0});
  return all;
}

}  // namespace tutti::merge
