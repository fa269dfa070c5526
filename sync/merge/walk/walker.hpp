#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "sync/merge/log/divergence.hpp"
#include "sync/merge/log/log.hpp"
#include "sync/merge/walk/tracker.hpp"

namespace tutti::merge {

/// Walks events through a tracker: brings the prepare version to each event's parents, then applies it.
/// Kept alive between merges, so that a late event costs what it is late by, not what there is.
class Walker {
 public:
  /// Begins after the critical event `base` (kNoLv: at the empty text). `length` is that of the text there.
  void begin(Lv base, std::uint32_t length);
  /// The same where the length is not known: `settle_length` must follow once all events up to a known length are walked.
  void begin(Lv base);
  void settle_length(std::uint64_t tip_length);
  void drop() { alive_ = false; }

  [[nodiscard]] bool alive() const { return alive_; }
  [[nodiscard]] Lv base() const { return base_; }
  /// All events in (base, covered) have been walked.
  [[nodiscard]] Lv covered() const { return covered_; }
  [[nodiscard]] const Tracker& tracker() const { return tracker_; }
  /// What it has taken so far, with looking at the log.
  [[nodiscard]] std::uint64_t steps(const Log& log) const { return tracker_.steps() + log.graph.steps(); }
  static constexpr std::uint64_t kAllSteps = ~std::uint64_t{0};
  /// Nobody waits: there is no need to look up in between, nor to cut what stands together.
  static constexpr bool is_all(std::uint64_t steps) { return steps > kAllSteps / 2; }

  /// Goes to where [begin, end) was made, if its events follow one another. False when a position lies outside the text that
  /// their author saw: nothing was done to the walker then.
  [[nodiscard]] bool fits(const Log& log, Lv begin, Lv end);
  /// Walks [begin, end) and appends what is to be done to the text. False when a position lies outside the text that its
  /// author saw; the walker is dead then, unless it is the very first one.
  [[nodiscard]] bool walk(const Log& log, Lv begin, Lv end, std::vector<Effect>& out);
  /// A part of that: of events of one run of the graph, the prepare version standing at the parents of the first. Says where it
  /// has come to: as far as about so many steps reach, or until it has some `kMaxEffects`, or the tracker is to learn origins.
  [[nodiscard]] Lv walk_some(const Log& log, LvRange events, std::uint64_t steps, std::vector<Effect>& out);
  static constexpr std::size_t kMaxEffects = 1024;
  /// The same as `walk` for events each of which follows all before it, the prepare version staying where it is, however far
  /// that may be. They were done already, and nobody wants to know how.
  void take_in_plain(const Log& log, Lv end);
  /// Prepares the tracker for inserts where very many were typed at one place, if that may be needed soon, in parts of about so
  /// many steps: true once it is, false to be called again.
  [[nodiscard]] bool learn_origins(const Log& log, std::uint64_t steps) {
    return !tracker_.wants_origins() || tracker_.learn_origins(steps, log.agents);
  }
  /// The same where it is needed for sure: for those who walk on.
  [[nodiscard]] bool learn_needed_origins(const Log& log, std::uint64_t steps) {
    return !tracker_.needs_origins() || tracker_.learn_origins(steps, log.agents);
  }

  /// Makes `version`, which must have been walked, the prepare version, in parts of about so many steps: true once it is, false
  /// to be called again. A way that was begun to somewhere else is gone to its end first.
  [[nodiscard]] bool approach(const Log& log, std::span<const Lv> version, std::uint64_t steps);
  /// The same for the version at which the event `lv` was made.
  [[nodiscard]] bool approach_parents(const Log& log, Lv lv, std::uint64_t steps);
  void stand_at(const Log& log, std::span<const Lv> version) { (void)approach(log, version, kAllSteps); }
  [[nodiscard]] bool stands_at(const Frontier& version) const { return !moving_ && at_ == version; }
  /// The log's runs are others, though of the same events.
  void runs_changed() { moving_ = moving_ && knows_way_; }

  /// Gives the tracker away. There is nothing left to walk with then.
  [[nodiscard]] Tracker take() {
    alive_ = false;
    return std::move(tracker_);
  }
  /// For callers who walk in an order of their own: everything before `end` has been.
  void set_covered(Lv end) { covered_ = end; }

 private:
  [[nodiscard]] bool approach_parents(const Log& log, std::size_t run, Lv lv, std::uint64_t steps);
  [[nodiscard]] bool go_on(const Log& log, std::uint64_t steps);
  [[nodiscard]] bool move_some(const Log& log);
  enum class Applied { whole, later, nowhere };
  Applied apply(const Log& log, const Op& op, std::vector<Effect>& out, bool can_wait);
  [[nodiscard]] std::uint32_t length() const { return tracker_.prepare_length() - beyond_; }

  Tracker tracker_;
  Frontier at_;             ///< the prepare version,
  bool moving_ = false;     ///< or where it was before it began to move
  Frontier to_;             ///< there;
  bool knows_way_ = false;  ///< nothing is moved before all of this is found:
  Divergence way_;          ///< what is to leave it, from `left_` on, and what is to enter it, from the end
  std::size_t left_ = 0;
  Lv base_ = kNoLv;
  Lv covered_ = 0;
  std::uint32_t beyond_ = 0;  ///< characters that the tracker believes to be there after the end of the text
  bool alive_ = false;
};

}  // namespace tutti::merge
