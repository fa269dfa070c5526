#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "sync/merge/change.hpp"
#include "sync/text/delta.hpp"

namespace tutti::merge {

/// The delta as changes of one author, the first of which is named `first` and was made at `parents`; cut where the limits
/// demand it.
[[nodiscard]] std::vector<Change> make_changes(EventName first, Version parents, const text::Delta& delta,
                                               const Limits& limits);

}  // namespace tutti::merge
