#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "protocol/base/strong.hpp"
#include "sync/hub/metrics.hpp"
#include "sync/net/loop.hpp"
#include "sync/net/pool.hpp"
#include "sync/record/record.hpp"
#include "sync/store/store.hpp"

/// Makes one session's facts durable, in order, in groups.
///
///   loop thread                                   writer thread (one for the hub: SQLite has one writer anyway)
///   ───────────                                   ─────────────
///   append(fact) ─▶ queue ─┐
///   reserve(end) ──────────┤ nothing in flight?
///                          └─▶ take a group ─────▶ store.append(group)      one transaction, one sync
///        committed(position) ◀────────────────────┘ ok
///        trouble(why), wait, the same group again ◀─ failed
///
/// Idle, a fact goes to disk at once; while the disk works, what arrives makes the next group, so that the group grows by
/// itself with the load, up to the `GroupBounds`, and holds at least one fact however large. There is never more than one
/// group of a session in flight and a failed one is tried again before any later one, so commit order is the order of
/// positions, and `committed(n)` means that everything up to n is on disk (D2).
///
/// A failure whose outcome is not known (the answer was lost after the commit) is why the very same facts are sent again: the
/// store passes over what it has. Retrying never ends; how much may wait is bounded by the session, which stops taking edits.
/// A reservation of replica ids is its own small transaction and goes before the facts: a welcome waits for it.
///
/// Destroying the Writer drops what is queued; a group in flight finishes on its worker, and nobody is told.
namespace tutti::hub {

/// How much goes into one transaction at most.
struct GroupBounds {
  std::size_t facts = 128;
  std::size_t bytes = 256 * 1024;
};

class Writer {
 public:
  static constexpr net::Duration first_wait{50};
  static constexpr net::Duration longest_wait{2000};

  struct Told {
    std::function<void(Position)> committed;
    std::function<void(std::uint32_t end)> reserved;
    std::function<void(const std::string& why)> trouble;  ///< once, until healed
    std::function<void()> healed;
  };

  Writer(net::Loop& loop, net::WorkerPool& worker, std::shared_ptr<store::Store> store, SessionId session, Metrics& metrics,
         Told told, GroupBounds most = {});
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void append(record::Fact fact);
  void reserve(std::uint32_t end);

  [[nodiscard]] bool idle() const;  ///< everything that was given is durable
  [[nodiscard]] std::size_t queued() const;
  /// When the oldest fact that is not durable was given.
  [[nodiscard]] std::optional<Instant> waiting_since() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace tutti::hub
