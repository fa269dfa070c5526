#pragma once

#include <optional>
#include <vector>

#include "sync/session/core.hpp"

namespace tutti::session {

/// What texts that changed of late come to, for whoever follows them (exchange/check.hpp): a few at a time, soon after they
/// came to rest, and while they do not, every now and then.
[[nodiscard]] std::optional<std::vector<wire::TextCheck>> due_checks(Core& core, Instant now);

}  // namespace tutti::session
