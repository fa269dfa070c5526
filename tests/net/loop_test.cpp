#include "sync/net/loop.hpp"

#include <atomic>
#include <csignal>
#include <thread>
#include <vector>

#include "sync/net/pool.hpp"
#include "tests/net/support.hpp"

using namespace tutti;
using namespace tutti::net;
using namespace tutti::net::test;

TEST_CASE("timers fire once, repeatedly, or not at all, and may be destroyed while they fire") {
  TestLoop loop;
  int once = 0;
  int repeated = 0;
  bool cancelled_fired = false;
  Timer a(loop);
  Timer b(loop);
  Timer c(loop);
  auto own = std::make_unique<Timer>(loop);
  a.once(Duration(1), [&] { ++once; });
  b.every(Duration(1), [&] {
    if (++repeated == 3) b.stop();
  });
  c.once(Duration(1), [&] { cancelled_fired = true; });
  c.stop();
  own->once(Duration(1), [&] { own.reset(); });
  loop.until([&] { return once == 1 && repeated == 3 && !own; });
  Timer last(loop);
  bool done = false;
  last.once(Duration(20), [&] { done = true; });
  loop.until([&] { return done; });
  CHECK(once == 1);
  CHECK(repeated == 3);
  CHECK_FALSE(cancelled_fired);
  CHECK_FALSE(a.active());
}

TEST_CASE("a timer restarted in its own callback fires again") {
  TestLoop loop;
  int fired = 0;
  Timer timer(loop);
  std::function<void()> again = [&] {
    if (++fired < 3) timer.once(Duration(1), again);
  };
  timer.once(Duration(1), again);
  loop.until([&] { return fired == 3; });
}

TEST_CASE("a timer that starts itself anew without end keeps nothing else from happening") {
  TestLoop loop;
  Timer timer(loop);
  std::function<void()> again = [&] { timer.once(Duration(0), again); };
  timer.once(Duration(0), again);
  bool posted = false;
  loop.loop.post([&] { posted = true; });
  loop.until([&] { return posted; });
  timer.stop();
}

TEST_CASE("deferred functions run before the loop sleeps, in order, also those deferred by them") {
  TestLoop loop;
  std::string order;
  loop.loop.defer([&] {
    order += 'a';
    loop.loop.defer([&] { order += 'c'; });
  });
  loop.loop.defer([&] { order += 'b'; });
  loop.until([&] { return order.size() == 3; });
  CHECK(order == "abc");
}

TEST_CASE("posts from many threads all arrive, each thread's in its order") {
  TestLoop loop;
  constexpr int threads = 4;
  constexpr int posts = 2000;
  std::vector<int> last(threads, 0);
  int arrived = 0;
  bool in_order = true;
  std::vector<std::thread> all;
  for (int t = 0; t < threads; ++t) {
    all.emplace_back([&, t] {
      for (int i = 1; i <= posts; ++i) {
        loop.loop.post([&, t, i] {
          in_order = in_order && last[static_cast<std::size_t>(t)] == i - 1;
          last[static_cast<std::size_t>(t)] = i;
          ++arrived;
        });
      }
    });
  }
  loop.until([&] { return arrived == threads * posts; });
  for (std::thread& thread : all) thread.join();
  CHECK(in_order);
}

TEST_CASE("run ends at stop, also when stop is called from a post") {
  TestLoop loop;
  std::thread other([&] { loop.loop.post([&] { loop.loop.stop(); }); });
  loop.loop.run();
  other.join();
  CHECK_FALSE(loop.loop.run_until([] { return false; }, Duration(5)));
}

TEST_CASE("SIGTERM and SIGHUP reach their handlers") {
  TestLoop loop;
  int terminated = 0;
  int hung_up = 0;
  loop.loop.on_terminate([&](int number) { terminated = number; });
  loop.loop.on_hangup([&] { ++hung_up; });
  ::raise(SIGTERM);
  ::raise(SIGHUP);
  loop.until([&] { return terminated == SIGTERM && hung_up == 1; });
  loop.loop.on_terminate({});
  loop.loop.on_hangup({});
}

TEST_CASE("a pool of one thread keeps order and runs off the loop thread") {
  TestLoop loop;
  WorkerPool pool(loop, 1);
  std::vector<int> done;
  bool elsewhere = true;
  const auto here = std::this_thread::get_id();
  for (int i = 0; i < 500; ++i) {
    REQUIRE(pool.submit([i] { return std::make_pair(i, std::this_thread::get_id()); },
                        [&](std::pair<int, std::thread::id> result) {
                          done.push_back(result.first);
                          elsewhere = elsewhere && result.second != here && std::this_thread::get_id() == here;
                        })
                .ok());
  }
  bool idle = false;
  pool.when_idle([&] { idle = true; });
  loop.until([&] { return idle; });
  REQUIRE(done.size() == 500);
  for (int i = 0; i < 500; ++i) CHECK(done[static_cast<std::size_t>(i)] == i);
  CHECK(elsewhere);
  CHECK(pool.pending() == 0);
}

TEST_CASE("a pool without threads works inline and answers at the end of the turn") {
  TestLoop loop;
  WorkerPool pool(loop, 0);
  std::string order;
  REQUIRE(pool.submit([&] { order += 'w'; }, [&] { order += 'd'; }).ok());
  order += 's';
  CHECK(order == "ws");
  loop.until([&] { return pool.pending() == 0; });
  CHECK(order == "wsd");
}

TEST_CASE("a pool refuses more than its queue holds, and can move what cannot be copied") {
  TestLoop loop;
  WorkerPool pool(loop, 1, 2);
  std::atomic<bool> release = false;
  std::atomic<bool> begun = false;
  int done = 0;
  const auto wait = [&] {
    begun = true;
    while (!release) std::this_thread::yield();
  };
  REQUIRE(pool.submit(wait, [&] { ++done; }).ok());
  while (!begun) std::this_thread::yield();
  auto owned = std::make_unique<int>(7);
  REQUIRE(pool.submit([owned = std::move(owned)]() mutable { return std::move(owned); },
                      [&](std::unique_ptr<int> value) { done += *value; })
              .ok());
  REQUIRE(pool.submit([] {}, [&] { ++done; }).ok());
  const Status refused = pool.submit([] {}, [&] { ++done; });
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::limit);
  release = true;
  loop.until([&] { return pool.pending() == 0; });
  CHECK(done == 9);
}

TEST_CASE("destroying a pool runs what was accepted and calls no more done") {
  TestLoop loop;
  std::atomic<int> worked = 0;
  int done = 0;
  {
    WorkerPool pool(loop, 2);
    for (int i = 0; i < 100; ++i) REQUIRE(pool.submit([&] { ++worked; }, [&] { ++done; }).ok());
  }
  CHECK(worked == 100);
  bool passed = false;
  loop.loop.post([&] { passed = true; });
  loop.until([&] { return passed; });
  CHECK(done == 0);
}

TEST_CASE("discarded work is neither run nor answered") {
  TestLoop loop;
  WorkerPool pool(loop, 1);
  std::atomic<bool> release = false;
  std::atomic<bool> begun = false;
  int done = 0;
  REQUIRE(pool.submit(
                  [&] {
                    begun = true;
                    while (!release) std::this_thread::yield();
                  },
                  [&] { ++done; })
              .ok());
  while (!begun) std::this_thread::yield();
  std::atomic<int> ran = 0;
  for (int i = 0; i < 5; ++i) REQUIRE(pool.submit([&] { ++ran; }, [&] { done += 100; }).ok());
  pool.discard_queued();
  release = true;
  loop.until([&] { return pool.pending() == 0; });
  CHECK(done == 1);
  CHECK(ran == 0);
}
