// What merging costs, counted in items, nodes and runs looked at: a clock would say something else on every machine.

#include <cmath>

#include "sync/merge/document.hpp"
#include "sync/merge/log/history.hpp"
#include "sync/merge/past/past_walk.hpp"
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
  constexpr std::uint32_t few = 6000;
  constexpr std::uint32_t many = 4 * few;
  // Where items fill many leaves their origins are learnt, which is some steps for each: of the many, but not always of the
  // few.
  constexpr double learning = few < kManyLeaves * kTrackerLeaf ? 16.0 * many : 0.0;
  for (const test::Hostile kind : test::kHostile) {
    const std::uint64_t small = steps_for_late(kind, few);
    const std::uint64_t large = steps_for_late(kind, many);
    INFO(test::name_of(kind) << ": " << small << " and " << large);
    const double n_log_n = 4 * std::log(many) / std::log(few);
    CHECK(static_cast<double>(large) < static_cast<double>(small) * n_log_n * 1.4 + learning);
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

namespace {

/// Of several, each of which `part` does, saying whether it was the last: the most that one has made `work` grow.
template <class Work, class Part>
std::uint64_t dearest(Work work, Part part) {
  std::uint64_t most = 0;
  for (bool done = false; !done;) {
    const std::uint64_t before = work();
    done = part();
    most = std::max(most, work() - before);
  }
  return most;
}

constexpr std::uint64_t kAsked = 4000;  // steps for each part: more than the dearest single thing takes, which is about 3000

std::uint64_t dearest_of_getting_ready(Document document, const Change& late) {
  bool is_ready = false;
  return dearest([&] { return document.work(); },
                 [&] {
                   if (is_ready) return document.apply({&late, 1}).ok();
                   is_ready = *document.prepare(late, kAsked);
                   return false;
                 });
}

std::uint64_t dearest_of_looking_back(Document document, const Change&) {
  const Log& log = document.log();
  PastWalk walk(log, kNoLv);
  return dearest([&] { return walk.steps(log); }, [&] { return walk.go_on(log, kAsked); });
}

std::uint64_t dearest_of_replaying(Document document, const Change&) {
  const Log& log = document.log();
  Walker walker;
  walker.begin(kNoLv, 0);
  CatchUp replay(walker, true);
  return dearest([&] { return walker.steps(log); },
                 [&] {
                   replay.effects().clear();
                   return replay.go_on(log, log.size(), kAsked);
                 });
}

}  // namespace

TEST_CASE("of what is done in parts no part takes twice what was asked for, whatever the history") {
  const struct {
    const char* what;
    std::uint64_t (*dearest)(Document document, const Change& late);
  } cases[] = {
      {"to take in a change of one who saw nothing", dearest_of_getting_ready},
      {"to look back at everything", dearest_of_looking_back},
      {"to replay it, and say what is to be done to the text", dearest_of_replaying},
  };
  for (const test::Hostile kind : test::kHostile) {
    const std::vector<Change> changes = test::hostile_history(kind, 6000);
    Document whole;
    REQUIRE(whole.apply(changes).ok());
    const std::string bytes = whole.encode();
    const EventName seen{changes[0].replica, changes[0].seq + (event_count(changes[0]) - 1)};
    const Change late{ReplicaId(0x7ffffff0), Seq(0), {seen}, {{text::Chars(1), text::Chars(0), "late"}}};
    for (const auto& each : cases) {
      INFO(test::name_of(kind) << ", " << each.what);
      CHECK(each.dearest(std::move(*Document::decode(bytes)), late) < 2 * kAsked);
    }
  }
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
