// The real program, killed with SIGKILL again and again while fifty people type: nothing is lost, nothing comes twice.
//
// TUTTI_KILLS=100 for the long run, TUTTI_KILL_SEED to replay one.
#include <signal.h>

#include <iostream>

#include "protocol/base/random.hpp"
#include "tests/hub/crowd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/setting.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

void type_on(Crowd& crowd, std::uint64_t more) {
  const auto enough = crowd.safe() + more;
  REQUIRE(crowd.wait([&] { return crowd.safe() >= enough; }));
}

void kill_again_and_again(const std::string& name, const std::vector<std::string>& more, bool standby = false) {
  const auto seed = setting("TUTTI_KILL_SEED", 5);
  const auto kills = setting("TUTTI_KILLS", 5);
  INFO("TUTTI_KILL_SEED=" << seed << " TUTTI_KILLS=" << kills);
  Random random(seed);
  const TempFolder folder;
  Crowd crowd(folder, more, standby);
  for (std::uint64_t kill = 0; kill < kills; ++kill) {
    type_on(crowd, 50 + random.below(400));
    crowd.kill();
  }
  crowd.settle();
  crowd.count_everything();
  const auto resumed = crowd.resumed_ms();
  const auto at = [&](double share) { return resumed[static_cast<std::size_t>(share * static_cast<double>(resumed.size()))]; };
  std::cout << "{\"store\":\"" << name << "\",\"kills\":" << kills << ",\"typed\":" << crowd.typed()
            << ",\"resume_ms_p50\":" << at(0.5) << ",\"resume_ms_p99\":" << at(0.99) << "}\n";
  CHECK(at(0.99) < 5000);
}

}  // namespace

TEST_CASE("Killed again and again under fifty people, a hub on SQLite loses nothing and doubles nothing") {
  kill_again_and_again("sqlite", {});
}

TEST_CASE("Killed again and again under fifty people, a hub on PostgreSQL loses nothing and doubles nothing") {
  const Database database;
  kill_again_and_again("postgres", {"--database", database.url()});
}

TEST_CASE("Killed again and again, a hub is replaced by the one that stands by, and nothing is lost or doubled") {
  const Database database;
  kill_again_and_again("postgres, two hubs", {"--database", database.url()}, true);
}

TEST_CASE("A hub that was replaced while it slept steps down, and what it had taken is not lost") {
  const Database database;
  const TempFolder folder;
  Crowd crowd(folder, {"--database", database.url()}, true);
  type_on(crowd, 200);
  Program& sleeper = crowd.serving();
  sleeper.kill(SIGSTOP);
  database.execute(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE"
      " 'tutti-hub facts%'");
  crowd.note_takeover();
  sleeper.kill(SIGCONT);
  REQUIRE(sleeper.line().find("standing_by") != std::string::npos);
  type_on(crowd, 200);
  REQUIRE(crowd.wait([&] { return crowd.everybody(&Person::online); }));
  crowd.settle();
  crowd.count_everything();
}
