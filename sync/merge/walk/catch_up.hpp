#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sync/merge/log/run_order.hpp"
#include "sync/merge/walk/walker.hpp"

namespace tutti::merge {

/// Walks events that were checked before, of which nobody wants to know what they do to the text; a part at a time, where that
/// is wanted. In an order in which the prepare version moves little, not in that of their arrival: branches that came by turns
/// would cost their square.
///
/// Between two parts the walker is of no use to others, nor does it say how far it is.
class CatchUp {
 public:
  /// From what the walker has covered on. It must outlive this.
  explicit CatchUp(Walker& walker) : walker_(&walker), done_(walker.covered()) {}

  /// About `steps` of what is left up to `end`; true when nothing is.
  [[nodiscard]] bool go_on(const Log& log, Lv end, std::uint64_t steps);
  void finish(const Log& log, Lv end) { (void)go_on(log, end, ~std::uint64_t{0}); }

 private:
  enum class Next { range, later, none };
  [[nodiscard]] Next next_range(const Log& log, Lv end, std::uint64_t steps);

  Walker* walker_;
  Lv done_;                        ///< all events before it are walked
  LvRange chunk_;                  ///< what `order_` orders
  std::optional<RunOrder> order_;  ///< while a chunk is under way
  LvRange rest_;                   ///< of the run at hand
  std::vector<Effect> ignored_;
};

}  // namespace tutti::merge
