// Which of several hubs on one store serves.
#include "sync/hub/standby/tenure.hpp"
#include "sync/store/memory.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;

namespace {

constexpr net::Duration patience{20'000};

/// A store whose place is taken as long as somebody says so, and the loop of a hub that wants it.
struct Place {
  net::Loop loop;
  net::WorkerPool worker{loop, 0};
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
  Place place;
  place.take();
  bool serves = false;
  const hub::Standby standby(place.loop, place.worker, place.store, {net::Duration(1), net::Duration(60'000)},
                             [&] { serves = true; });
  REQUIRE(place.loop.run_until([&] { return place.served_asked > 3; }, patience));
  CHECK_FALSE(serves);
  CHECK(place.hold_asked == 0);
  place.store->heal();
  REQUIRE(place.loop.run_until([&] { return serves; }, patience));
  CHECK(place.hold_asked == 1);
}

TEST_CASE("When the store was away, the hub that served is given time to come back to it") {
  Place place;
  place.lose_store();
  bool serves = false;
  const net::Duration grace(200);
  const hub::Standby standby(place.loop, place.worker, place.store, {net::Duration(1), grace}, [&] { serves = true; });
  REQUIRE(place.loop.run_until([&] { return place.served_asked > 3; }, patience));
  place.store->heal();
  const Instant back = place.loop.now();
  REQUIRE(place.loop.run_until([&] { return serves; }, patience));
  CHECK(place.loop.now() - back >= grace.count());
}

TEST_CASE("A hub that was replaced is told so once, and one whose store is away is not") {
  Place place;
  place.lose_store();
  std::size_t ended = 0;
  hub::Tenure tenure(place.loop, place.worker, place.store, net::Duration(1), [&] { ++ended; });
  tenure.begin();
  REQUIRE(place.loop.run_until([&] { return place.hold_asked > 3; }, patience));
  CHECK(ended == 0);
  place.take();
  REQUIRE(place.loop.run_until([&] { return ended > 0; }, patience));
  const std::size_t asked = place.hold_asked;
  net::Timer later(place.loop);
  bool over = false;
  later.once(net::Duration(20), [&] { over = true; });
  REQUIRE(place.loop.run_until([&] { return over; }, patience));
  CHECK(ended == 1);
  CHECK(place.hold_asked == asked);
}
