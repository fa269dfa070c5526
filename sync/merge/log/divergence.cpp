#include "sync/merge/log/divergence.hpp"

#include <algorithm>

#include "sync/merge/log/graph.hpp"

namespace tutti::merge {

namespace {

constexpr std::size_t kParentsPerStep = 3;

}  // namespace

void Divergence::begin(const Graph& graph, std::span<const Lv> a, std::span<const Lv> b, Lv floor) {
  only_a.clear();
  only_b.clear();
  open_ = 0;
  floor_ = floor;
  if (a.empty() && b.empty()) return queue_.begin(0);
  queue_.begin(graph.run_of(std::max(a.empty() ? 0 : a.back(), b.empty() ? 0 : b.back())));
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

void Divergence::push(Lv lv, std::size_t run, std::uint32_t whose) {
  const std::uint32_t known = queue_.push(lv, run, whose);
  const auto counts = [](std::uint32_t in) { return in == EventQueue::kOnlyA || in == EventQueue::kOnlyB; };
  if (counts(known)) --open_;
  if (counts(known | whose)) ++open_;
}

void Divergence::emit(Lv begin, Lv end, std::uint32_t whose) {
  if (begin == end) return;
  if (whose == EventQueue::kOnlyA) only_a.push_back({begin, end});
  if (whose == EventQueue::kOnlyB) only_b.push_back({begin, end});
}

void Divergence::look_at_newest_run(const Graph& graph) {
  const std::size_t run = queue_.take_run();
  const std::span<const EventQueue::Entry> met = queue_.taken();
  std::uint32_t whose = met[0].whose;
  Lv end = met[0].lv + 1;
  const Lv start = graph.run(run).begin;
  for (const EventQueue::Entry& next : met) {
    graph.count_steps(1);
    open_ -= next.whose != EventQueue::kBoth;
    if ((next.whose | whose) == whose) continue;
    emit(next.lv + 1, end, whose);
    end = next.lv + 1;
    whose = EventQueue::kBoth;
  }
  const Lv low = floor_ != kNoLv && start <= floor_ ? floor_ + 1 : start;
  emit(low, end, whose);
  if (low != start) return;
  if (whose == EventQueue::kBoth && open_ == 0) return;  // all is found; this may have very many parents
  std::size_t parents = 0;
  graph.each_parent(run, [&](Lv parent, std::size_t above) {
    ++parents;
    if (is_open(parent)) push(parent, above, whose);
  });
  if (parents >= kParentsPerStep) graph.count_steps(parents / kParentsPerStep);
}

Divergence divergence(const Graph& graph, std::span<const Lv> a, std::span<const Lv> b, Lv floor) {
  Divergence all;
  all.begin(graph, a, b, floor);
  (void)all.go_on(graph, ~std::uint64_t{0});
  return all;
}

}  // namespace tutti::merge
