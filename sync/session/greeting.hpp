#pragma once

#include "sync/session/core.hpp"

// Who comes and goes.
namespace tutti::session {

/// Welcomes a connection, holds its hello until there is a replica id for it, or sends it away.
void greet(Core& core, const Connected& event, Turn& turn);
/// The store has reserved more ids: welcomes those who waited.
void greet_held(Core& core, Turn& turn);
/// The participant said that they leave for good.
void leave(Core& core, ConnectionId connection, Turn& turn);
/// Everybody hears where else the session may be found.
void tell_hubs(Core& core, const std::vector<std::string>& urls, Turn& turn);
void remove_participant(Core& core, ParticipantId participant, Turn& turn);
void change_role(Core& core, const RoleChanged& event, Turn& turn);

}  // namespace tutti::session
