#pragma once

#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "sync/session/outbox.hpp"

namespace tutti::session {

/// The newest message of a kind that came too soon after the one before.
template <class Message>
struct Throttled {
  std::optional<Message> waiting;
  ConnectionId from;
  std::optional<Instant> sent;
};

/// One socket that has been welcomed.
struct Connection {
  ConnectionId id;
  ParticipantId participant;
  ReplicaId replica;
  std::deque<wire::Fetch> fetches{};  ///< not answered yet
  std::int64_t credit = 0;            ///< bytes that fetches may still send now
  Instant credited{};
  Bucket messages{};
};

/// Somebody with at least one connection.
struct Present {
  wire::Participant who;
  std::vector<ConnectionId> connections{};
  Throttled<wire::CursorMove> cursor{};
  Throttled<wire::PresenceUpdate> presence{};
};

/// Who is in.
class Roster {
 public:
  [[nodiscard]] Connection* find(ConnectionId connection);
  [[nodiscard]] Present* find(ParticipantId participant);
  /// The connection that writes as `replica`.
  [[nodiscard]] std::optional<ConnectionId> writer(ReplicaId replica) const;

  /// The participant, and whether this is their first connection.
  std::pair<Present*, bool> add(Connection connection, const Member& member);
  /// The participant, if that was their last connection.
  std::optional<wire::Participant> remove(ConnectionId connection);

  [[nodiscard]] std::size_t connections() const { return connections_.size(); }
  [[nodiscard]] std::size_t participants() const { return present_.size(); }
  [[nodiscard]] std::vector<ConnectionId> everybody() const;
  [[nodiscard]] std::vector<ConnectionId> all_but(ConnectionId connection) const;
  [[nodiscard]] std::vector<wire::Participant> list() const;

  [[nodiscard]] std::map<ConnectionId, Connection>& all_connections() { return connections_; }
  [[nodiscard]] std::map<ParticipantId, Present>& all_present() { return present_; }

 private:
  [[nodiscard]] std::uint8_t color_of(ParticipantId participant);

  std::map<ConnectionId, Connection> connections_;
  std::map<ParticipantId, Present> present_;
  std::map<ParticipantId, std::uint8_t> colors_;  ///< also of those who left, so that they come back in theirs
};

}  // namespace tutti::session
