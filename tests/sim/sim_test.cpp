
#include "tests/sim/run.hpp"
#include "tests/sim/shrink.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/setting.hpp"

// TUTTI_SIM_SEED=N replays one seed; TUTTI_SIM_SEEDS=K runs more or fewer than the declared number.
namespace tutti::sim {
namespace {

using test::setting;

constexpr std::uint64_t works = 200;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t declared = 200;
#else
constexpr std::uint64_t declared = 2'000;
#endif

/// What every thousand runs must have met, or they prove less than they say.
const char* const rare[] = {"hubs killed",
                            "cuts",
                            "half-open connections",
                            "restarts of participants",
                            "role changes",
                            "histories put together",
                            "replicas given up",
                            "edits handed back",
                            "edits refused",
                            "paths taken by two",
                            "refusals by the store",
                            "commits without an answer",
                            "slow downs",
                            "resyncs",
                            "clock jumps of the hub",
                            "clock jumps of participants"};

}  // namespace

TEST_CASE("every copy is equal and nothing safe is lost, whatever the network, the store and the hub do") {
  const std::uint64_t only = setting("TUTTI_SIM_SEED", 0);
  const std::uint64_t first = only != 0 ? only : 1;
  const std::uint64_t count = only != 0 ? 1 : setting("TUTTI_SIM_SEEDS", declared);
  Tally tally;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const Verdict verdict = run(make_plan(seed, works));
    add(tally, verdict.tally);
    INFO("replay with TUTTI_SIM_SEED=" << seed);
    REQUIRE(verdict.fault == "");
  }
  for (const auto& [name, times] : tally) UNSCOPED_INFO(times << " " << name);
  if (count < 1000) return;
  for (const char* name : rare) {
    INFO(name);
    CHECK(tally[name] >= count / 100);
  }
}

TEST_CASE("a plan gives the same run, to the last frame, also when it was written and read") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Plan plan = make_plan(seed, works);
    const auto read = parse_plan(to_text(plan));
    REQUIRE(read.ok());
    CHECK(*read == plan);
    CHECK(run(plan).trace == run(*read).trace);
  }
}

TEST_CASE("a plan that makes no sense is refused by its line") {
  struct Case {
    const char* text;
    const char* why;
  };
  const Case cases[] = {{"seed 1\npeople 2\nat 5 dance 0 0\n", "line 3: at 5 dance 0 0"},
                        {"seed 1\npeople 2\nat 5 cut 2 0\n", "line 3: at 5 cut 2 0"},
                        {"people 0\n", "line 1: people 0"},
                        {"at five work 0 0\n", "line 1: at five work 0 0"},
                        {"what is this\n", "line 1: what is this"}};
  for (const Case& each : cases) {
    const auto plan = parse_plan(each.text);
    REQUIRE_FALSE(plan.ok());
    CHECK(plan.error().message == each.why);
  }
}

}  // namespace tutti::sim
