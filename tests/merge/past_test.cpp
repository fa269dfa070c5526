#include "sync/merge/past/past.hpp"

#include "sync/merge/fold/keyframes.hpp"
#include "tests/merge/edits.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;
using namespace tutti::merge;
using text::Chars;
using text::Delta;

TEST_CASE("the difference of two versions is what happened between them, either way") {
  Document document;
  REQUIRE(document.edit(kAnn, at(0, "one two")).ok());
  const Version first = document.version();
  REQUIRE(document.edit(kBob, at(4, "x ", 0)).ok());
  REQUIRE(document.edit(kBob, at(4, "", 2)).ok());  // gone again: nothing of it is left
  REQUIRE(document.edit(kBob, at(3, " and", 0)).ok());
  const Version second = document.version();
  CHECK(*difference(document, first, second) == Delta().retain(Chars(3)).insert(" and"));
  CHECK(*difference(document, second, first) == Delta().retain(Chars(3)).erase(Chars(4)));
  CHECK(difference(document, first, first)->is_noop());
  CHECK(*difference(document, {}, first) == Delta().insert("one two"));
  CHECK(difference(document, first, {{kAnn, Seq(99)}}).error().code == ErrorCode::not_found);
}

TEST_CASE("the difference of two concurrent versions leads from one to the other") {
  Document ann;
  REQUIRE(ann.edit(kAnn, at(0, "base ")).ok());
  Document bob;
  REQUIRE(bob.apply(*ann.since({})).ok());
  REQUIRE(ann.edit(kAnn, at(0, "A", 2)).ok());
  REQUIRE(bob.edit(kBob, at(5, "B", 0)).ok());
  const Version a = ann.version();
  const Version b = bob.version();
  REQUIRE(ann.apply(*bob.since(ann.known())).ok());
  text::Rope rope("Ase ");
  apply(rope, *difference(ann, a, b));
  CHECK(rope.str() == "base B");
}

TEST_CASE("blame says who wrote what is there") {
  Document document;
  REQUIRE(document.edit(kAnn, at(0, "anns words")).ok());
  REQUIRE(document.edit(kBob, at(4, "+bobs", 0)).ok());
  REQUIRE(document.edit(kBob, at(0, "", 1)).ok());
  CHECK(*blame(document) == std::vector<BlameRun>{{Chars(3), kAnn}, {Chars(5), kBob}, {Chars(6), kAnn}});
  CHECK(blame(Document())->empty());
}

TEST_CASE("keyframes are found from behind, lose their use when something arrives late, and are bounded") {
  Graph graph;
  graph.append(100, {});
  Keyframes frames;
  CHECK(frames.before(50, graph) == nullptr);
  frames.keep(40, text::Rope("forty"));
  frames.keep(20, text::Rope("twenty"));
  frames.keep(20, text::Rope("twenty"));
  REQUIRE(frames.size() == 2);
  CHECK(frames.before(19, graph) == nullptr);
  CHECK(frames.before(20, graph)->text.str() == "twenty");
  CHECK(frames.before(99, graph)->text.str() == "forty");
  const Lv parent = 29;
  graph.append(1, {&parent, 1});  // somebody who had not seen the last seventy
  CHECK(frames.before(99, graph)->text.str() == "twenty");
  frames.forget_from(30);
  CHECK(frames.size() == 1);
  for (Lv end = 21; end < 21 + 3 * Keyframes::kMost; ++end) {
    frames.keep(end, text::Rope());
    REQUIRE(frames.size() <= Keyframes::kMost);
  }
  const text::Rope large(std::string(Keyframes::kMostBytes / 4, 'x'));
  Keyframes few;
  for (Lv end = 1; end < 20; ++end) {
    few.keep(end, large);
    REQUIRE(few.size() <= 4);
  }
}

TEST_CASE("the second question about the past costs what lies between keyframes") {
  constexpr Lv part = kKeyframeEvery / 64;  // a character for so many events: all texts are kept, none thinned out
  Graph graph;
  graph.append(200 * kKeyframeEvery, {});
  Keyframes frames;
  Lv replayed = 0;
  const auto ask = [&](Lv end) {
    replayed = 0;
    const auto text = frames.text_up_to(end, {}, graph, [&](Lv from, Lv to, text::Rope& rope) -> Status {
      CHECK(rope.size().value == from / part);
      rope.insert(rope.size(), std::string(to / part - from / part, 'x'));
      replayed += to - from;
      return {};
    });
    REQUIRE(text.ok());
    CHECK(text->size().value == end / part);
  };
  ask(150 * kKeyframeEvery);
  CHECK(replayed == 150 * kKeyframeEvery);
  for (const Lv end : {kKeyframeEvery, 77 * kKeyframeEvery + 5, 149 * kKeyframeEvery, 150 * kKeyframeEvery}) {
    ask(end);
    CHECK(replayed <= kKeyframeEvery);
  }
  ask(200 * kKeyframeEvery);
  CHECK(replayed <= 51 * kKeyframeEvery);
}
