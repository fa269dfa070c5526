// What the graph says of versions, against sets of ancestors that are written out.

#include "sync/merge/log/graph.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "protocol/base/random.hpp"
#include "sync/merge/log/divergence.hpp"
#include "sync/merge/log/run_order.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;
using namespace tutti::merge;

namespace {

using Past = std::set<Lv>;  // with the event itself

/// A graph, and beside it the past of each event.
class World {
 public:
  explicit World(std::uint64_t seed) : random_(seed) {}

  void grow() {
    const Frontier parents = minimal(random_version());
    const auto count = static_cast<std::uint32_t>(1 + random_.below(4));
    Past past = past_of(parents);
    graph.append(count, parents);
    for (std::uint32_t i = 0; i < count; ++i) {
      past.insert(static_cast<Lv>(pasts_.size()));
      pasts_.push_back(past);
    }
  }

  Frontier random_version() {
    Frontier version;
    if (pasts_.empty()) return version;
    if (random_.chance(20)) return graph.frontier();
    for (std::uint64_t n = random_.below(4); n > 0; --n) {
      const std::uint64_t back = random_.chance(70) ? std::min<std::uint64_t>(8, pasts_.size()) : pasts_.size();
      version.push_back(static_cast<Lv>(pasts_.size() - 1 - random_.below(back)));
    }
    std::sort(version.begin(), version.end());
    version.erase(std::unique(version.begin(), version.end()), version.end());
    return version;
  }

  [[nodiscard]] Past past_of(const Frontier& version) const {
    Past past;
    for (const Lv lv : version) past.insert(pasts_[lv].begin(), pasts_[lv].end());
    return past;
  }

  [[nodiscard]] Frontier minimal(const Frontier& version) const {
    Frontier least;
    for (const Lv lv : version) {
      const bool below = std::any_of(version.begin(), version.end(), [&](Lv o) { return o != lv && pasts_[o].count(lv) > 0; });
      if (!below) least.push_back(lv);
    }
    return least;
  }

  /// Whether every other event is in its past or after it.
  [[nodiscard]] bool is_critical(Lv lv) const {
    for (Lv other = 0; other < pasts_.size(); ++other) {
      if (pasts_[lv].count(other) == 0 && pasts_[other].count(lv) == 0) return false;
    }
    return true;
  }

  void reseed(std::uint64_t seed) { random_ = Random(seed); }
  void cut_to(Lv size) { pasts_.resize(size); }

  [[nodiscard]] Lv size() const { return static_cast<Lv>(pasts_.size()); }
  Graph graph;

 private:
  Random random_;
  std::vector<Past> pasts_;
};

Past events_of(const std::vector<LvRange>& ranges) {
  Past events;
  for (const LvRange& range : ranges) {
    for (Lv lv = range.begin; lv < range.end; ++lv) REQUIRE(events.insert(lv).second);
  }
  return events;
}

Past without(const Past& all, const Past& gone) {
  Past rest;
  std::set_difference(all.begin(), all.end(), gone.begin(), gone.end(), std::inserter(rest, rest.end()));
  return rest;
}

void check_versions(World& world) {
  const Frontier a = world.random_version();
  REQUIRE(world.graph.is_minimal(a) == (world.minimal(a) == a));
  const Frontier b = world.random_version();
  while (!world.graph.judge_minimal(b, 1)) (void)world.graph.judge_minimal(a, 0);
  REQUIRE(world.graph.is_minimal(b) == (world.minimal(b) == b));
  const Divergence apart = divergence(world.graph, a, b, kNoLv);
  const Past in_a = world.past_of(a);
  const Past in_b = world.past_of(b);
  REQUIRE(events_of(apart.only_a) == without(in_a, in_b));
  REQUIRE(events_of(apart.only_b) == without(in_b, in_a));
}

void check_critical(const World& world) {
  Lv newest = kNoLv;
  for (Lv lv = 0; lv < world.size(); ++lv) {
    REQUIRE(world.graph.critical_before(lv) == newest);
    REQUIRE(world.graph.is_critical(lv) == world.is_critical(lv));
    const Lv end = world.graph.stretch_end(lv);
    REQUIRE((end == world.size() || world.graph.is_critical(end) != world.graph.is_critical(lv)));
    if (world.is_critical(lv)) newest = lv;
  }
}

/// Each run once, and after all that it follows.
void check_order(const Graph& graph) {
  std::set<std::size_t> done;
  RunOrder order(0, graph.run_count());
  while (!order.go_on(graph, 3)) {
  }
  for (std::size_t run = 0; order.next(run);) {
    graph.each_parent(run, [&](Lv parent, std::size_t in) {
      REQUIRE(in == graph.run_of(parent));
      REQUIRE(done.count(in) == 1);
    });
    REQUIRE(done.insert(run).second);
  }
  REQUIRE(done.size() == graph.run_count());
}

}  // namespace

TEST_CASE("versions are compared, and critical events found, as sets of ancestors say") {
  const auto seed = GENERATE(range(1U, 31U));
  INFO("seed " << seed);
  World world(seed);
  for (int i = 0; i < 40; ++i) {
    world.grow();
    for (int n = 0; n < 4; ++n) check_versions(world);
  }
  REQUIRE(world.graph.frontier() == world.minimal(world.graph.frontier()));
  check_critical(world);
  check_order(world.graph);
}

TEST_CASE("a side branch is walked to its end before the long one goes on, whichever came first") {
  struct Case {
    std::vector<std::pair<std::uint32_t, Frontier>> runs;  // how many events, and on what
    std::vector<std::size_t> order;
  };
  // Each begins with a run and another beside it, so that what follows on the first is not part of it.
  const auto table = GENERATE(values<Case>({
      {{{10, {}}, {1, {}}, {10, {9}}, {2, {9}}, {18, {20}}, {1, {22, 40}}}, {1, 0, 3, 2, 4, 5}},  // the long one first,
      {{{10, {}}, {1, {}}, {2, {9}}, {28, {9}}, {1, {12, 40}}}, {1, 0, 2, 3, 4}},                 // and second
      {{{10, {}}, {1, {}}, {2, {3}}, {30, {9}}}, {1, 0, 3, 2}},  // what goes on at the end needs no way
      {{{4, {}}, {1, {}}, {5, {3}}, {5, {3}}}, {1, 0, 3, 2}},    // of two alike the newest
  }));
  Graph graph;
  for (const auto& [count, parents] : table.runs) graph.append(count, parents);
  RunOrder order(0, graph.run_count());
  REQUIRE(order.go_on(graph, ~std::uint64_t{0}));
  std::vector<std::size_t> walked;
  for (std::size_t run = 0; order.next(run);) walked.push_back(run);
  CHECK(walked == table.order);
}

void check_same(const Graph& a, const Graph& b) {
  REQUIRE(a.size() == b.size());
  REQUIRE(a.frontier() == b.frontier());
  REQUIRE(a.run_count() == b.run_count());
  REQUIRE(a.parent_count() == b.parent_count());
  for (std::size_t run = 0; run < a.run_count(); ++run) {
    REQUIRE(a.run(run) == b.run(run));
    std::vector<std::pair<Lv, std::size_t>> above;
    a.each_parent(run, [&](Lv parent, std::size_t in) { above.emplace_back(parent, in); });
    b.each_parent(
        run, [&, i = std::size_t{0}](Lv parent, std::size_t in) mutable { REQUIRE(above.at(i++) == std::pair(parent, in)); });
  }
  for (Lv lv = 0; lv < a.size(); ++lv) {
    REQUIRE(a.is_critical(lv) == b.is_critical(lv));
    REQUIRE(a.critical_before(lv) == b.critical_before(lv));
    REQUIRE(a.stretch_end(lv) == b.stretch_end(lv));
  }
}

TEST_CASE("a batch that is taken back leaves the graph that there was") {
  const auto seed = GENERATE(range(1U, 101U));
  INFO("seed " << seed);
  World world(seed);
  for (int round = 0; round < 20; ++round) {
    World refused = world;
    refused.reseed(seed * 100 + static_cast<unsigned>(round));
    refused.graph.begin_batch();
    for (unsigned i = 0; i < 1 + (seed + static_cast<unsigned>(round)) % 7; ++i) refused.grow();
    (void)refused.graph.is_minimal(refused.random_version());
    refused.graph.take_back();
    check_same(refused.graph, world.graph);
    refused.cut_to(world.size());
    world = std::move(refused);  // what comes after it goes on with the graph that was given back
    world.grow();
    for (int n = 0; n < 3; ++n) check_versions(world);
  }
  check_critical(world);
}

namespace {

/// `heads` on nothing, each with something after it that nobody follows; and one who writes on, following one of them each
/// time.
class OldHeads {
 public:
  explicit OldHeads(Lv heads) : rest_(heads) {
    for (Lv i = 0; i < heads; ++i) graph.append(1, {});
    for (Lv i = 0; i < heads; ++i) graph.append(1, std::array{i});
    graph.append(1, {});
  }
  /// The last one, and a head.
  [[nodiscard]] Frontier next() { return {--rest_, graph.size() - 1}; }
  Graph graph;

 private:
  Lv rest_;
};

std::uint64_t steps_for_old_heads(Lv heads) {
  OldHeads old(heads);
  for (Lv i = 0; i < heads; ++i) {
    const Frontier version = old.next();
    REQUIRE(old.graph.is_minimal(version));
    if (i % 100 == 0) REQUIRE_FALSE(old.graph.is_minimal(std::array{version[0], version[0] + heads, version[1]}));
    old.graph.append(1, version);
  }
  return old.graph.steps();
}

}  // namespace

TEST_CASE("who names another old head each time makes nobody look at all that came since, each time") {
  const std::uint64_t small = steps_for_old_heads(2000);
  const std::uint64_t large = steps_for_old_heads(8000);
  INFO(small << " and " << large);
  CHECK(large < small * 5);
}

TEST_CASE("whether a version is minimal is looked at in parts, and several who ask all hear of it") {
  Graph graph;
  for (Lv i = 0; i < 3000; ++i) graph.append(1, {});
  for (Lv i = 0; i < 3000; ++i) graph.append(1, std::array{i});
  for (Lv i = 0; i < 3000; ++i) graph.append(1, std::array{i, graph.size() - 1});
  const Lv last = graph.size() - 1;
  const Frontier asked[] = {{0, last}, {1, last - 1}, {2999, last}, {2999, last - 1}, {2998, 5999, last}};
  std::size_t calls = 0;
  std::size_t waiting = std::size(asked);
  std::uint64_t longest = 0;
  while (waiting > 0) {
    waiting = 0;
    for (const Frontier& version : asked) {
      const std::uint64_t before = graph.steps();
      waiting += graph.judge_minimal(version, 100) ? 0 : 1;
      longest = std::max(longest, graph.steps() - before);
      ++calls;
    }
    REQUIRE(calls < 2000);
  }
  CHECK(longest < 120);
  CHECK(calls > 20);
  const std::uint64_t before = graph.steps();
  for (const Frontier& version : asked) CHECK_FALSE(graph.is_minimal(version));
  CHECK(graph.steps() == before);
}
