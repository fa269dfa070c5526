// Which of several hubs on one store serves.
#include "sync/hub/tenure.hpp"
#include "sync/store/memory.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;

namespace {

constexpr net::Duration patience{20'000};

/// A store whose place is taken as long as somebody says so.
struct Place {
  std::shared_ptr<store::MemoryStore> store = std::make_shared<store::MemoryStore>();
  std::size_t served_asked = 0;
  std::size_t hold_asked = 0;

  Place() {
    store->before_each([this](std::string_view call) {
      served_asked += call == "served" ? 1 : 0;
      hold_asked += call == "hold" ? 1 : 0;
    });
  }
  void take() { store->fail_until_healed(error(ErrorCode::conflict, "another tutti-hub serves")); }
  void lose_store() { store->fail_until_healed(error(ErrorCode::unavailable, "no database")); }
};

}  // namespace

TEST_CASE("Who stands by serves as soon as nobody else does") {
  net::Loop loop;
  net::WorkerPool worker(loop, 0);
  Place place;
  place.take();
  bool serves = false;
  const hub::Standby standby(loop, worker, place.store, {net::Duration(1), net::Duration(60'000)}, [&] { serves = true; });
  REQUIRE(loop.run_until([&] { return place.served_asked > 3; }, patience));
  CHECK_FALSE(serves);
  CHECK(place.hold_asked == 0);
  place.store->heal();
  REQUIRE(loop.run_until([&] { return serves; }, patience));
  CHECK(place.hold_asked == 1);
}

TEST_CASE("When the store was away, the hub that served is given time to come back to it") {
  net::Loop loop;
  net::WorkerPool worker(loop, 0);
  Place place;
  place.lose_store();
  bool serves = false;
  const net::Duration grace(200);
  const hub::Standby standby(loop, worker, place.store, {net::Duration(1), grace}, [&] { serves = true; });
  REQUIRE(loop.run_until([&] { return place.served_asked > 3; }, patience));
  place.store->heal();
  const Instant back = loop.now();
  REQUIRE(loop.run_until([&] { return serves; }, patience));
  CHECK(loop.now() - back >= grace.count());
}

TEST_CASE("A hub that was replaced is told so once, and one whose store is away is not") {
  net::Loop loop;
  net::WorkerPool worker(loop, 0);
  Place place;
  place.lose_store();
  std::size_t ended = 0;
  hub::Tenure tenure(loop, worker, place.store, net::Duration(1), [&] { ++ended; });
  tenure.begin();
  REQUIRE(loop.run_until([&] { return place.hold_asked > 3; }, patience));
  CHECK(ended == 0);
  place.take();
  REQUIRE(loop.run_until([&] { return ended > 0; }, patience));
  const std::size_t asked = place.hold_asked;
  net::Timer later(loop);
  bool over = false;
  later.once(net::Duration(20), [&] { over = true; });
  REQUIRE(loop.run_until([&] { return over; }, patience));
  CHECK(ended == 1);
  CHECK(place.hold_asked == asked);
}
