#include "sync/merge/log/run_order.hpp"

#include <algorithm>
#include <utility>

namespace tutti::merge {

namespace {

constexpr std::size_t kParentsPerStep = 4;

}  // namespace

bool RunOrder::go_on(const Graph& graph, std::uint64_t steps) {
  const std::uint64_t before = graph.steps();
  for (; rest_ > first_; --rest_) {
    if (graph.steps() - before > steps) return false;
    look_at(graph, rest_ - 1);
  }
  if (std::exchange(is_known_, true)) return true;
  for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].waits == 0) set_ready(i);
  }
  return true;
}

/// All that follows on it has been looked at.
void RunOrder::look_at(const Graph& graph, std::size_t run) {
  const std::span<const Lv> parents = graph.run_parents(run);
  graph.count_steps(1 + parents.size() / kParentsPerStep);
  Node& node = nodes_[run - first_];
  const LvRange events = graph.run(run);
  node.path = std::max(node.path, events.end - events.begin);
  graph.each_parent(run, [&](Lv parent, std::size_t above) {
    if (above < first_) return;
    Node& before = nodes_[above - first_];
    const LvRange its = graph.run(above);
    edges_.push_back({static_cast<std::uint32_t>(run - first_), before.children});
    before.children = static_cast<std::uint32_t>(edges_.size() - 1);
    before.path = std::max(before.path, parent + 1 - its.begin + node.path);
    node.goes_on = parents.size() == 1 && parent + 1 == its.end;
    ++node.waits;
  });
}

bool RunOrder::goes_after(std::uint32_t a, std::uint32_t b) const {
  return nodes_[a].path != nodes_[b].path ? nodes_[a].path > nodes_[b].path : a < b;
}

void RunOrder::set_ready(std::uint32_t run) {
  ready_.push_back(run);
  std::push_heap(ready_.begin(), ready_.end(), [this](auto a, auto b) { return goes_after(a, b); });
}

bool RunOrder::next(std::size_t& run) {
  std::uint32_t now = std::exchange(onward_, kNone);
  if (now == kNone) {
    if (ready_.empty()) return false;
    std::pop_heap(ready_.begin(), ready_.end(), [this](auto a, auto b) { return goes_after(a, b); });
    now = ready_.back();
    ready_.pop_back();
  }
  for (std::uint32_t e = nodes_[now].children; e != kNone; e = edges_[e].next) {
    std::uint32_t child = edges_[e].run;
    if (--nodes_[child].waits > 0) continue;
    if (nodes_[child].goes_on && (onward_ == kNone || goes_after(onward_, child))) std::swap(onward_, child);
    if (child != kNone) set_ready(child);
  }
  run = first_ + now;
  return true;
}

}  // namespace tutti::merge
