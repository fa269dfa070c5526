#include "sync/session/fetches.hpp"

#include <algorithm>

#include "protocol/base/planted.hpp"
#include "sync/exchange/check.hpp"
#include "sync/exchange/convert.hpp"
#include "sync/session/close_codes.hpp"

namespace tutti::session {

namespace {

/// A few changes are sent one by one; their inserted text must stay small too.
constexpr std::uint64_t few_events = 65'536;

/// Sends to one connection and counts what it sent.
class Answer {
 public:
  Answer(ConnectionId to, Turn& turn) : to_(to), turn_(turn) {}

  void send(const Buffer& frame, bool binary = false) {
    bytes_ += static_cast<std::int64_t>(frame->size());
    turn_.send({to_}, frame, Urgency::edit, binary);
  }
  template <class Message>
  void tell(const Message& message) {
    send(Turn::share(wire::encode(message)));
  }
  [[nodiscard]] std::int64_t bytes() const { return bytes_; }

 private:
  ConnectionId to_;
  Turn& turn_;
  std::int64_t bytes_ = 0;
};

std::uint64_t missing_events(const merge::Known& held, const merge::Known& known) {
  std::uint64_t missing = 0;
  for (const auto& [replica, next] : held) {
    const auto at = std::lower_bound(known.begin(), known.end(), std::pair(replica, Seq(0)));
    const Seq from = at != known.end() && at->first == replica ? at->second : Seq(0);
    if (from < next) missing += next - from;
  }
  return missing;
}

/// Whether what is missing may be sent change by change: it is few, and the asker has something to put it on.
bool may_be_few(const File& file, const merge::Known& known) {
  return !known.empty() && missing_events(file.text.known(), known) <= few_events;
}

/// Does part of what answering takes where what is missing reaches behind what is folded; true once there is no more of it.
bool is_ready(const Core& core, const wire::Fetch& fetch, std::uint64_t steps) {
  const File* file = core.files.find(fetch.document);
  if (file == nullptr || file->deleted) return true;
  const merge::Known known = exchange::to_merge(fetch.known);
  if (!may_be_few(*file, known) || !file->text.is_folded(known)) return true;
  if (steps == 0) return false;
  const Result<bool> whole = file->text.unfold_some(steps);
  return !whole || *whole;  // a damaged past has no changes to give
}

/// The missing changes, if they are few and need no unfolding.
std::optional<std::vector<merge::Change>> few_missing(const Core& core, const File& file, const merge::Known& known) {
  if (missing_events(file.text.known(), known) == 0) return std::vector<merge::Change>{};
  if (!may_be_few(file, known) || file.text.is_folded(known)) return std::nullopt;
  const std::size_t most = core.config.limits.fetch_edits;
  Result<std::vector<merge::Change>> changes = file.text.since(known, most + 1);
  if (!changes || changes->size() > most) return std::nullopt;
  return std::move(*changes);
}

void send_edit(const Core& core, DocumentId document, const merge::Change& change, Answer& answer) {
  wire::FileEdit edit;
  edit.document = document;
  edit.change = exchange::to_wire(change);
  if (const Replica* writer = core.replicas.find(change.replica)) edit.participant = writer->participant;
  answer.tell(edit);
}

void send_edits(const Core& core, DocumentId document, const std::vector<merge::Change>& changes, Answer& answer) {
  for (const merge::Change& change : changes) send_edit(core, document, change, answer);
}

/// Events that may still go down with the hub stay events, and so do those on which whoever types now may go on.
std::uint64_t tail_of(const Core& core, DocumentId document) {
  std::uint64_t events = 0;
  for (const Ledger::Pending* pending : core.ledger.pending_of(document)) events += pending->events;
  return std::max(events, core.config.limits.text_tail_events);
}

/// The frames that were made for whoever asked first, and what came since. Encoding a long history for each of a thousand who
/// come in one moment, while somebody types, would be the end of the hub.
void send_encoded(Core& core, DocumentId document, File& file, Extent extent, Answer& answer) {
  const Encoded* encoded = &file.encoded.at(static_cast<std::size_t>(extent));
  std::optional<std::vector<merge::Change>> since;
  if (!encoded->frames.empty()) since = few_missing(core, file, encoded->known);
  if (!since) {
    encoded = &core.files.encode(document, file, extent, tail_of(core, document), core.config.limits);
    since.emplace();
  }
  for (const Buffer& frame : encoded->frames) answer.send(frame, true);
  if (!planted(Bug::bulk_outdated)) send_edits(core, document, *since, answer);
}

void send_missing(Core& core, const wire::Fetch& fetch, File& file, Answer& answer) {
  if (const auto changes = few_missing(core, file, exchange::to_merge(fetch.known))) {
    send_edits(core, fetch.document, *changes, answer);
  } else {
    send_encoded(core, fetch.document, file, fetch.text.value_or(false) ? Extent::text : Extent::history, answer);
  }
}

std::int64_t answer_fetch(Core& core, const Connection& from, const wire::Fetch& fetch, Turn& turn) {
  Answer answer(from.id, turn);
  File* file = core.files.find(fetch.document);
  if (file == nullptr || file->deleted) {
    answer.tell(wire::ErrorMessage{wire::ErrorName::not_found, "The file that was asked for is not in the session.", false});
    return answer.bytes();
  }
  send_missing(core, fetch, *file, answer);
  for (const Ledger::Pending* pending : core.ledger.pending_of(fetch.document)) {
    if (pending->writer != from.replica) answer.send(pending->frame);
  }
  answer.tell(wire::Fetched{fetch.document, core.ledger.newest().value, exchange::check_of(fetch.document, file->text)});
  return answer.bytes();
}

void refill(Connection& connection, const Limits& limits, Instant now) {
  const std::int64_t elapsed = std::clamp<std::int64_t>(now - connection.credited, 0, 3'600'000);
  connection.credit = std::min(limits.fetch_burst_bytes, connection.credit + elapsed * limits.fetch_bytes_per_ms);
  connection.credited = now;
}

/// In order; one that is not ready yet gets so many steps, and the next `Tick` goes on. False then.
bool serve(Core& core, Connection& connection, std::uint64_t steps, Turn& turn) {
  refill(connection, core.config.limits, turn.now());
  while (!connection.fetches.empty() && connection.credit > 0) {
    if (!is_ready(core, connection.fetches.front(), steps)) return false;
    const wire::Fetch fetch = std::move(connection.fetches.front());
    connection.fetches.pop_front();
    connection.credit -= answer_fetch(core, connection, fetch, turn);
  }
  return true;
}

}  // namespace

void take_fetch(Core& core, Connection& from, wire::Fetch fetch, Turn& turn) {
  if (from.fetches.size() >= core.config.limits.fetches) {
    hang_up(core, from.id, ErrorCode::limit, "Too many fetches are unanswered at a time.", close_code::over_limit, turn);
    return;
  }
  from.fetches.push_back(std::move(fetch));
  static_cast<void>(serve(core, from, core.config.limits.prepare_steps, turn));
}

void serve_fetches(Core& core, Turn& turn) {
  std::uint64_t steps = core.config.limits.prepare_steps;  // of all together
  for (auto& [id, connection] : core.roster.all_connections()) {
    if (!connection.fetches.empty() && !serve(core, connection, steps, turn)) steps = 0;
  }
}

}  // namespace tutti::session
