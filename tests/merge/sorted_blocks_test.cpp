#include "sync/merge/walk/sorted_blocks.hpp"

#include <set>

#include "protocol/base/random.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;
using namespace tutti::merge;

namespace {

/// A value that comes in an order of its own: a place among those below `count`, all of which `at` runs through.
using Order = std::uint32_t (*)(Random& random, std::uint32_t at, std::uint32_t count);

struct Pair {
  SortedBlocks<std::uint32_t> blocks;
  std::set<std::uint32_t> plain;
};

void check_above(const Pair& both, std::uint32_t value) {
  const std::uint32_t* const found = both.blocks.first_above(value);
  const auto expected = both.plain.upper_bound(value);
  INFO("above " << value);
  REQUIRE((found == nullptr) == (expected == both.plain.end()));
  if (found != nullptr) REQUIRE(*found == *expected);
}

/// Even values only, so that one may ask for those that are there and those that are not.
void fill(Pair& both, Random& random, Order order, std::uint32_t count) {
  for (std::uint32_t at = 0; at < count; ++at) {
    const std::uint32_t value = 2 * order(random, at, count) + 2;
    if (both.plain.insert(value).second) both.blocks.insert(value);
    check_above(both, value);
    check_above(both, static_cast<std::uint32_t>(random.below(2 * count + 4)));
    REQUIRE(both.blocks.size() == both.plain.size());
  }
}

}  // namespace

TEST_CASE("sorted blocks say what comes above a value as a set does, in whatever order they are filled") {
  const auto seed = GENERATE(range(1U, 5U));
  constexpr Order orders[] = {
      [](Random& random, std::uint32_t, std::uint32_t count) { return static_cast<std::uint32_t>(random.below(count)); },
      [](Random&, std::uint32_t at, std::uint32_t) { return at; },
      [](Random&, std::uint32_t at, std::uint32_t count) { return count - 1 - at; },
      [](Random&, std::uint32_t at, std::uint32_t count) {
        return at % 2 == 0 ? at / 2 : count - 1 - at / 2;
      },  // to the middle
  };
  for (const Order& order : orders) {
    INFO("seed " << seed << ", order " << &order - orders);
    Random random(seed);
    Pair both;
    check_above(both, 1);
    fill(both, random, order, 1500);  // several blocks of any build
    for (std::uint32_t value = 0; value < 3010; ++value) check_above(both, value);
    both.blocks.clear();
    both.plain.clear();
    REQUIRE(both.blocks.size() == 0);
    check_above(both, 0);
    fill(both, random, order, 10);
  }
}

TEST_CASE("sorted blocks keep values that are equal, and none of them is above itself") {
  SortedBlocks<int> blocks;
  for (int i = 0; i < 1000; ++i) blocks.insert(i % 3);
  CHECK(blocks.size() == 1000);
  REQUIRE(blocks.first_above(-1) != nullptr);
  CHECK(*blocks.first_above(-1) == 0);
  REQUIRE(blocks.first_above(0) != nullptr);
  CHECK(*blocks.first_above(0) == 1);
  REQUIRE(blocks.first_above(1) != nullptr);
  CHECK(*blocks.first_above(1) == 2);
  CHECK(blocks.first_above(2) == nullptr);
}
