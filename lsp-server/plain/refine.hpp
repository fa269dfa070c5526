#pragma once

#include "sync/text/delta.hpp"
#include "sync/text/rope.hpp"

namespace tutti::plain {

/// The same change with as little of it as can be: what a stretch erases and inserts again stays. A character that is erased
/// and inserted is another one to whoever erases it meanwhile, and would come back.
[[nodiscard]] text::Delta refined(const text::Delta& delta, const text::Rope& before);

}  // namespace tutti::plain
