#include "sync/session/ledger.hpp"

#include <algorithm>

namespace tutti::session {

namespace {

/// A row's share of the queue's bound; the rest of a row is small and of one size.
constexpr std::size_t row_overhead = 128;

std::size_t size_of(const record::DocumentRow& row) {
  return row.path.size();
}
std::size_t size_of(const record::ChangeRow& row) {
  return row.body.size();
}
std::size_t size_of(const record::ReplicaRow& /*row*/) {
  return 0;
}

std::size_t size_of(const std::vector<record::Row>& rows) {
  std::size_t bytes = 0;
  for (const record::Row& row : rows) bytes += row_overhead + std::visit([](const auto& r) { return size_of(r); }, row);
  return bytes;
}

}  // namespace

bool Ledger::is_full(const Limits& limits, Instant now) const {
  if (pending_.empty()) return false;
  return pending_.size() >= limits.queued_facts || pending_bytes_ >= limits.queued_bytes ||
         now - pending_.front().since > limits.queued_ms;
}

void Ledger::append(std::vector<record::Row> rows, Pending pending, Turn& turn) {
  newest_ += 1;
  pending.position = newest_;
  pending.bytes = size_of(rows);
  pending.since = turn.now();
  pending_bytes_ += pending.bytes;
  pending_.push_back(std::move(pending));
  turn.emit(Append{record::Fact{newest_, std::move(rows)}});
}

bool Ledger::committed(Position position) {
  const Position upto = std::min(position, newest_);
  if (upto <= durable_) return false;
  durable_ = upto;
  while (!pending_.empty() && pending_.front().position <= durable_) {
    pending_bytes_ -= pending_.front().bytes;
    pending_.pop_front();
  }
  return true;
}

std::vector<const Ledger::Pending*> Ledger::pending_of(DocumentId document) const {
  std::vector<const Pending*> found;
  for (const Pending& fact : pending_) {
    if (fact.frame && fact.document == document) found.push_back(&fact);
  }
  return found;
}

}  // namespace tutti::session
