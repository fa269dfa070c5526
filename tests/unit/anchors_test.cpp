#include "sync/text/anchors.hpp"

#include <map>

#include "protocol/base/random.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;
using namespace tutti::text;

namespace {

Delta random_delta(Random& random, std::uint64_t size) {
  Delta delta;
  for (std::uint64_t spots = 1 + random.below(3); spots > 0; --spots) {
    const std::uint64_t kept = random.below(size + 1);
    delta.retain(Chars(kept));
    size -= kept;
    if (random.chance(60)) delta.insert(std::string(1 + random.below(random.chance(20) ? 60 : 3), 'x'));
    const std::uint64_t gone =
        random.chance(50) ? random.below(std::min<std::uint64_t>(size, random.chance(20) ? 80 : 5) + 1) : 0;
    delta.erase(Chars(gone));
    size -= gone;
  }
  return delta;
}

std::uint64_t size_after(std::uint64_t size, const Delta& delta) {
  for (const Step& step : delta.steps()) {
    if (const auto* gone = std::get_if<Erase>(&step)) size -= gone->count.value;
    if (const auto* come = std::get_if<Insert>(&step)) size += come->count.value;
  }
  return size;
}

}  // namespace

TEST_CASE("an anchor keeps to its side of an insert, and falls to where erased text was") {
  Anchors anchors;
  const auto left = anchors.add(Chars(5), Bias::left);
  const auto right = anchors.add(Chars(5), Bias::right);
  const auto inside = anchors.add(Chars(8), Bias::left);
  anchors.carry(Delta().retain(Chars(5)).insert("abc"));
  CHECK(anchors.at(left) == Chars(5));
  CHECK(anchors.at(right) == Chars(8));
  CHECK(anchors.at(inside) == Chars(11));
  anchors.carry(Delta().retain(Chars(4)).erase(Chars(10)));
  CHECK(anchors.at(left) == Chars(4));
  CHECK(anchors.at(right) == Chars(4));
  CHECK(anchors.at(inside) == Chars(4));
  anchors.carry(Delta().retain(Chars(4)).insert("z"));
  CHECK(anchors.at(left) == Chars(4));
  CHECK(anchors.at(right) == Chars(5));
  CHECK(anchors.size() == 3);
  anchors.remove(left);
  CHECK(anchors.size() == 2);
  CHECK(anchors.at(inside) == Chars(4));
}

TEST_CASE("anchors stand where carrying each by itself would put them") {
  const auto seed = GENERATE(range(1U, 101U));
  INFO("seed " << seed);
  Random random(seed);
  Anchors anchors;
  struct One {
    Chars at;
    Bias bias;
  };
  std::map<Anchors::Id, One> expected;
  std::uint64_t size = 50 + random.below(500);
  for (int round = 0; round < 200; ++round) {
    for (std::uint64_t n = random.below(random.chance(5) ? 100 : 4); n > 0; --n) {
      const One one{Chars(random.below(size + 1)), random.chance(50) ? Bias::left : Bias::right};
      REQUIRE(expected.emplace(anchors.add(one.at, one.bias), one).second);
    }
    while (!expected.empty() && random.chance(40)) {
      auto gone = std::next(expected.begin(), static_cast<std::ptrdiff_t>(random.below(expected.size())));
      anchors.remove(gone->first);
      expected.erase(gone);
    }
    const Delta delta = random_delta(random, size);
    size = size_after(size, delta);
    anchors.carry(delta);
    REQUIRE(anchors.size() == expected.size());
    for (auto& [id, one] : expected) {
      one.at = carry(one.at, delta, one.bias == Bias::left ? Left::mine : Left::theirs);
      REQUIRE(anchors.at(id) == one.at);
    }
  }
}

TEST_CASE("ten thousand anchors follow a hundred thousand edits") {
  Random random(1);
  Anchors anchors;
  std::vector<Anchors::Id> ids;
  constexpr std::uint64_t size = 1'000'000;
  for (int i = 0; i < 10'000; ++i) ids.push_back(anchors.add(Chars(random.below(size)), i % 2 == 0 ? Bias::left : Bias::right));
  for (int i = 0; i < 100'000; ++i) {
    Delta delta;
    delta.retain(Chars(random.below(size - 100)));
    if (i % 2 == 0) {
      delta.insert("word");
    } else {
      delta.erase(Chars(4));
    }
    anchors.carry(delta);
  }
  for (const auto id : ids) CHECK(anchors.at(id).value <= size);
}
