#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "sync/merge/log.hpp"
#include "sync/merge/tracker.hpp"

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

  /// Walks [begin, end) and appends what is to be done to the text. False when a position lies outside the text that its
  /// author saw; the walker is dead then.
  [[nodiscard]] bool walk(const Log& log, Lv begin, Lv end, std::vector<Effect>& out);
  /// Many events will be walked, up to `end`.
  void expect(Lv end) { tracker_.expect(end); }
  /// Makes `version`, which must have been walked, the prepare version.
  void stand_at(const Log& log, std::span<const Lv> version) { move_to(log, version); }
  /// Gives the tracker away. There is nothing left to walk with then.
  [[nodiscard]] Tracker take() {
    alive_ = false;
    return std::move(tracker_);
  }
  /// For callers who walk in an order of their own: everything before `end` has been.
  void set_covered(Lv end) { covered_ = end; }

 private:
  void move_to(const Log& log, std::span<const Lv> parents);
  bool apply(const Log& log, const Op& op, std::vector<Effect>& out);
  [[nodiscard]] std::uint32_t length() const { return tracker_.prepare_length() - beyond_; }

  Tracker tracker_;
  Frontier at_;  ///< the prepare version
  Lv base_ = kNoLv;
  Lv covered_ = 0;
  std::uint32_t beyond_ = 0;  ///< characters that the tracker believes to be there after the end of the text
  bool alive_ = false;

  std::vector<LvRange> leave_;  // kept for their memory
  std::vector<LvRange> enter_;
};

}  // namespace tutti::merge
