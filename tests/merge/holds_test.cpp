// Whether a change is held already: what counts as the same, and what it costs to tell.

#include "protocol/base/random.hpp"
#include "protocol/base/utf.hpp"
#include "sync/merge/document.hpp"
#include "tests/merge/edits.hpp"
#include "tests/merge/hostile.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/random_text.hpp"

using namespace tutti;
using namespace tutti::merge;
using text::Chars;

namespace {

constexpr ReplicaId kWriter{30};
constexpr ReplicaId kCat{40};

/// Three who write, mostly without knowing of each other's last.
Document random_history(Random& random) {
  Document all;
  Document copies[3];
  const ReplicaId names[] = {kAnn, kBob, kCat};
  for (int i = 0; i < 60; ++i) {
    const std::size_t who = random.below(3);
    Document& copy = copies[who];
    const std::uint64_t length = copy.text().size().value;
    const std::uint64_t place = random.below(length + 1);
    std::uint64_t erased = random.below(std::min<std::uint64_t>(5, length - place) + 1);
    std::string words = test::random_text(random, 6);
    if (random.chance(50)) words += "typed";
    REQUIRE(copy.edit(names[who], at(place, words, erased)).ok());
    if (random.chance(40)) REQUIRE(copies[random.below(3)].apply(*copy.since({})).ok());
    REQUIRE(all.apply(*copy.since(all.known())).ok());
  }
  return all;
}

/// The same events, said in more patches.
Change cut_smaller(Random& random, const Change& change) {
  Change cut = change;
  cut.patches.clear();
  for (Patch patch : change.patches) {
    while (patch.erase.value > 1 && random.chance(50)) {
      cut.patches.push_back({patch.at, Chars(1), {}});
      patch.erase = patch.erase - 1;
    }
    if (utf8::count_chars(patch.insert) > 1 && random.chance(50)) {
      const std::size_t bytes = utf8::skip_chars(patch.insert, 1);
      cut.patches.push_back({patch.at, patch.erase, patch.insert.substr(0, bytes)});
      patch = {patch.at + 1, Chars(0), patch.insert.substr(bytes)};
    }
    cut.patches.push_back(std::move(patch));
  }
  return cut;
}

Change spoilt(Random& random, Change change) {
  Patch& patch = change.patches[random.below(change.patches.size())];
  switch (random.below(4)) {
    case 0:
      patch.at += 1;
      break;
    case 1:
      change.parents = change.parents.empty() ? Version{{kAnn, Seq(0)}} : Version{};
      break;
    case 2:
      if (!patch.insert.empty())
        patch.insert.replace(0, utf8::skip_chars(patch.insert, 1), "~");
      else
        patch = {patch.at, patch.erase - 1, "~"};
      break;
    default:
      if (patch.erase.value > 0)
        patch = {patch.at, patch.erase - 1, "~" + patch.insert};
      else
        patch = {patch.at, Chars(1), patch.insert.substr(utf8::skip_chars(patch.insert, 1))};
  }
  return change;
}

}  // namespace

TEST_CASE("a change is held that says what was done, however it is cut, and another one is in conflict") {
  const auto seed = GENERATE(range(1U, 41U));
  INFO("seed " << seed);
  Random random(seed);
  const Document document = random_history(random);
  const std::vector<Change> changes = *document.since({});
  for (const Change& change : changes) {
    REQUIRE(*document.holds(change));
    const Change cut = cut_smaller(random, change);
    REQUIRE(*document.holds(cut));
    const auto other = document.holds(spoilt(random, cut));
    REQUIRE_FALSE(other.ok());
    REQUIRE(other.error().code == ErrorCode::conflict);
  }
}

TEST_CASE("to tell that a long erase is held costs what it takes to say it") {
  Document document;
  constexpr std::uint64_t chars = 1'000'000;
  REQUIRE(document.edit(kAnn, at(0, std::string(chars, 'x'))).ok());
  const Change gone{kWriter, Seq(0), document.version(), {{Chars(0), Chars(chars), ""}}};
  REQUIRE(document.apply({&gone, 1}).ok());
  Change cut = gone;
  cut.patches = {{Chars(0), Chars(1), ""}, {Chars(0), Chars(chars - 1), ""}};
  const std::uint64_t before = document.work();
  CHECK(*document.holds(cut));
  CHECK(document.work() > before);
  CHECK(document.work() < before + 10);
}

TEST_CASE("what one event holds of more than can be counted is not held") {
  Document document;
  REQUIRE(document.edit(kAnn, at(0, "abc")).ok());
  const Change gone{kWriter, Seq(0), document.version(), {{Chars(0), Chars(1), ""}, {Chars(0), Chars(1), ""}}};
  REQUIRE(document.apply({&gone, 1}).ok());
  Change more = gone;
  more.patches = {{Chars(0), Chars(~std::uint64_t{0}), ""}, {Chars(0), Chars(3), ""}};  // 2 more than can be counted
  const auto held = document.holds(more);
  CHECK((held.ok() && !*held));
  CHECK_FALSE(document.apply({&more, 1}).ok());
}

TEST_CASE("what a change of long ago is compared with is unpacked in parts") {
  Document whole;
  REQUIRE(whole.apply(test::hostile_history(test::Hostile::criss_cross, 4000)).ok());
  REQUIRE(whole.edit(kAnn, at(0, "all met")).ok());
  auto document = Document::open(whole.encode());
  REQUIRE(document.ok());
  REQUIRE(document->edit(kBob, at(0, "more")).ok());
  REQUIRE(document->is_folded());
  const Change lie{ReplicaId(2), Seq(5), document->version(), {{Chars(0), Chars(0), "a"}}};
  int parts = 0;
  while (!*document->prepare(lie, 10)) ++parts;
  CHECK(parts > 0);
  CHECK_FALSE(document->is_folded());
  const std::uint64_t before = document->work();
  CHECK_FALSE(document->holds(lie).ok());
  CHECK(document->work() < before + 10);
}
