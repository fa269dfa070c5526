#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <vector>

#include "protocol/base/random.hpp"
#include "sync/peer/peer.hpp"
#include "sync/record/record.hpp"
#include "sync/session/session.hpp"

// A hub, its store, a few participants and a bad network, all from one seed and on one clock that jumps from event to event.
//
//     Person ── Peer ══ Wire (delay, stall, cut, half-open) ══ Session ── Disk (commit delay; forgets at a crash)
//        └── Ledger: what was written, what was told to be safe, what was refused
//
// First everything may go wrong; then the world heals, and every outbox must empty, every copy be equal, and everything that
// was told to be safe be there once.
namespace tutti::sim {

/// What a run counted; summed up over seeds.
struct Tally {
  std::uint64_t seeds = 0, edits = 0, crashes = 0, cuts = 0, stalls = 0, restarts = 0, roles = 0, refusals = 0, files = 0,
                acknowledged = 0, compactions = 0;
  void add(const Tally& other);
};

struct Verdict {
  std::string fault;        ///< empty: all held
  std::uint64_t trace = 0;  ///< of every frame that was delivered, in order
  Tally tally;
};

/// One run. The same seed gives the same verdict, to the last frame.
[[nodiscard]] Verdict run(std::uint64_t seed, bool verbose = false);

}  // namespace tutti::sim
