#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sync/merge/log/graph.hpp"

namespace tutti::merge {

/// Some of the graph's runs, each after its parents, so that the prepare version moves little from one to the next. What only
/// goes on where the last run ended goes first, as nothing has to move for it; otherwise the one from which on the fewest
/// events follow one another, and of several the newest. So a side branch is walked to where it is joined before the long one
/// that it came from goes on, and moves once. On histories of branches that moves a third of what depth first with the newest
/// first does, which moves a half of what the order of arrival does.
class RunOrder {
 public:
  RunOrder(std::size_t first, std::size_t end) : first_(first), rest_(end), nodes_(end - first) {}

  /// Looks at what follows on what, in parts of about so many steps; true once all is known, and `next` may be asked.
  [[nodiscard]] bool go_on(const Graph& graph, std::uint64_t steps);
  /// The next run; false when there is none.
  bool next(std::size_t& run);

 private:
  static constexpr std::uint32_t kNone = 0xffffffffU;
  struct Node {
    std::uint32_t waits = 0;         ///< parents among the runs that are not done
    std::uint32_t children = kNone;  ///< its first edge
    std::uint32_t path = 0;          ///< events on the longest way from its first to one that nothing follows
    bool goes_on = false;            ///< on the last event of its only parent
  };
  struct Edge {
    std::uint32_t run;
    std::uint32_t next;
  };

  void look_at(const Graph& graph, std::size_t run);
  void set_ready(std::uint32_t run);
  [[nodiscard]] bool goes_after(std::uint32_t a, std::uint32_t b) const;

  std::size_t first_;
  std::size_t rest_;  ///< runs before it are still to be looked at
  bool is_known_ = false;
  std::vector<Node> nodes_;
  std::vector<Edge> edges_;
  std::vector<std::uint32_t> ready_;  ///< a heap
  std::uint32_t onward_ = kNone;      ///< the best of those that go on where the last one ended
};

}  // namespace tutti::merge
