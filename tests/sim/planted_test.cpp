// Every planted bug is found, or the simulator proves less than it says.
#include "protocol/base/planted.hpp"
#include "tests/sim/run.hpp"
#include "tests/sim/shrink.hpp"
#include "tests/support/catch.hpp"

#if !defined(NDEBUG) && !defined(__SANITIZE_ADDRESS__)  // under a sanitizer the plain runs are enough

namespace tutti::sim {
namespace {

constexpr std::uint64_t works = 200;
constexpr std::uint64_t patience = 6'000;  // seeds; most need a few
constexpr std::uint64_t first = 100'001;   // other seeds than those that must hold

struct Planted {
  explicit Planted(Bug bug) { planted_bug = bug; }
  ~Planted() { planted_bug = Bug::none; }
  Planted(const Planted&) = delete;
  Planted& operator=(const Planted&) = delete;
};

std::optional<Plan> first_failure() {
  for (std::uint64_t seed = first; seed < first + patience; ++seed) {
    Plan plan = make_plan(seed, works);
    if (!run(plan).fault.empty()) return plan;
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("each planted bug is found") {
  for (auto bug = static_cast<std::uint8_t>(Bug::none) + 1; bug < static_cast<std::uint8_t>(Bug::end); ++bug) {
    const Planted planted(static_cast<Bug>(bug));
    const auto plan = first_failure();
    INFO("bug " << bug << " of protocol/base/planted.hpp");
    CHECK(plan.has_value());
  }
}

TEST_CASE("copies that a bad memory spoils are found by what they come to, and put right") {
  const Planted planted(Bug::copy_spoilt);
  std::size_t put_right = 0;
  for (std::uint64_t seed = first; seed < first + 100; ++seed) {
    const Verdict verdict = run(make_plan(seed, works));
    INFO("seed " << seed << ": " << verdict.fault);
    CHECK(verdict.fault.empty());
    const auto times = verdict.tally.find("copies put right");
    if (times != verdict.tally.end()) put_right += times->second;
  }
  CHECK(put_right > 100);
}

TEST_CASE("a failing plan is shrunk to a few steps that still fail") {
  const Planted planted(Bug::one_left_out);
  const auto plan = first_failure();
  REQUIRE(plan.has_value());
  const Plan small = shrink(
      *plan, [](const Plan& less) { return !run(less).fault.empty(); }, 300);
  CHECK_FALSE(run(small).fault.empty());
  CHECK(small.steps.size() < plan->steps.size() / 4);
  CHECK(small.people <= plan->people);
}

}  // namespace tutti::sim

#endif
