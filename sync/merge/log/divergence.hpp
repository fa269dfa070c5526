#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sync/merge/log/event_queue.hpp"
#include "sync/merge/log/lv.hpp"

namespace tutti::merge {

class Graph;

/// What is only in one version's past and what is only in another's; found a part at a time, where that is wanted.
class Divergence {
 public:
  /// Of `a` and `b`. Events up to the critical `floor` (kNoLv: none) are known to be common.
  void begin(const Graph& graph, std::span<const Lv> a, std::span<const Lv> b, Lv floor);
  /// Looks at about so many runs; true when all is found. In between the graph may grow, but not otherwise change.
  [[nodiscard]] bool go_on(const Graph& graph, std::uint64_t runs);

  // Newest first, the versions' own events included; to be read, and used up, once all is found.
  std::vector<LvRange> only_a;
  std::vector<LvRange> only_b;

 private:
  [[nodiscard]] bool is_open(Lv lv) const { return floor_ == kNoLv || lv > floor_; }
  void push(Lv lv, std::size_t run, std::uint32_t whose);
  void emit(Lv begin, Lv end, std::uint32_t whose);
  void look_at_newest_run(const Graph& graph);

  EventQueue queue_;
  std::size_t open_ = 0;  ///< entries that are not of both
  Lv floor_ = kNoLv;
};

/// All of it at once.
[[nodiscard]] Divergence divergence(const Graph& graph, std::span<const Lv> a, std::span<const Lv> b, Lv floor);

}  // namespace tutti::merge
