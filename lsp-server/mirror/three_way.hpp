#pragma once

#include <string_view>

#include "sync/text/delta.hpp"

namespace tutti::mirror {

/// `mine` and `theirs` both come from `base`. What both did alike is taken once (work that had reached the hub before a crash),
/// everything else of both is kept. The result is the change to make to `theirs`.
[[nodiscard]] text::Delta merge_three_way(std::string_view base, std::string_view mine, std::string_view theirs);

}  // namespace tutti::mirror
