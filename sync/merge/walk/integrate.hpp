#pragma once

#include <cstdint>
#include <vector>

#include "sync/merge/log/log.hpp"
#include "sync/merge/walk/catch_up.hpp"
#include "sync/merge/walk/walker.hpp"

namespace tutti::merge {

#ifndef TUTTI_SMALL_NODES
inline constexpr Lv kFewEvents = 2048;  ///< which are walked at once
#else
inline constexpr Lv kFewEvents = 8;  // so that tests meet many
#endif

/// Turns events, in the order in which this copy took them in, into what is to be done to the text.
///
///   events     0 1 2 3 4 5 6 7 8 9 …
///   critical   c c c . . . . c c c      stretches of critical events are done as they are;
///                    └ walker ┘         the others are walked, from the critical event before them
class Integrator {
 public:
  /// Events [begin, end); all before are done and made a text of `length` characters, which is kept up to date.
  /// False when a position lies outside the text that its author saw.
  [[nodiscard]] bool run(const Log& log, Lv begin, Lv end, std::uint64_t& length, std::vector<Effect>& out);
  /// Does part of what an event with these parents (ascending) would need, about `steps` of it: true once `run` will be quick,
  /// false to be called again. Others' events may be run in between. `length` is that of the text at the tip.
  [[nodiscard]] bool prepare(const Log& log, std::span<const Lv> parents, std::uint64_t length, std::uint64_t steps);
  /// To be called before events are forgotten.
  void forget_from(Lv size);
  /// Events before `lv` are folded away.
  void forget_before(Lv lv);
  /// The log's runs are others, though of the same events.
  void runs_changed();
  [[nodiscard]] const Walker& walker() const { return walker_; }
  /// Items and nodes looked at so far: what the work grows with.
  [[nodiscard]] std::uint64_t steps() const { return walker_.tracker().steps() + late_.walker.tracker().steps(); }

 private:
  /// A walker on its way to the tip from where somebody is who comes late.
  struct Late {
    Walker walker;
    CatchUp catch_up{walker};

    void begin(Lv base) {
      walker.begin(base);
      catch_up = CatchUp(walker);
    }
  };

  [[nodiscard]] bool walk(const Log& log, Lv begin, Lv end, std::vector<Effect>& out);
  void prepare_walker(const Log& log, Lv begin, std::uint64_t length);
  void begin_walker(const Log& log, Lv begin, std::uint64_t length, Lv base);
  [[nodiscard]] Lv reach_back(const Graph& graph, Lv base) const;
  void catch_up_plain(const Log& log, Lv end);
  [[nodiscard]] bool approach(const Log& log, std::span<const Lv> parents, std::uint64_t steps);

  Walker walker_;
  Late late_;
  std::vector<Effect> ignored_;
  Frontier awaited_;         ///< by whom the walker is on its way to; empty: nobody
  std::uint32_t waits_ = 0;  ///< how often others have been put off since it is there
};

/// Does events as they stand: right where each follows all before it.
[[nodiscard]] bool run_plain(const Log& log, Lv begin, Lv end, std::uint64_t& length, std::vector<Effect>& out);

}  // namespace tutti::merge
