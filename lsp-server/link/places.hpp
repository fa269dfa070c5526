#pragma once

#include "sync/text/delta.hpp"

namespace tutti::link {

/// The inverse of `text::carry`: where `at`, a place after `delta`, was before it. What was inserted has the place where it
/// was inserted.
[[nodiscard]] text::Chars carry_back(text::Chars at, const text::Delta& delta);

}  // namespace tutti::link
