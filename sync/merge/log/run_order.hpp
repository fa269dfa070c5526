#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "sync/merge/log/graph.hpp"

namespace tutti::merge {

/// Some of the graph's runs, each after its parents, depth first. Of several that are ready the newest goes first: measured on
/// histories of branches, that moves the prepare version least (a half of oldest first, and less than lightest or heaviest
/// first).
class RunOrder {
 public:
  RunOrder(std::size_t first, std::size_t end) : first_(first), rest_(end), waits_(end - first), head_(end - first, kNone) {}

  /// Looks at what follows on what, in parts of about so many steps; true once all is known, and `next` may be asked.
  [[nodiscard]] bool go_on(const Graph& graph, std::uint64_t steps) {
    const std::uint64_t before = graph.steps();
    for (; rest_ > first_; --rest_) {
      if (graph.steps() - before > steps) return false;
      look_at(graph, rest_ - 1);
    }
    if (std::exchange(is_known_, true)) return true;
    for (std::size_t i = waits_.size(); i > 0; --i) {
      if (waits_[i - 1] == 0) ready_.push_back(static_cast<std::uint32_t>(i - 1));
    }
    return true;
  }

  bool next(std::size_t& run) {
    if (ready_.empty()) return false;
    const std::uint32_t now = ready_.back();
    ready_.pop_back();
    for (std::uint32_t e = head_[now]; e != kNone; e = edges_[e].next) {
      if (--waits_[edges_[e].run] == 0) ready_.push_back(edges_[e].run);
    }
    run = first_ + now;
    return true;
  }

 private:
  static constexpr std::uint32_t kNone = 0xffffffffU;
  static constexpr std::size_t kParentsPerStep = 4;

  void look_at(const Graph& graph, std::size_t run) {
    graph.count_steps(1 + graph.run_parents(run).size() / kParentsPerStep);
    graph.each_parent(run, [&](Lv, std::size_t above) {
      if (above < first_) return;
      edges_.push_back({static_cast<std::uint32_t>(run - first_), head_[above - first_]});
      head_[above - first_] = static_cast<std::uint32_t>(edges_.size() - 1);
      ++waits_[run - first_];
    });
  }

  struct Edge {
    std::uint32_t run;
    std::uint32_t next;
  };
  std::size_t first_;
  std::size_t rest_;  ///< runs before it are still to be looked at
  bool is_known_ = false;
  std::vector<std::uint32_t> waits_;  ///< parents among the runs that are not done
  std::vector<std::uint32_t> head_;   ///< first edge to a child
  std::vector<Edge> edges_;
  std::vector<std::uint32_t> ready_;
};

}  // namespace tutti::merge
