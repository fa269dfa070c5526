#pragma once

#include <cstdint>
#include <string>

namespace tutti::hub {

/// What `/metrics` tells. Loop thread. No names of people, files or sessions: numbers only.
struct Metrics {
  std::uint64_t sessions_live = 0;
  std::uint64_t connections = 0;
  std::uint64_t connections_total = 0;
  std::uint64_t handshakes_refused = 0;
  std::uint64_t requests = 0;
  std::uint64_t joins_failed = 0;
  std::uint64_t edits = 0;          ///< changes taken
  std::uint64_t facts_queued = 0;   ///< taken, not yet durable
  std::int64_t durable_lag_ms = 0;  ///< age of the oldest of them
  std::uint64_t commits = 0;
  std::uint64_t facts_committed = 0;
  std::uint64_t store_errors = 0;
  std::uint64_t compactions = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t presence_dropped = 0;
  std::uint64_t slow_readers_closed = 0;
};

/// The Prometheus text format.
[[nodiscard]] std::string prometheus_text(const Metrics& metrics);

}  // namespace tutti::hub
