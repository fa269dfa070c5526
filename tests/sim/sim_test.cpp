#include <cstdlib>

#include "tests/sim/world.hpp"
#include "tests/support/catch.hpp"

// TUTTI_SIM_SEED=N replays one seed; TUTTI_SIM_SEEDS=K runs more or fewer than the declared number.
namespace tutti::sim {
namespace {

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t declared = 1'000;
#else
constexpr std::uint64_t declared = 10'000;
#endif

}  // namespace

TEST_CASE("every copy is equal and nothing safe is lost, whatever the network and the hub do") {
  const std::uint64_t only = setting("TUTTI_SIM_SEED", 0);
  const std::uint64_t first = only != 0 ? only : 1;
  const std::uint64_t count = only != 0 ? 1 : setting("TUTTI_SIM_SEEDS", declared);
  Tally tally;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const Verdict verdict = run(seed);
    tally.add(verdict.tally);
    INFO("replay with TUTTI_SIM_SEED=" << seed);
    REQUIRE(verdict.fault == "");
  }
  WARN(tally.seeds << " seeds, " << tally.edits << " edits, " << tally.acknowledged << " known to be safe, " << tally.crashes
                   << " crashes of the hub, " << tally.cuts << " cuts, " << tally.restarts << " restarts");
  if (count >= 1000) CHECK(tally.crashes > count / 10);
}

TEST_CASE("a seed gives the same run, to the last frame") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) CHECK(run(seed).trace == run(seed).trace);
}

}  // namespace tutti::sim
