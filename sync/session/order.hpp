#pragma once

#include "sync/session/core.hpp"

// Requests are numbered by their replica, ordered by the hub, and answered.
namespace tutti::session {

void take_request(Core& core, Connection& from, wire::FileCreate& message, Turn& turn);
void take_request(Core& core, Connection& from, wire::FileRename& message, Turn& turn);
void take_request(Core& core, Connection& from, wire::FileDelete& message, Turn& turn);
/// An own edit, or one of somebody else that is handed back after a crash.
void take_request(Core& core, Connection& from, wire::FileEdit& message, Turn& turn);
/// Takes what was handed back and had to wait, as far as that can be done now.
void take_waiting(Core& core, Turn& turn);

}  // namespace tutti::session
