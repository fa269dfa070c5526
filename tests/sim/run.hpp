#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "tests/sim/plan.hpp"

// A hub, its store, a few participants and a bad network, all from one plan and on one clock that jumps from event to event.
//
//     Person ── Peer ══ Wire (delay, stall, cut, half-open) ══ Session ── Disk (delay, refusal, lost answers; forgets at a
//     crash)
//        └── Ledger: what was written, what was told to be safe, what was refused
//
// First everything may go wrong; then the world heals, and every outbox must empty, every copy be equal, and everything that
// was told to be safe be there once.
namespace tutti::sim {

/// How often things happened, by name; of several runs together.
using Tally = std::map<std::string, std::uint64_t>;
void add(Tally& sum, const Tally& more);

struct Verdict {
  std::string fault;        ///< empty: all held
  std::uint64_t trace = 0;  ///< of every frame that was delivered, in order
  Tally tally;
};

/// The same plan gives the same verdict, to the last frame.
[[nodiscard]] Verdict run(const Plan& plan, bool verbose = false);

}  // namespace tutti::sim
