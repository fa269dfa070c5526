#include "sync/merge/walk/pieces.hpp"

#include <map>

#include "protocol/base/random.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;
using namespace tutti::merge;

TEST_CASE("pieces are found as in a map, few and many in a page, near and far") {
  const auto seed = GENERATE(range(1U, 9U));
  INFO("seed " << seed);
  Random random(seed);
  constexpr Lv first = 1000;
  const Lv end = first + (seed % 2 == 0 ? 300 : 100'000);
  Pieces pieces;
  pieces.reset(first);
  pieces.reach(end);
  std::map<Lv, std::pair<std::uint32_t, bool>> all{{first, {7, false}}};
  pieces.put(first, 7);
  const auto somewhere = [&] {
    const Lv near = first + static_cast<Lv>(random.below(200));
    return random.chance(50) ? near : first + static_cast<Lv>(random.below(end - first));
  };
  for (int i = 0; i < 3000; ++i) {
    const Lv at = somewhere();
    const auto value = static_cast<std::uint32_t>(random.next());
    const bool down = random.chance(50);
    pieces.put(at, value, down);
    all[at] = {value, down};
    const Lv asked = somewhere();
    const auto expected = std::prev(all.upper_bound(asked));
    const Pieces::Piece found = pieces.find(asked);
    REQUIRE(found.begin == expected->first);
    REQUIRE(found.value == expected->second.first);
    REQUIRE(found.down == expected->second.second);
    const Lv stop = std::min<Lv>(end, asked + static_cast<Lv>(random.below(end - asked) + 1));
    const auto next = all.upper_bound(asked);
    REQUIRE(pieces.next_begin(asked, stop) == (next == all.end() ? stop : std::min(stop, next->first)));
  }
}

TEST_CASE("a long piece takes no memory for its events") {
  Pieces pieces;
  pieces.reset(0);
  constexpr Lv many = 100'000'000;
  pieces.reach(many);
  pieces.put(0, 5);
  pieces.put(many - 1, 6);
  CHECK(pieces.find(many - 2).begin == 0);
  CHECK(pieces.find(many - 2).value_at(many - 2) == many + 3);
  CHECK(pieces.find(many - 1).value == 6);
  CHECK(pieces.memory() < many / 100);
}
