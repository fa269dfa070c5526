#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sync/merge/log/lv.hpp"

namespace tutti::merge {

class Graph;

/// Which events are in the past of one event, kept while the questions are about later and later ones: who follows on the one
/// asked of last adds what came with it, and that is all there is to look at. So questions along one line cost together what
/// the graph is, however old what they are about. About an event that does not follow it begins anew.
class KnownPast {
 public:
  /// Asks for the past of `event`, as far down as `down_to`.
  void ask(const Graph& graph, Lv event, Lv down_to);
  /// Looks, in parts of about so many steps of the graph; true once `contains` may be asked, from `down_to` on.
  [[nodiscard]] bool go_on(const Graph& graph, std::uint64_t steps);
  [[nodiscard]] bool contains(const Graph& graph, Lv lv) const;
  /// Whether it knows or asks of an event from `size` on.
  [[nodiscard]] bool reaches(Lv size) const { return of_ != kNoLv ? std::max(of_, asked_) >= size : asked_ >= size; }
  void forget();

 private:
  /// Of a run: what is before `end` is in the past, or nothing, if it is of another time.
  struct Mark {
    std::uint32_t time = 0;
    Lv end = 0;
  };
  struct Rest {
    Lv lv;
    std::uint32_t run;
    friend bool operator<(const Rest& a, const Rest& b) { return a.lv < b.lv; }
  };

  void begin(const Graph& graph, Lv event);
  void push(Lv lv, std::size_t run);
  void take_newest(const Graph& graph);

  std::vector<Mark> marks_;  ///< by run
  std::uint32_t time_ = 0;
  std::vector<Rest> rest_;  ///< a heap: what is in the past, but not marked yet
  Lv of_ = kNoLv;           ///< whose past it is;
  std::size_t its_run_ = 0;
  Lv asked_ = kNoLv;    ///< whose it is to be,
  bool meets_ = false;  ///< which was seen to follow on it
  Lv down_to_ = 0;
};

}  // namespace tutti::merge
