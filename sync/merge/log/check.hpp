#pragma once

#include "protocol/base/result.hpp"
#include "sync/merge/change.hpp"

namespace tutti::merge {

/// What can be said against a change without knowing the document: limits, UTF-8, order of parents, empty patches.
[[nodiscard]] Status check(const Change& change, const Limits& limits);

}  // namespace tutti::merge
