#include "tests/sim/shrink.hpp"

#include <algorithm>

namespace tutti::sim {

namespace {

Plan without(const Plan& plan, std::size_t first, std::size_t count) {
  Plan less = plan;
  const auto begin = less.steps.begin() + static_cast<std::ptrdiff_t>(first);
  less.steps.erase(begin, begin + static_cast<std::ptrdiff_t>(std::min(count, less.steps.size() - first)));
  return less;
}

bool everybody_is_there(const Plan& plan) {
  return std::all_of(plan.steps.begin(), plan.steps.end(), [&](const Step& step) { return step.who < plan.people; });
}

}  // namespace

Plan shrink(Plan plan, const std::function<bool(const Plan&)>& fails, std::size_t most) {
  for (std::size_t piece = (plan.steps.size() + 1) / 2; piece > 0;) {
    bool spared = false;
    for (std::size_t first = 0; first < plan.steps.size() && most > 0; --most) {
      Plan less = without(plan, first, piece);
      if (fails(less)) {
        plan = std::move(less);
        spared = true;
      } else {
        first += piece;
      }
    }
    if (most == 0) break;
    if (!spared || piece > 1) piece = piece == 1 ? 0 : (piece + 1) / 2;
  }
  for (Plan fewer = plan; --fewer.people > 0 && everybody_is_there(fewer) && fails(fewer);) plan = fewer;
  return plan;
}

}  // namespace tutti::sim
