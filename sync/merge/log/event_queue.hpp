#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "sync/merge/log/lv.hpp"

namespace tutti::merge {

/// Events of a graph that are still to be looked at, each with in whose past it is. They are taken by runs, the newest first;
/// whoever takes one adds events of older runs only. So a bit for each run is all the order that there need be: adding and
/// taking cost the same, however many wait. Memory by the runs gone through.
class EventQueue {
 public:
  enum Whose : std::uint32_t { kNobodys = 0, kOnlyA = 1, kOnlyB = 2, kBoth = 3 };
  struct Entry {
    Lv lv;
    std::uint32_t whose;
  };

  /// Empties it, and keeps its memory. No run newer than `newest` will come.
  void begin(std::size_t newest);
  [[nodiscard]] bool empty() const { return runs_ == 0; }
  /// Says in whose past it was known to be if it was what came last of its run: then it waits but once, for both.
  std::uint32_t push(Lv lv, std::size_t run, std::uint32_t whose) {
    const std::size_t at = newest_ - run;
    const std::uint64_t bit = std::uint64_t{1} << (at % 64);
    if (at / 64 >= waits_.size()) make_room(at / 64 + 1);
    std::uint64_t& word = waits_.data()[at / 64];
    const bool first = (word & bit) == 0;
    word |= bit;
    runs_ += first ? 1 : 0;
    Node& newest = newest_of_.data()[at];
    if (!first && newest.entry.lv == lv) return std::exchange(newest.entry.whose, newest.entry.whose | whose);
    newest = {{lv, whose}, first ? kNone : add_node(newest)};
    return kNobodys;
  }
  /// The newest run of which anything waits; there must be one. Nothing of it does any more then.
  std::size_t take_run();
  /// What waited of the run taken last, the newest first.
  [[nodiscard]] std::span<const Entry> taken() const { return taken_; }

 private:
  static constexpr std::uint32_t kNone = 0xffffffffU;
  struct Node {
    Entry entry;
    std::uint32_t next;
  };

  void make_room(std::size_t words);
  std::uint32_t add_node(Node node) {
    if (free_ == kNone) {
      nodes_.push_back(node);
      return static_cast<std::uint32_t>(nodes_.size() - 1);
    }
    const std::uint32_t at = std::exchange(free_, nodes_[free_].next);
    nodes_[at] = node;
    return at;
  }

  std::size_t newest_ = 0;
  std::size_t runs_ = 0;              ///< of which something waits
  std::size_t word_ = 0;              ///< where the newest of them is, or later
  std::vector<std::uint64_t> waits_;  ///< bit set: something of the run waits; the newest run is bit 0
  std::vector<Node> newest_of_;       ///< by run, where something waits: what came last,
  std::vector<Node> nodes_;           ///< and what came before it
  std::uint32_t free_ = kNone;
  std::vector<Entry> taken_;
};

}  // namespace tutti::merge
