// What merging costs, counted in items, nodes and runs looked at: a clock would say something else on every machine.

#include <cmath>

#include "sync/merge/history.hpp"
#include "sync/merge/integrate.hpp"
#include "tests/merge/hostile.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;
using namespace tutti::merge;

namespace {

/// Steps for a history that arrives in pieces of `piece` changes. With `check` everything is looked through in the end.
std::uint64_t steps_for(test::Hostile kind, std::uint32_t events, std::size_t piece, bool check = false) {
  const std::vector<Change> changes = test::hostile_history(kind, events);
  Log log;
  Integrator integrator;
  std::uint64_t length = 0;
  std::vector<Effect> effects;
  for (std::size_t at = 0; at < changes.size();) {
    const Lv before = log.size();
    for (const std::size_t end = std::min(changes.size(), at + piece); at < end; ++at) REQUIRE(take_in(log, changes[at]).ok());
    effects.clear();
    REQUIRE(integrator.run(log, before, log.size(), length, effects));
  }
  if (check) REQUIRE(integrator.walker().tracker().consistent());
  return integrator.walker().tracker().steps() + log.graph.steps();
}

/// n log n makes this 4.6; n to the power of 1.5 would make it 8.
void check_growth(test::Hostile kind, std::uint32_t events, std::size_t piece) {
  const std::uint64_t small = steps_for(kind, events, piece);
  const std::uint64_t large = steps_for(kind, 4 * events, piece);
  const double growth = static_cast<double>(large) / static_cast<double>(small);
  INFO(test::name_of(kind) << ": " << small << " steps for " << events << " events, " << growth
                           << " times as many for four times those");
  CHECK(growth < 4 * std::log(4 * events) / std::log(events) * 1.4);
}

}  // namespace

TEST_CASE("the work for a hostile history grows no faster than n log n") {
  for (const test::Hostile kind : test::kHostile) check_growth(kind, 12000, ~std::size_t{0} / 2);
}

TEST_CASE("nor where it arrives change by change, as long as nobody falls far behind") {
  check_growth(test::Hostile::criss_cross, 3000, 1);
  check_growth(test::Hostile::single_keys, 3000, 1);
}

TEST_CASE("all sums and links agree after hostile histories") {
  for (const test::Hostile kind : test::kHostile) {
    INFO(test::name_of(kind));
    for (const std::size_t piece : {std::size_t{1}, std::size_t{100}, std::size_t{1000}})
      (void)steps_for(kind, 1000, piece, true);
  }
}
