#include "sync/merge/past/recent.hpp"

#include "tests/merge/edits.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;
using namespace tutti::merge;
using text::Chars;
using text::Delta;

namespace {

constexpr ReplicaId kOwn{30};

/// What a copy that takes in one change after another holds after each, and what it then says that it held.
struct Reader {
  Document copy;
  std::vector<std::string> held;

  void take(const Document& from) {
    const auto changes = from.since(copy.known());
    REQUIRE(changes.ok());
    for (const Change& change : *changes) {
      REQUIRE(copy.apply({&change, 1}).ok());
      held.insert(held.begin(), copy.text().str());
    }
  }
  [[nodiscard]] std::vector<std::string> told(std::initializer_list<ReplicaId> own = {}) const {
    std::vector<std::string> texts;
    for (const text::Snapshot& text : recent_texts(copy, own)) texts.push_back(text.str());
    return texts;
  }
};

}  // namespace

TEST_CASE("the recent texts are those that the copy went through, also where people write at once") {
  Document ann;
  REQUIRE(ann.edit(kAnn, at(0, "one two")).ok());
  Document bob;
  REQUIRE(bob.apply(*ann.since({})).ok());
  REQUIRE(ann.edit(kAnn, at(3, " and", 1)).ok());
  REQUIRE(bob.edit(kBob, at(0, "B", 3)).ok());
  REQUIRE(bob.edit(kBob, at(5, "!")).ok());
  Reader reader;
  reader.take(ann);
  reader.take(bob);
  reader.held.emplace_back();
  CHECK(reader.held.size() == 5);
  CHECK(reader.told() == reader.held);

  const Document fetched = *Document::open(reader.copy.encode());  // its history is folded
  CHECK(recent_texts(fetched, {}) == recent_texts(reader.copy, {}));
}

TEST_CASE("the recent texts end at what one did oneself, and at a number") {
  Document ann;
  REQUIRE(ann.edit(kAnn, at(0, "one")).ok());
  REQUIRE(ann.edit(kOwn, at(3, " two")).ok());
  for (std::size_t i = 0; i < 3; ++i) REQUIRE(ann.edit(kBob, at(0, "x")).ok());
  Reader reader;
  reader.take(ann);
  CHECK(reader.told({kOwn}) == std::vector<std::string>{"xxxone two", "xxone two", "xone two", "one two"});
  for (std::size_t i = 0; i < 2 * max_recent_changes; ++i) REQUIRE(ann.edit(kBob, at(0, "x")).ok());
  CHECK(recent_texts(ann, {}).size() == max_recent_changes + 1);
  ann.fold(1);
  CHECK(recent_texts(ann, {}).front() == ann.snapshot());
}
