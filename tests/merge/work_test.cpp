// What merging costs, counted in items, nodes and runs looked at: a clock would say something else on every machine.

#include <cmath>

#include "sync/merge/document.hpp"
#include "sync/merge/log/history.hpp"
#include "sync/merge/walk/integrate.hpp"
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

namespace {

/// Steps that somebody causes who has seen nothing but the first change, in a document that was just loaded, a part at a time.
std::uint64_t steps_for_late(test::Hostile kind, std::uint32_t events) {
  const std::vector<Change> changes = test::hostile_history(kind, events);
  Document whole;
  REQUIRE(whole.apply(changes).ok());
  auto document = Document::open(whole.encode());
  REQUIRE(document.ok());
  const EventName seen{changes[0].replica, changes[0].seq + (event_count(changes[0]) - 1)};
  const Change late{ReplicaId(0x7ffffff0), Seq(0), {seen}, {{text::Chars(1), text::Chars(0), "late"}}};
  constexpr std::uint64_t part = 3000;
  for (std::uint64_t before = document->work(); !*document->prepare(late, part); before = document->work()) {
    REQUIRE(document->work() > before);
  }
  REQUIRE(document->apply({&late, 1}).ok());
  REQUIRE(whole.apply({&late, 1}).ok());
  REQUIRE(document->text().str() == whole.text().str());
  return document->work();
}

}  // namespace

TEST_CASE("somebody who saw nothing of a hostile history costs no more than n log n either") {
  for (const test::Hostile kind : test::kHostile) {
    const std::uint64_t small = steps_for_late(kind, 6000);
    const std::uint64_t large = steps_for_late(kind, 24000);
    INFO(test::name_of(kind) << ": " << small << " and " << large);
    CHECK(static_cast<double>(large) < static_cast<double>(small) * 4 * std::log(24000) / std::log(6000) * 1.4);
  }
}

TEST_CASE("a file whose end nobody joined is opened a part at a time, and is the same") {
  int parts = 0;
  for (const test::Hostile kind : test::kHostile) {
    INFO(test::name_of(kind));
    const std::vector<Change> changes = test::hostile_history(kind, 3000);
    Document whole;
    REQUIRE(whole.apply(changes).ok());
    auto document = Document::begin_open(whole.encode());
    REQUIRE(document.ok());
    while (!*document->open_some(300)) ++parts;
    REQUIRE(document->text().str() == whole.text().str());
    const std::vector<Change> more = *whole.edit(ReplicaId(0x7ffffff0), text::Delta().insert("more"));
    REQUIRE(document->apply(more).ok());
    REQUIRE(document->text().str() == whole.text().str());
  }
  CHECK(parts > 100);
}

TEST_CASE("what somebody lacks can be asked for a few changes at a time") {
  const std::vector<Change> changes = test::hostile_history(test::Hostile::criss_cross, 500);
  Document whole;
  REQUIRE(whole.apply(changes).ok());
  Document copy;
  while (copy.known() != whole.known()) {
    const auto some = whole.since(copy.known(), 7);
    REQUIRE(some.ok());
    REQUIRE(some->size() <= 7);
    REQUIRE_FALSE(some->empty());
    REQUIRE(copy.apply(*some).ok());
  }
  CHECK(copy.text().str() == whole.text().str());
}

TEST_CASE("all sums and links agree after hostile histories") {
  for (const test::Hostile kind : test::kHostile) {
    INFO(test::name_of(kind));
    for (const std::size_t piece : {std::size_t{1}, std::size_t{100}, std::size_t{1000}})
      (void)steps_for(kind, 1000, piece, true);
  }
}
