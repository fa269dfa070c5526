#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sync/merge/lv.hpp"

namespace tutti::merge {

/// Events of a graph that are still to be looked at, the newest on top, each with its run and with in whose past it is. Kept
/// ascending: it mostly holds two or three, for which that beats a heap, and of thousands one memmove makes room.
class EventQueue {
 public:
  enum Whose : std::uint64_t { kNobodys = 0, kOnlyA = 1, kOnlyB = 2, kBoth = 3 };

  /// The event in the upper bits, then its run, then whose it is.
  struct Entry {
    std::uint64_t bits;
    Entry(Lv lv, std::size_t run, std::uint64_t whose)
        : bits((std::uint64_t{lv} << 33U) | (std::uint64_t{run} << 2U) | whose) {}
    [[nodiscard]] Lv lv() const { return static_cast<Lv>(bits >> 33U); }
    [[nodiscard]] std::size_t run() const { return (bits >> 2U) & 0x7fffffffU; }
    [[nodiscard]] std::uint64_t whose() const { return bits & kBoth; }
    friend auto operator<=>(const Entry&, const Entry&) = default;
  };

  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] const Entry& top() const { return entries_.back(); }
  /// Keeps its memory.
  void clear() { entries_.clear(); }
  void push(Entry fresh) {
    if (entries_.empty() || entries_.back() < fresh) {
      entries_.push_back(fresh);
    } else {
      entries_.insert(std::upper_bound(entries_.begin(), entries_.end(), fresh), fresh);
    }
  }
  Entry pop() {
    const Entry top = entries_.back();
    entries_.pop_back();
    return top;
  }

 private:
  std::vector<Entry> entries_;
};

}  // namespace tutti::merge
