#include "sync/session/replicas.hpp"

#include <algorithm>
#include <limits>

#include "protocol/base/planted.hpp"

namespace tutti::session {

// What the former hub process had reserved may have been issued by it; nothing below is given out again.
Replicas::Replicas(std::uint32_t reserved)
    : next_(planted(Bug::replica_issued_twice) ? 1 : std::max<std::uint32_t>(reserved, 1)), end_(reserved) {}

std::optional<ReplicaId> Replicas::issue(ParticipantId participant, const Limits& limits, Turn& turn) {
  std::optional<ReplicaId> issued;
  if (next_ < end_) {
    issued = ReplicaId(next_++);
    replicas_[*issued].participant = participant;
  }
  const std::uint32_t left = end_ > next_ ? end_ - next_ : 0;
  const std::uint32_t room = std::numeric_limits<std::uint32_t>::max() - std::max(end_, next_);
  if (left <= limits.replica_block / 2 && asked_ == 0 && room > 0) {
    asked_ = std::max(end_, next_) + std::min(limits.replica_block, room);
    ask_again(turn);
  }
  return issued;
}

void Replicas::reserved(std::uint32_t end) {
  end_ = std::max(end_, end);
  if (end_ >= asked_) asked_ = 0;
}

void Replicas::ask_again(Turn& turn) const {
  if (asked_ != 0) turn.emit(ReserveReplicas{asked_});
}

record::ReplicaRow replica_row(ReplicaId id, Replica& replica) {
  replica.stored = true;
  return {id, replica.participant, replica.request, replica.retired.has_value()};
}

Replica* Replicas::find(ReplicaId replica) {
  const auto at = replicas_.find(replica);
  return at == replicas_.end() ? nullptr : &at->second;
}

const Replica* Replicas::find(ReplicaId replica) const {
  const auto at = replicas_.find(replica);
  return at == replicas_.end() ? nullptr : &at->second;
}

Replica& Replicas::learn(ReplicaId replica, ParticipantId participant) {
  const auto [at, fresh] = replicas_.try_emplace(replica);
  if (fresh) at->second.participant = participant;
  return at->second;
}

void Replicas::forget(ReplicaId replica) {
  const auto at = replicas_.find(replica);
  if (at != replicas_.end() && !at->second.stored) replicas_.erase(at);
}

}  // namespace tutti::session
