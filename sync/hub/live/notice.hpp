#pragma once

#include <variant>

#include "protocol/base/uuid.hpp"
#include "protocol/wire/hub.hpp"

// What a change of the records means for the sessions in memory: made by a request on a worker, applied on the loop at once
// after the store has it.
namespace tutti::hub {

struct SessionBegun {
  SessionId session;
};
struct SessionEnded {
  SessionId session;
};
struct RoleGiven {
  SessionId session;
  ParticipantId participant;
  wire::Role role;
};
struct ParticipantOut {
  SessionId session;
  ParticipantId participant;
};

using Notice = std::variant<SessionBegun, SessionEnded, RoleGiven, ParticipantOut>;

}  // namespace tutti::hub
