#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sync/merge/log/run_order.hpp"
#include "sync/merge/walk/walker.hpp"

namespace tutti::merge {

/// Walks events a part at a time, where that is wanted. In an order in which the prepare version moves little, not in that of
/// their arrival: branches that came by turns would cost their square.
///
/// Between two parts the walker is of no use to others, nor does it say how far it is.
class CatchUp {
 public:
  /// From what the walker has covered on. It must outlive this. `tells`: somebody wants to know what happens to the text.
  explicit CatchUp(Walker& walker, bool tells = false) : walker_(&walker), done_(walker.covered()), tells_(tells) {}

  /// About `steps` of what is left up to `end`, or as many as have some `Walker::kMaxEffects`; true when nothing is left, or
  /// where a position does not fit, of which the walker dies.
  [[nodiscard]] bool go_on(const Log& log, Lv end, std::uint64_t steps);
  /// What is to be done to the text; to be emptied by whoever has.
  [[nodiscard]] std::vector<Effect>& effects() { return effects_; }
  void finish(const Log& log, Lv end) { (void)go_on(log, end, ~std::uint64_t{0}); }

 private:
  enum class Next { range, later, none };
  [[nodiscard]] Next next_range(const Log& log, Lv end, std::uint64_t steps);

  Walker* walker_;
  Lv done_;                        ///< all events before it are walked
  LvRange chunk_;                  ///< what `order_` orders
  std::optional<RunOrder> order_;  ///< while a chunk is under way
  LvRange rest_;                   ///< of the run at hand
  bool tells_;
  std::vector<Effect> effects_;
};

}  // namespace tutti::merge
