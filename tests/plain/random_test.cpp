// Clients of every habit on one document, with a hub between them, thousands of times. At rest every buffer is the hub's text,
// and no character was lost or doubled. TUTTI_PLAIN_SEED=N replays one seed; TUTTI_PLAIN_SEEDS=K runs more or fewer than
// declared, TUTTI_PLAIN_ACTS=K longer or shorter ones.

#include "tests/plain/world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/setting.hpp"

namespace tutti::plain {
namespace {

using test::setting;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t declared = 150;
#else
constexpr std::uint64_t declared = 10'000;  // about fifty seconds of one core in the dev preset
#endif

/// Each client with each other one and alone, by turns, and now and then three or four.
std::vector<Temper> guests(std::uint64_t seed) {
  const auto& all = tempers();
  Random random(seed * 7919);
  std::vector<Temper> some = {all[seed % all.size()]};
  for (auto more = 1 + random.below(3); more > 0; --more) some.push_back(all[random.below(all.size())]);
  for (Temper& temper : some) temper.undoes = seed % 5 == 0;
  return some;
}

TEST_CASE("clients of every habit converge through plain LSP, and nothing is lost or doubled") {
  const std::uint64_t only = setting("TUTTI_PLAIN_SEED", 0);
  const std::uint64_t first = only != 0 ? only : 1;
  const std::uint64_t count = only != 0 ? 1 : setting("TUTTI_PLAIN_SEEDS", declared);
  const int acts = static_cast<int>(setting("TUTTI_PLAIN_ACTS", 0));
  World::Figures sum;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    World world(seed, guests(seed));
    world.run(acts != 0 ? acts : seed % 4 == 0 ? 40 : 25);
    std::string names;
    for (const Temper& temper : guests(seed)) names += std::string(temper.label) + ", ";
    INFO(names << "replay with TUTTI_PLAIN_SEED=" << seed);
    CHECK(world.fault() == "");
    sum.pushes += world.figures().pushes;
    sum.refused += world.figures().refused;
    sum.repaired += world.figures().repaired;
  }
  WARN(count << " seeds: " << sum.pushes << " pushes, " << sum.refused << " refused, " << sum.repaired << " repaired");
}

}  // namespace
}  // namespace tutti::plain
