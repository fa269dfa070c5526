#pragma once

#include <functional>

#include "tests/sim/plan.hpp"

namespace tutti::sim {

/// A plan with as few of the steps, and of the people, as still `fails`: pieces are left out, halves first, then ever smaller
/// ones, until none can be spared. `most` runs at the most.
[[nodiscard]] Plan shrink(Plan plan, const std::function<bool(const Plan&)>& fails, std::size_t most = 2000);

}  // namespace tutti::sim
