#pragma once

#include "sync/session/core.hpp"

// Cursors, presence, what tools report: never stored, the newest wins, each participant's at most once per interval to all
// others.
namespace tutti::session {

void take_cursor(Core& core, const Connection& from, wire::CursorMove message, Turn& turn);
void take_diagnostics(Core& core, const Connection& from, wire::DiagnosticsUpdate message, Turn& turn);
void take_presence(Core& core, const Connection& from, wire::PresenceUpdate message, Turn& turn);
/// Sends what waited long enough.
void flush_presence(Core& core, Turn& turn);

}  // namespace tutti::session
