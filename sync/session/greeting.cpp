#include "sync/session/greeting.hpp"

#include <algorithm>

#include "protocol/base/planted.hpp"
#include "sync/exchange/convert.hpp"
#include "sync/session/close_codes.hpp"
#include "sync/session/trouble.hpp"

namespace tutti::session {

namespace {

void send_away(ConnectionId connection, ErrorCode code, const std::string& why, std::uint16_t close, Turn& turn) {
  turn.tell(connection, wire::ErrorMessage{exchange::to_wire(code), why, true});
  turn.emit(Close{connection, close, why});
}

/// The replica that the hello proves to be its own. One that was given up is nobody's, save to who asks for another in its
/// place.
std::optional<ReplicaId> proven_replica(const Core& core, const Connected& event) {
  if (!event.hello.resume) return std::nullopt;
  const ReplicaId replica(event.hello.resume->replica);
  const std::string key = exchange::stamp_replica(core.config.key, core.id, replica, event.member.participant);
  if (!exchange::same_stamp(key, event.hello.resume->key)) return std::nullopt;
  const Replica* known = core.replicas.find(replica);
  if (known != nullptr && known->retired && !event.hello.resume->renew) return std::nullopt;
  return replica;
}

/// JSON writes a control character as six bytes; the rest is left for the frame around the change.
std::uint64_t change_bytes(const Limits& limits) {
  return std::min<std::uint64_t>(merge::Limits{}.insert_bytes, limits.frame_bytes / 8);
}

wire::SessionLimits tell_limits(const Limits& limits) {
  wire::SessionLimits told;
  told.frame_bytes = limits.frame_bytes;
  told.change_bytes = change_bytes(limits);
  told.document_chars = limits.document_chars;
  told.documents = limits.documents;
  told.fetches = limits.fetches;
  return told;
}

/// `former`: the replica that the participant came back with.
wire::Welcome make_welcome(const Core& core, const Present& present, ReplicaId replica, std::optional<ReplicaId> former) {
  wire::Welcome welcome;
  welcome.protocol = wire::kProtocolVersion;
  welcome.session = core.id;
  welcome.name = core.name;
  welcome.you = present.who;
  welcome.replica = replica.value;
  welcome.key = exchange::stamp_replica(core.config.key, core.id, replica, present.who.id);
  welcome.resumed = former.has_value();
  welcome.request = core.replicas.find(former.value_or(replica))->request.value;
  welcome.position = core.ledger.newest().value;
  welcome.durable = core.ledger.durable().value;
  welcome.incarnation = core.incarnation;
  welcome.limits = tell_limits(core.config.limits);
  welcome.participants = core.roster.list();
  std::erase_if(welcome.participants, [&](const wire::Participant& other) { return other.id == present.who.id; });
  welcome.documents = core.files.live();
  return welcome;
}

/// The same replica on a new socket: the old socket is dead, or a copy of the participant's folder is at work.
void replace(Core& core, ConnectionId old, Turn& turn) {
  turn.emit(Close{old, close_code::replaced, "This participant connected again from the same folder."});
  core.roster.remove(old);
}

void announce(const Core& core, const Present& present, bool first, bool role_changed, ConnectionId connection, Turn& turn) {
  if (first) {
    turn.tell(core.roster.all_but(connection), wire::SessionJoin{present.who});
  } else if (role_changed) {
    turn.tell(core.roster.all_but(connection), wire::RoleChange{present.who.id, present.who.role});
  }
}

void let_in(Core& core, const Connected& event, ReplicaId replica, std::optional<ReplicaId> former, Turn& turn) {
  const ParticipantId participant = event.member.participant;
  core.replicas.learn(replica, participant);
  const std::optional<ConnectionId> old = core.roster.writer(former.value_or(replica));
  const Present* was = core.roster.find(participant);
  const bool role_changed = was != nullptr && was->who.role != event.member.role;

  Connection connection{event.connection, participant, replica};
  connection.credit = core.config.limits.fetch_burst_bytes;
  connection.credited = turn.now();
  const auto [present, first] = core.roster.add(std::move(connection), event.member);
  if (old) replace(core, *old, turn);

  turn.tell(event.connection, make_welcome(core, *present, replica, former));
  if (core.trouble) turn.tell(event.connection, trouble_message(core));
  if (core.hubs.size() > 1) turn.tell(event.connection, wire::Hubs{core.hubs});
  announce(core, *present, first, role_changed, event.connection, turn);
}

Status may_come_in(Core& core, const Connected& event, bool replaces) {
  const Limits& limits = core.config.limits;
  const Present* present = core.roster.find(event.member.participant);
  if (present == nullptr && core.roster.participants() >= limits.members) {
    return error(ErrorCode::limit, "The session is full: " + std::to_string(limits.members) + " participants are in.");
  }
  if (present != nullptr && !replaces && present->connections.size() >= limits.connections) {
    return error(ErrorCode::limit, "This participant has too many connections open.");
  }
  return {};
}

void hold(Core& core, const Connected& event, Turn& turn) {
  if (core.held.size() >= core.config.limits.members) {
    send_away(event.connection, ErrorCode::unavailable, "The hub cannot let anybody in right now. Try again later.",
              close_code::over_limit, turn);
    return;
  }
  core.held.push_back(event);
}

/// True once it is safe that nothing more comes under the replica's name; a hub that crashes before that would take it again.
bool give_up(Core& core, ReplicaId id, ParticipantId participant, Turn& turn) {
  Replica& replica = core.replicas.learn(id, participant);
  if (!replica.retired) {
    if (const auto old = core.roster.writer(id)) replace(core, *old, turn);
    replica.retired = core.ledger.next();
    core.ledger.append({replica_row(id, replica)}, {}, turn);
  }
  return *replica.retired <= core.ledger.durable();
}

}  // namespace

void greet(Core& core, const Connected& event, Turn& turn) {
  if (core.roster.find(event.connection) != nullptr) return;
  if (event.hello.protocol != wire::kProtocolVersion) {
    send_away(event.connection, ErrorCode::version,
              "This hub speaks version " + std::to_string(wire::kProtocolVersion) + " of the protocol, and you speak version " +
                  std::to_string(event.hello.protocol) + ". Install the same release on both sides.",
              close_code::wrong_version, turn);
    return;
  }
  const std::optional<ReplicaId> former = proven_replica(core, event);
  const bool replaces = former && core.roster.writer(*former).has_value();
  if (Status status = may_come_in(core, event, replaces); !status) {
    send_away(event.connection, status.error().code, status.error().message, close_code::over_limit, turn);
    return;
  }
  const bool renew = former && event.hello.resume->renew;
  if (renew && !give_up(core, *former, event.member.participant, turn)) return hold(core, event, turn);
  const std::optional<ReplicaId> replica =
      former && !renew ? former : core.replicas.issue(event.member.participant, core.config.limits, turn);
  if (replica) {
    let_in(core, event, *replica, former, turn);
  } else {
    hold(core, event, turn);
  }
}

// One that finds no id even now goes to the end of the queue again, so every hello is looked at once.
void greet_held(Core& core, Turn& turn) {
  std::deque<Connected> waiting = std::exchange(core.held, {});
  for (const Connected& event : waiting) greet(core, event, turn);
}

void leave(Core& core, ConnectionId connection, Turn& turn) {
  const Connection* from = core.roster.find(connection);
  const ParticipantId participant = from->participant;
  const std::vector<ConnectionId> all = core.roster.find(participant)->connections;
  for (const ConnectionId one : all) {
    turn.emit(Close{one, close_code::normal, "Left the session."});
    core.replicas.forget(core.roster.find(one)->replica);
    core.roster.remove(one);
  }
  turn.tell(core.roster.everybody(), wire::SessionLeave{participant});
  turn.emit(ParticipantGone{participant, true});
}

void tell_hubs(Core& core, const std::vector<std::string>& urls, Turn& turn) {
  core.hubs = urls;
  turn.tell(core.roster.everybody(), wire::Hubs{urls});
}

void remove_participant(Core& core, ParticipantId participant, Turn& turn) {
  const std::string why = "You were removed from this session.";
  std::deque<Connected> waiting = std::exchange(core.held, {});
  for (Connected& event : waiting) {
    if (event.member.participant == participant) {
      send_away(event.connection, ErrorCode::denied, why, close_code::removed, turn);
    } else {
      core.held.push_back(std::move(event));
    }
  }
  const Present* present = core.roster.find(participant);
  if (present == nullptr) return;
  const std::vector<ConnectionId> all = present->connections;
  for (const ConnectionId one : all) hang_up(core, one, ErrorCode::denied, why, close_code::removed, turn);
}

void change_role(Core& core, const RoleChanged& event, Turn& turn) {
  for (Connected& waiting : core.held) {
    if (waiting.member.participant == event.participant) waiting.member.role = event.role;
  }
  Present* present = core.roster.find(event.participant);
  if (present == nullptr || present->who.role == event.role) return;
  if (!planted(Bug::role_forgotten)) present->who.role = event.role;
  turn.tell(core.roster.everybody(), wire::RoleChange{event.participant, event.role});
}

void hang_up(Core& core, ConnectionId connection, ErrorCode code, const std::string& why, std::uint16_t close, Turn& turn) {
  send_away(connection, code, why, close, turn);
  let_go(core, connection, turn);
}

void let_go(Core& core, ConnectionId connection, Turn& turn) {
  std::erase_if(core.held, [&](const Connected& waiting) { return waiting.connection == connection; });
  const Connection* gone = core.roster.find(connection);
  if (gone == nullptr) return;
  core.replicas.forget(gone->replica);
  core.handed_back.forget(connection);
  const std::optional<wire::Participant> who = core.roster.remove(connection);
  if (!who) return;
  turn.tell(core.roster.everybody(), wire::SessionLeave{who->id});
  turn.emit(ParticipantGone{who->id, false});
}

}  // namespace tutti::session
