#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "sync/session/outbox.hpp"

namespace tutti::session {

/// The order of a session's facts: numbers them, hands them to the store, and knows which of them the store has not committed.
class Ledger {
 public:
  /// What a fact leaves behind until it is durable.
  struct Pending {
    Position position;
    std::size_t bytes = 0;
    Instant since;
    std::optional<DocumentId> document;  ///< whose text it changed
    std::optional<ReplicaId> writer;
    std::uint64_t events = 0;  ///< of the change
    Buffer frame;              ///< as it was broadcast, with its stamp; null if it was not
  };

  Ledger() = default;
  explicit Ledger(Position newest) : newest_(newest), durable_(newest) {}

  [[nodiscard]] Position newest() const { return newest_; }
  [[nodiscard]] Position durable() const { return durable_; }
  [[nodiscard]] bool all_durable() const { return pending_.empty(); }
  [[nodiscard]] std::size_t pending_count() const { return pending_.size(); }

  /// Whether the store lags so far behind that no request is taken: too many facts, too many bytes, or one too old.
  [[nodiscard]] bool is_full(const Limits& limits, Instant now) const;

  [[nodiscard]] Position next() const { return newest_ + 1; }
  /// Orders `rows` at `next()`.
  void append(std::vector<record::Row> rows, Pending pending, Turn& turn);

  /// True when `durable()` moved.
  bool committed(Position position);

  /// What was broadcast of a document and is not durable, oldest first.
  [[nodiscard]] std::vector<const Pending*> pending_of(DocumentId document) const;

 private:
  Position newest_, durable_;
  std::deque<Pending> pending_;
  std::size_t pending_bytes_ = 0;
};

}  // namespace tutti::session
