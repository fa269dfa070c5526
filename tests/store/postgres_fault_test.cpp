// A real PostgreSQL that is restarted, cut off at the worst moment, slow or silent: what was acknowledged is there, once.
#include <atomic>
#include <thread>

#include "sync/store/postgres/postgres_store.hpp"
#include "tests/store/stores.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/proxy.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;
using store::PostgresStore;

namespace {

/// One session with one document, and somebody who appends to it as the hub's writer does: the same facts until they are in.
struct Appending {
  std::unique_ptr<PostgresStore> store;
  Random random;
  Begun begun;
  DocumentId document;
  std::atomic<std::uint64_t> acknowledged = 1;  ///< position
  int failed = 0;

  Appending(const std::string& url, std::uint64_t seed, std::chrono::milliseconds patience = 15s) : random(seed) {
    PostgresStore::Options options;
    options.url = url;
    options.patience = patience;
    auto opened = PostgresStore::open(options);
    if (!opened) FAIL(opened.error().message);
    store = std::move(*opened);
    begun = begin_session(*store, random);
    document = random_id<DocumentId>(random);
    REQUIRE(store->append(begun.session, std::vector{fact(1, {document_row(document, "a")})}).ok());
  }

  std::vector<record::Fact> group(std::size_t size) const {
    std::vector<record::Fact> facts;
    for (std::uint64_t at = acknowledged + 1; facts.size() < size; ++at) {
      facts.push_back(fact(at, {change_row(document, 1, at, std::to_string(at))}));
    }
    return facts;
  }

  Status append(std::size_t size) {
    const auto facts = group(size);
    auto status = store->append(begun.session, facts);
    if (status) acknowledged += size;
    return status;
  }

  void append_at_last(std::size_t size) {
    for (auto status = append(size); !status; status = append(size)) {
      ++failed;
      CHECK(status.error().code == ErrorCode::unavailable);
      std::this_thread::sleep_for(5ms);
    }
  }

  std::uint64_t stored() const {
    for (;;) {
      const auto image = store->load(begun.session);
      if (image) return image->position.value;
    }
  }

  /// Nothing lost, nothing twice, everything in order.
  void check() const {
    const auto image = store->load(begun.session);
    REQUIRE(image.ok());
    CHECK(image->position.value == acknowledged);
    REQUIRE(image->changes.size() == acknowledged - 1);
    for (std::size_t i = 0; i < image->changes.size(); ++i) REQUIRE(image->changes[i].body == std::to_string(i + 2));
    CHECK(store->check().ok());
  }
};

}  // namespace

TEST_CASE("Restarted twenty times under appends, the server has all that was acknowledged, once") {
  const std::uint64_t seed = 11;
  CAPTURE(seed);
  Cluster cluster;
  const Database database(cluster);
  Appending appending(database.url(), seed);
  std::atomic<bool> ends = false;
  std::thread writer([&] {
    Random sizes(seed);
    while (!ends) appending.append_at_last(1 + sizes.below(20));
  });
  Random random(seed + 1);
  std::chrono::steady_clock::duration longest{};
  for (int restart = 0; restart < 20; ++restart) {
    const auto enough = appending.acknowledged + random.below(200);
    while (appending.acknowledged < enough) std::this_thread::sleep_for(1ms);
    cluster.stop(restart % 2 == 0 ? "immediate" : "fast");
    cluster.start();
    const auto up = std::chrono::steady_clock::now();
    const auto before = appending.acknowledged.load();
    while (appending.acknowledged == before) std::this_thread::sleep_for(1ms);
    longest = std::max(longest, std::chrono::steady_clock::now() - up);
  }
  ends = true;
  writer.join();
  appending.check();
  CHECK(appending.failed >= 20);
  CHECK(longest < 10s);
}

TEST_CASE("A connection that is cut at its commit leaves the facts once, whatever became of the commit") {
  const std::uint64_t seed = 12;
  CAPTURE(seed);
  const Database database;
  Proxy proxy(Cluster::shared().port());
  Appending appending(proxy.through(database.url()), seed);
  const Proxy::Cut cuts[] = {Proxy::Cut::answer_lost, Proxy::Cut::in_flight, Proxy::Cut::never_arrived};
  int committed = 0;
  for (int round = 0; round < 30; ++round) {
    const auto cut = cuts[appending.random.below(3)];
    CAPTURE(round, static_cast<int>(cut));
    const auto size = 1 + appending.random.below(30);
    proxy.cut_next(cut);
    const auto status = appending.append(size);
    REQUIRE_FALSE(status.ok());
    REQUIRE(status.error().code == ErrorCode::unavailable);
    const bool there = appending.stored() > appending.acknowledged;
    if (cut == Proxy::Cut::answer_lost) REQUIRE(there);
    if (cut == Proxy::Cut::never_arrived) REQUIRE_FALSE(there);
    committed += there ? 1 : 0;
    appending.append_at_last(size);
    if (appending.random.chance(50)) appending.append_at_last(1);
  }
  CHECK(committed > 5);
  CHECK(committed < 25);
  appending.check();
}

TEST_CASE("A slow server is waited for, a silent one is not") {
  const Database database;
  Proxy proxy(Cluster::shared().port());
  Appending appending(proxy.through(database.url()), 13, 1500ms);
  proxy.delay(50ms);
  CHECK(appending.append(100).ok());
  proxy.delay(0ms);
  proxy.stall(true);
  const auto begin = std::chrono::steady_clock::now();
  const auto status = appending.append(5);
  REQUIRE_FALSE(status.ok());
  CHECK(status.error().code == ErrorCode::unavailable);
  CHECK(std::chrono::steady_clock::now() - begin < 10s);
  proxy.stall(false);
  appending.append_at_last(5);
  appending.check();
}

TEST_CASE("While the server is away every call says so at once, and a load is never empty") {
  Cluster cluster;
  const Database database(cluster);
  Appending appending(database.url(), 14);
  REQUIRE(appending.append(3).ok());
  cluster.stop();
  for (int i = 0; i < 50; ++i) {
    CHECK(appending.append(1).error().code == ErrorCode::unavailable);
    const auto image = appending.store->load(appending.begun.session);
    REQUIRE_FALSE(image.ok());
    CHECK(image.error().code == ErrorCode::unavailable);
    CHECK_FALSE(appending.store->ping().ok());
  }
  cluster.start();
  appending.append_at_last(1);
  while (!appending.store->ping()) std::this_thread::sleep_for(5ms);
  appending.check();
}
