#pragma once

#include "sync/session/core.hpp"

namespace tutti::session {

/// A session as its facts made it. `corrupt` names what does not hold together.
[[nodiscard]] Result<Core> load_core(record::SessionImage image, Config config);

}  // namespace tutti::session
