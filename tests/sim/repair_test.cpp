// make_again on its own: what is refused goes, what is ours stays as we wrote it, and what others wrote is left to them.
#include "sync/peer/remake.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;
using merge::Change;
using merge::Document;

namespace {

constexpr ReplicaId ann(1), bob(2), old(3), fresh(4);

text::Delta put(std::uint64_t at, std::string_view words, std::uint64_t erase = 0) {
  text::Delta delta;
  delta.retain(text::Chars(at)).insert(words).erase(text::Chars(erase));
  return delta;
}

/// A copy here and one at the hub, which begin alike.
struct Copies {
  explicit Copies(std::string_view start) {
    const std::vector<Change> first = *mine.edit(ann, put(0, start));
    REQUIRE(hub.apply(first).ok());
  }
  Change write(ReplicaId who, const text::Delta& delta) { return mine.edit(who, delta)->front(); }
  [[nodiscard]] Document hub_again() const { return *Document::decode(hub.encode()); }
  void at_hub(ReplicaId who, const text::Delta& delta) { REQUIRE(hub.edit(who, delta).ok()); }

  peer::Repaired repair(const std::vector<Change>& refused, std::optional<merge::EventName> spent = {}) {
    text::Rope shown(mine.text().str());
    Result<peer::Repaired> result = peer::make_again(mine, hub, {refused, {}, spent, {}}, {old, fresh});
    REQUIRE(result.ok());
    text::apply(shown, result->shown);
    CHECK(shown.str() == hub.text().str());
    return *result;
  }
  Document mine, hub;
};

}  // namespace

TEST_CASE("what was refused goes, and what was written behind it stays") {
  Copies c("one two");
  const Change refused = c.write(old, put(3, " REFUSED"));
  c.write(old, put(7, "<kept>"));  // within the refused words
  c.at_hub(bob, put(7, " three"));
  const peer::Repaired repaired = c.repair({refused});
  CHECK(c.hub.text().str() == "one<kept> two three");
  REQUIRE(repaired.changes.size() == 1);
  CHECK(repaired.changes[0].replica == fresh);
  CHECK(repaired.changes[0].patches == std::vector<merge::Patch>{{text::Chars(3), text::Chars(0), "<kept>"}});
}

TEST_CASE("a refused deletion leaves what was there as it was") {
  Copies c("one two three");
  const Change refused = c.write(old, put(4, "", 4));
  const peer::Repaired repaired = c.repair({refused});
  CHECK(repaired.changes.empty());
  CHECK(c.hub.text().str() == "one two three");
}

TEST_CASE("words that resemble each other are not mixed up") {
  Copies c("<1.1.0>");
  const Change refused = c.write(old, put(0, "<1.1.1>"));
  c.write(old, put(14, "<1.1.2>"));
  c.at_hub(bob, put(0, "<1.1.3>"));
  const peer::Repaired repaired = c.repair({refused});
  CHECK(c.hub.text().str() == "<1.1.3><1.1.0><1.1.2>");
  REQUIRE(repaired.changes.size() == 1);
  CHECK(repaired.changes[0].patches == std::vector<merge::Patch>{{text::Chars(14), text::Chars(0), "<1.1.2>"}});
}

TEST_CASE("what another wrote and the hub lost is left to them") {
  Copies c("start ");
  c.write(bob, put(6, "lost "));
  c.write(old, put(11, "mine"));
  const peer::Repaired repaired = c.repair({});
  CHECK(c.hub.text().str() == "start mine");
  REQUIRE(repaired.changes.size() == 1);
  CHECK(repaired.changes[0].patches == std::vector<merge::Patch>{{text::Chars(6), text::Chars(0), "mine"}});
}

TEST_CASE("what another wrote and erased again, all of it lost with a hub, does not come back") {
  Copies c("start ");
  c.write(bob, put(6, "<word>"));
  c.write(bob, put(6, "", 6));
  c.write(old, put(6, "mine"));
  c.repair({});
  CHECK(c.hub.text().str() == "start mine");
}

TEST_CASE("an erasure that was lost with a hub and made again by its author stays") {
  Copies c("start <word> ");
  c.write(bob, put(6, "", 7));
  c.at_hub(ReplicaId(5), put(6, "", 7));  // the same, under another name
  c.write(old, put(6, "mine"));
  c.repair({});
  CHECK(c.hub.text().str() == "start mine");
}

TEST_CASE("a refused change that somebody handed back is there and stays") {
  Copies c("a");
  const Change refused = c.write(old, put(1, "b"));
  c.write(old, put(2, "c"));
  REQUIRE(c.hub.apply({&refused, 1}).ok());
  c.repair({refused});
  CHECK(c.hub.text().str() == "abc");
}

TEST_CASE("what a copy of the folder wrote under our names stays, and so does ours, each at its place") {
  Copies c("one two");
  const Change theirs = *Document(c.hub_again()).edit(old, put(0, "theirs "))->begin();
  REQUIRE(c.hub.apply({&theirs, 1}).ok());
  c.at_hub(bob, put(14, " three"));
  c.write(old, put(3, " AND"));
  c.write(old, put(7, "!"));
  c.repair({}, merge::EventName{old, Seq(0)});
  CHECK(c.hub.text().str() == "theirs one AND! two three");
}

TEST_CASE("what a later process of ours has made again is left to it, should an old journal be put back") {
  Copies c("start ");
  c.write(old, put(6, "<word>"));
  c.at_hub(fresh, put(6, "<word>"));  // the same, which that journal did not know yet
  c.repair({});
  CHECK(c.hub.text().str() == "start <word>");
}

TEST_CASE("positions mean what they meant, though the new name is sorted elsewhere") {
  constexpr ReplicaId between(3);
  Copies c("x");
  const Change first = c.write(ReplicaId(2), put(0, "[1]"));
  const Change other = [&] {
    Document copy = c.hub_again();
    return copy.edit(between, put(0, "[other]"))->front();
  }();
  REQUIRE(c.mine.apply({&other, 1}).ok());
  REQUIRE(c.hub.apply({&other, 1}).ok());
  const std::string both = c.mine.text().str();
  c.write(ReplicaId(2), put(both.find("]") + 1, "|"));  // behind the first of the two
  const std::string meant = c.mine.text().str();
  Result<peer::Repaired> result =
      peer::make_again(c.mine, c.hub, {{}, {}, merge::EventName{ReplicaId(2), Seq(0)}, {}}, {ReplicaId(2), fresh});
  REQUIRE(result.ok());
  CHECK(c.hub.text().str() == meant);
}
