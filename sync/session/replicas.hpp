#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>

#include "sync/session/outbox.hpp"

namespace tutti::session {

/// A refusal that can be said again.
struct Refusal {
  Error why;
  std::optional<DocumentId> document;  ///< the one that has the path
};

/// A writer's identity: to whom the hub issued it, and which of its requests the hub has handled.
struct Replica {
  ParticipantId participant;
  RequestId request;                ///< the last one handled
  bool stored = false;              ///< some fact names it
  std::optional<Position> retired;  ///< by that fact; nothing more is taken under its name
  std::deque<std::pair<RequestId, Refusal>> refusals;
};

/// What the store keeps of a replica. It is stored from here on.
[[nodiscard]] record::ReplicaRow replica_row(ReplicaId id, Replica& replica);

/// The session's replica ids. An id is issued once for ever: only below what the store has reserved, so that a hub that crashes
/// never issues one again whose edits somebody still holds.
class Replicas {
 public:
  Replicas() : Replicas(0) {}
  explicit Replicas(std::uint32_t reserved);

  /// A new id for `participant`; none until more are reserved, which is asked for then, and already when half a block is left.
  [[nodiscard]] std::optional<ReplicaId> issue(ParticipantId participant, const Limits& limits, Turn& turn);
  void reserved(std::uint32_t end);
  /// Asks again for what was asked for and not answered: the store may have dropped it while it was in trouble.
  void ask_again(Turn& turn) const;

  [[nodiscard]] Replica* find(ReplicaId replica);
  [[nodiscard]] const Replica* find(ReplicaId replica) const;
  /// The replica, and that it is `participant`'s: from the store's rows, or by a proof that was checked.
  Replica& learn(ReplicaId replica, ParticipantId participant);
  /// Forgets a replica that nobody needs to know: its connection ended, and no fact names it.
  void forget(ReplicaId replica);

 private:
  std::map<ReplicaId, Replica> replicas_;
  std::uint32_t next_ = 1;   ///< 0 is nobody
  std::uint32_t end_ = 0;    ///< ids below are reserved
  std::uint32_t asked_ = 0;  ///< what `end_` will be; 0 when nothing was asked
};

}  // namespace tutti::session
