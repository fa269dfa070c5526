// Changes that are refused: what they leave, which is nothing, and what they cost, which does not grow with what there is.

#include <algorithm>

#include "protocol/base/random.hpp"
#include "sync/merge/document.hpp"
#include "tests/merge/hostile.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/random_text.hpp"

using namespace tutti;
using namespace tutti::merge;
using text::Chars;

namespace {

constexpr ReplicaId kStranger{0x7ffffff0};

Change outside(Version parents) {
  return {kStranger, Seq(0), std::move(parents), {{Chars(0), Chars(0), "seen"}, {Chars(0), Chars(0x3ffffff), ""}}};
}

Document whole(test::Hostile kind, std::uint32_t events) {
  Document document;
  REQUIRE(document.apply(test::hostile_history(kind, events)).ok());
  return document;
}

/// Steps for refusing a change made at `parents` the second time: everything is ready then.
std::uint64_t steps_to_refuse(Document& document, const Version& parents) {
  const Change change = outside(parents);
  while (!*document.prepare(change, 20'000)) {
  }
  REQUIRE_FALSE(document.apply({&change, 1}).ok());
  REQUIRE(*document.prepare(change, 0));  // as what was made ready for it is still there
  const std::uint64_t before = document.work();
  REQUIRE_FALSE(document.apply({&change, 1}).ok());
  return document.work() - before;
}

/// Somebody's change on some of the newest events, or on the tip.
Change random_change(Random& random, const Document& document, ReplicaId replica) {
  Version parents = document.version();
  if (parents.size() > 1 && random.chance(50)) parents.resize(1);
  Change change{replica, document.next_seq(replica), std::move(parents), {}};
  for (std::uint64_t n = 1 + random.below(3); n > 0; --n) {
    std::string words = test::random_text(random, 4);
    if (words.empty()) words = "x";
    change.patches.push_back({Chars(random.below(3)), Chars(random.below(3)), std::move(words)});
  }
  return change;
}

}  // namespace

TEST_CASE("to refuse a change costs the same, however much there is") {
  for (const test::Hostile kind : {test::Hostile::criss_cross, test::Hostile::rounds, test::Hostile::small_merges}) {
    INFO(test::name_of(kind));
    Document document = whole(kind, 8000);
    const Version late{{ReplicaId(1), Seq(1)}};
    CHECK(steps_to_refuse(document, document.version()) < 50);
    CHECK(steps_to_refuse(document, late) < 100);
  }
}

TEST_CASE("a batch that is refused leaves exactly what there was") {
  const auto seed = GENERATE(range(1U, 21U));
  INFO("seed " << seed);
  Random random(seed);
  Document document;
  Document untouched;
  for (int round = 0; round < 60; ++round) {
    std::vector<Change> batch{random_change(random, document, ReplicaId(1 + static_cast<std::uint32_t>(random.below(5))))};
    const Change more{batch[0].replica,
                      batch[0].seq + event_count(batch[0]),
                      {{batch[0].replica, batch[0].seq + (event_count(batch[0]) - 1)}},
                      {{Chars(0), Chars(0), "more"}}};
    if (random.chance(50)) batch.push_back(more);
    std::vector<Change> bad = batch;
    bad.push_back(outside(random.chance(50) ? document.version() : batch[0].parents));
    const std::string before = document.encode();
    REQUIRE_FALSE(document.apply(bad).ok());
    REQUIRE(document.encode() == before);
    REQUIRE(document.known() == untouched.known());
    const bool taken = document.apply(batch).ok();
    REQUIRE(untouched.apply(batch).ok() == taken);
    REQUIRE(document.text().str() == untouched.text().str());
    REQUIRE(document.encode() == untouched.encode());
    if (!taken) continue;
    if (random.chance(30)) REQUIRE(document.replace(ReplicaId(9), Chars(0), Chars(0), "k").ok());
    REQUIRE(untouched.apply(*document.since(untouched.known())).ok());
  }
}

TEST_CASE("nobody is known of by what was refused, though somebody else's run goes on before it") {
  Document document;
  REQUIRE(document.edit(ReplicaId(1), text::Delta().insert("a")).ok());
  const Version after{{ReplicaId(1), Seq(1)}};
  const Change more{ReplicaId(1), Seq(1), document.version(), {{Chars(1), Chars(0), "b"}}};
  REQUIRE_FALSE(document.apply(std::vector{more, outside(after)}).ok());
  CHECK(document.known() == Known{{ReplicaId(1), Seq(1)}});
}

TEST_CASE("a change that would make the document too long leaves what was made ready for others") {
  Limits limits;
  limits.document_chars = 10'000;
  Document document(limits);
  REQUIRE(document.apply(test::hostile_history(test::Hostile::criss_cross, 9000)).ok());
  const Version late{{ReplicaId(1), Seq(1)}};
  const Change change{kStranger, Seq(0), late, {{Chars(0), Chars(0), std::string(5000, 'x')}}};
  while (!*document.prepare(change, 20'000)) {
  }
  REQUIRE(document.apply({&change, 1}).error().code == ErrorCode::limit);
  CHECK(*document.prepare(change, 0));
}
