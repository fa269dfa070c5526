#pragma once

#include "sync/session/core.hpp"

// The store fails and heals.
//
// Trouble is an `error` that is not fatal, with the code `unavailable`: typing goes on, nothing is saved. Its end is a
// `durable` frame, also when it says the same position as the one before: what a participant waits for anyway, and nothing else
// is sent while the store is in trouble. Whoever comes in during the trouble is told behind the welcome.
namespace tutti::session {

[[nodiscard]] wire::ErrorMessage trouble_message(const Core& core);
void begin_trouble(Core& core, const std::string& why, Turn& turn);
void end_trouble(Core& core, Turn& turn);
/// Facts became durable.
void commit(Core& core, Position position, Turn& turn);

}  // namespace tutti::session
