#include "sync/session/order.hpp"

#include <algorithm>
#include <utility>

#include "protocol/base/planted.hpp"
#include "sync/exchange/convert.hpp"
#include "sync/session/close_codes.hpp"
#include "sync/session/requests.hpp"

// One request, whatever its kind:
//
//     number ≤ last     ──▶ as it was answered before           received | reject; nothing is done twice
//     store is full     ──▶ slow_down                          not taken: it is sent again, nothing is lost
//     too fast          ──▶ slow_down                          likewise (rates.hpp)
//     number > last + 1 ──▶ resync(last)                       something in between was lost: begin again there
//     far behind        ──▶ slow_down                          a part of the way is made each time (merge::Document::prepare)
//     number = last + 1 ──▶ perform ─┬─ Done    ──▶ fact, broadcast, received
//                                    ├─ Refusal ──▶ fact (the number only), reject
//                                    └─ Unready ──▶ resync(last, document)      not taken
//
// A refusal is a fact too, though only of the replica's number: after a restart the number says that the request was handled,
// and the text does not hold the edit, so a resend is refused again and never half taken. In what words, the hub remembers for
// the newest refusals only.

namespace tutti::session {

namespace {

void reject(const Connection& to, RequestId request, const Refusal& refusal, Turn& turn) {
  turn.tell(to.id, wire::Reject{request.value, exchange::to_wire(refusal.why.code), refusal.why.message, refusal.document});
}

const Refusal* remembered(const Replica& replica, RequestId request) {
  for (const auto& [number, refusal] : replica.refusals) {
    if (number == request) return &refusal;
  }
  return nullptr;
}

/// The position is the newest fact's: the request's own is not remembered, and later than needed is safe.
template <class Message>
void answer_again(Core& core, const Connection& from, const Replica& replica, RequestId request, const Message& message,
                  Turn& turn) {
  if (const Refusal* refusal = remembered(replica, request)) {
    reject(from, request, *refusal, turn);
  } else if (!can_tell(core, message)) {
    turn.tell(from.id, wire::SlowDown{core.config.limits.prepare_ms});
  } else if (happened(core, message)) {
    turn.tell(from.id, wire::Received{request.value, core.ledger.newest().value});
  } else {
    reject(from, request,
           {error(ErrorCode::conflict, "This was refused before, or its number was used for something else."), {}}, turn);
  }
}

void stamp(const Core& core, wire::FileEdit& message, ParticipantId author) {
  message.stamp = exchange::stamp_change(core.config.key, core.id, message.document, author, message.change);
}
template <class Message>
void stamp(const Core& /*core*/, Message& /*message*/, ParticipantId /*author*/) {}

template <class Message>
Ledger::Pending pending_for(const Message& /*message*/) {
  return {};
}
Ledger::Pending pending_for(const wire::FileEdit& message) {
  Ledger::Pending pending;
  pending.document = message.document;
  pending.writer = ReplicaId(message.change.replica);
  return pending;
}

/// Orders what was done and tells `others`. `rows` hold the replica's row already.
template <class Message>
void publish(Core& core, std::vector<ConnectionId> others, Message& message, ParticipantId author,
             std::vector<record::Row> rows, Turn& turn) {
  message.request.reset();
  message.position = core.ledger.next().value;
  message.participant = author;
  stamp(core, message, author);
  const Buffer frame = Turn::share(wire::encode(message));
  Ledger::Pending pending = pending_for(message);
  pending.frame = frame;
  for (const record::Row& row : rows) {
    const auto* change = std::get_if<record::ChangeRow>(&row);
    if (change == nullptr) continue;
    core.compaction.grow(change->document, change->body.size(), core.ledger.next(), core.config.limits);
    pending.events += change->events;
  }
  core.ledger.append(std::move(rows), std::move(pending), turn);
  if (planted(Bug::one_left_out) && !others.empty()) others.pop_back();
  turn.send(std::move(others), frame, Urgency::edit);
  if (planted(Bug::durable_too_early)) turn.tell(core.roster.everybody(), wire::Durable{core.ledger.newest().value, {}});
}

template <class Message>
void settle(Core& core, const Connection& from, Replica& replica, RequestId request, Message& message, Done done, Turn& turn) {
  replica.request = request;
  const bool changed = !done.rows.empty();
  done.rows.emplace_back(replica_row(from.replica, replica));
  if (changed) {
    publish(core, core.roster.all_but(from.id), message, from.participant, std::move(done.rows), turn);
  } else {
    core.ledger.append(std::move(done.rows), {}, turn);
  }
  turn.tell(from.id, wire::Received{request.value, core.ledger.newest().value});
}

template <class Message>
void settle(Core& core, const Connection& from, Replica& replica, RequestId request, Message& /*message*/, Refusal refusal,
            Turn& turn) {
  replica.request = request;
  core.ledger.append({replica_row(from.replica, replica)}, {}, turn);
  reject(from, request, refusal, turn);
  replica.refusals.emplace_back(request, std::move(refusal));
  if (replica.refusals.size() > core.config.limits.remembered_refusals) replica.refusals.pop_front();
}

template <class Message>
void settle(Core& /*core*/, const Connection& from, Replica& replica, RequestId /*request*/, Message& /*message*/,
            Unready unready, Turn& turn) {
  turn.tell(from.id, wire::Resync{replica.request.value, unready.document, std::move(unready.why)});
}

void slow_down(const Core& core, const Connection& from, std::int64_t wait, Turn& turn) {
  constexpr std::int64_t longest = 60'000;
  const std::int64_t least = core.config.limits.retry_ms;
  turn.tell(from.id, wire::SlowDown{static_cast<std::uint32_t>(std::clamp(wait, least, std::max(least, longest)))});
}

/// Milliseconds until a request that costs so much may be taken; 0 is now.
std::int64_t wait_for(Core& core, const Connection& from, const Cost& cost, Instant now) {
  const Limits& limits = core.config.limits;
  if (core.ledger.is_full(limits, now)) return limits.retry_ms;
  if (from.messages.debt(limits.messages, now) > 0) return from.messages.wait(limits.messages, 1, now);
  return core.spending.wait(limits, core.roster.find(from.participant)->who, cost, now);
}

/// Whoever made the work pays for it.
void charge(Core& core, const Connection& from, Instant now) {
  const std::uint64_t work = std::exchange(core.work, 0);
  if (work > 0) core.spending.charge(core.config.limits, core.roster.find(from.participant)->who, work, now);
}

template <class Message>
void carry_out(Core& core, Connection& from, Replica& replica, RequestId request, Message& message, Turn& turn) {
  Outcome outcome = perform(core, from, message);
  std::visit([&](auto& o) { settle(core, from, replica, request, message, std::move(o), turn); }, outcome);
}

template <class Message>
void take(Core& core, Connection& from, Message& message, Turn& turn) {
  if (!message.request || *message.request == 0) {
    hang_up(core, from.id, ErrorCode::invalid, "A request needs a running number, from 1.", close_code::malformed, turn);
    return;
  }
  const RequestId request(*message.request);
  Replica& replica = *core.replicas.find(from.replica);
  if (request <= replica.request) {
    answer_again(core, from, replica, request, message, turn);
    charge(core, from, turn.now());
    return;
  }
  const Cost cost = cost_of(core, from, message);
  if (const std::int64_t wait = wait_for(core, from, cost, turn.now()); wait > 0) {
    slow_down(core, from, wait, turn);
  } else if (request > replica.request + 1) {
    turn.tell(from.id, wire::Resync{replica.request.value, std::nullopt, "A request before this one did not arrive."});
  } else if (core.handed_back.any_from(from.id) || !is_ready(core, message)) {  // it may follow on what waits
    turn.tell(from.id, wire::SlowDown{core.config.limits.prepare_ms});
  } else {
    core.spending.take(core.config.limits, core.roster.find(from.participant)->who, cost, turn.now());
    carry_out(core, from, replica, request, message, turn);
  }
  charge(core, from, turn.now());
}

// ---- handing back

void complain(const Connection& to, const Error& why, Turn& turn) {
  turn.tell(to.id, wire::ErrorMessage{exchange::to_wire(why.code), why.message, false});
}

/// Whoever handed it back hears of it like anybody else: it may have come by while the text was still on its way there.
void settle_handed_back(Core& core, const Connection& /*from*/, wire::FileEdit& message, Done done, Turn& turn) {
  if (done.rows.empty()) return;  // somebody else was quicker
  const ReplicaId id(message.change.replica);
  Replica& replica = core.replicas.learn(id, *message.participant);
  if (!replica.stored) done.rows.emplace_back(replica_row(id, replica));
  publish(core, core.roster.everybody(), message, *message.participant, std::move(done.rows), turn);
}
void settle_handed_back(Core& /*core*/, const Connection& from, wire::FileEdit& /*message*/, const Refusal& refusal,
                        Turn& turn) {
  complain(from, refusal.why, turn);
}
void settle_handed_back(Core& core, const Connection& from, wire::FileEdit& /*message*/, Unready unready, Turn& turn) {
  const RequestId last = core.replicas.find(from.replica)->request;
  turn.tell(from.id, wire::Resync{last.value, unready.document, std::move(unready.why)});
}

bool can_take_back(Core& core, const wire::FileEdit& message, Instant now) {
  return !core.ledger.is_full(core.config.limits, now) && is_ready(core, message);
}

void take_back_now(Core& core, const Connection& from, wire::FileEdit& message, Turn& turn) {
  Outcome outcome = take_change(core, message.document, message.change, *message.participant);
  std::visit([&](auto& o) { settle_handed_back(core, from, message, std::move(o), turn); }, outcome);
}

/// The author's rights were checked when the hub took the change the first time; the stamp proves that it did. So a viewer may
/// hand back what an editor wrote, and nobody can hand back what was never taken.
void take_back(Core& core, Connection& from, wire::FileEdit& message, Turn& turn) {
  if (planted(Bug::handback_ignored)) return;
  if (!message.participant || !message.stamp) {
    hang_up(core, from.id, ErrorCode::invalid, "An edit needs a running number, or an author and the hub's stamp.",
            close_code::malformed, turn);
    return;
  }
  const std::string proof =
      exchange::stamp_change(core.config.key, core.id, message.document, *message.participant, message.change);
  if (!exchange::same_stamp(proof, *message.stamp)) {
    complain(from, error(ErrorCode::denied, "The edit that was handed back does not carry this hub's stamp."), turn);
  } else if (core.handed_back.empty() && can_take_back(core, message, turn.now())) {
    take_back_now(core, from, message, turn);
  } else if (!core.handed_back.keep(from.id, message, core.config.limits)) {
    slow_down(core, from, 0, turn);  // it will be offered again, on another connection
  }
  charge(core, from, turn.now());
}

}  // namespace

void take_waiting(Core& core, Turn& turn) {
  constexpr int most = 256;  // so that this is a short step
  for (int n = 0; n < most && !core.handed_back.empty(); ++n) {
    const Connection& from = *core.roster.find(core.handed_back.from());
    const bool taken = can_take_back(core, core.handed_back.next(), turn.now());
    if (taken) {
      take_back_now(core, from, core.handed_back.next(), turn);
      core.handed_back.pop();
    }
    charge(core, from, turn.now());
    if (!taken) return;
  }
}

void take_request(Core& core, Connection& from, wire::FileCreate& message, Turn& turn) {
  take(core, from, message, turn);
}
void take_request(Core& core, Connection& from, wire::FileRename& message, Turn& turn) {
  take(core, from, message, turn);
}
void take_request(Core& core, Connection& from, wire::FileDelete& message, Turn& turn) {
  take(core, from, message, turn);
}
void take_request(Core& core, Connection& from, wire::FileEdit& message, Turn& turn) {
  if (message.request) {
    take(core, from, message, turn);
  } else {
    take_back(core, from, message, turn);
  }
}

}  // namespace tutti::session
