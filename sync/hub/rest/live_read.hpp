#pragma once

#include "sync/hub/live/live_sessions.hpp"
#include "sync/hub/rest/call.hpp"

namespace tutti::hub {

/// Completes an answer from the session in memory, which is loaded for files and not for participants: who is online in a
/// session that nobody keeps in memory is known. `done` is called once, perhaps at once.
void complete(LiveSessions& sessions, Answer answer, std::function<void(net::HttpResponse)> done);

}  // namespace tutti::hub
