// A hub dies under everybody, and everybody comes back in the same moment.
//
// TUTTI_STORM=5000 for the long run, TUTTI_STORM_SEED to replay the back-off of one. Each participant is a real Peer on a real
// socket of this process, as in `tutti lsp`; the hub is the real program, killed with SIGKILL.
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "lsp-server/workspace/connection.hpp"
#include "sync/hub/entry/admission.hpp"
#include "sync/hub/entry/secret.hpp"
#include "sync/hub/rest/rest.hpp"
#include "sync/store/sqlite/sqlite_store.hpp"
#include "tests/hub/house.hpp"
#include "tests/hub/program.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/setting.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t in_a_session = 200;  ///< as many as the hub lets in
constexpr net::Duration a_minute{60'000};
constexpr net::Duration long_patience{240'000};  ///< for what is not measured

/// Both ends' sockets are files of this machine; the hub raises its own limit.
void allow_many_files() {
  rlimit files{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &files) == 0);
  files.rlim_cur = files.rlim_max;
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &files) == 0);
}

/// A line of /proc/PID/status, in KiB.
std::uint64_t kib_of(pid_t pid, const std::string& name) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name)) return std::strtoull(line.c_str() + name.size() + 1, nullptr, 10);
  }
  return 0;
}

struct Person {
  std::unique_ptr<workspace::Connection> connection;
  bool online = false;
};

struct Everybody {
  TempFolder folder;
  std::string data = (folder.path / "data").string();
  std::vector<std::string> serve{"serve", "--data", data, "--log-level", "off", "--listen", "127.0.0.1:0"};
  net::Loop loop;
  std::string url;
  std::unique_ptr<Program> program;
  std::vector<SessionId> rooms;
  std::vector<std::unique_ptr<Person>> people;
  std::size_t online = 0;
  std::uint64_t closed = 0;  ///< connections that ended

  explicit Everybody(std::size_t count) {
    start();
    serve[6] = url.substr(7);  // the port is kept: participants come back to it
    for (std::size_t room = 0; room * in_a_session < count; ++room) open_room();
    kill();
    admit(count);
    start();
    for (auto& person : people) person->connection->start();
  }

  void start() {
    program = std::make_unique<Program>(serve);
    url = program->url();
  }
  void kill() {
    program->kill(SIGKILL);
    REQUIRE(program->wait() == -SIGKILL);
  }

  /// A session with one file in it.
  void open_room() {
    const auto made = call(loop, url, "POST", std::string(api) + "/sessions", Json{{"name", "storm"}}, owner_token(data));
    REQUIRE(made.status / 100 == 2);
    Client owner(loop, url, made.body["id"].get<std::string>());
    owner.enter(made.body["token"].get<std::string>());
    owner.create("shared.txt");
    owner.await_durable(owner.type(std::string(20'000, 'x')));
    rooms.push_back(*parse_id<SessionId>(made.body["id"].get<std::string>()));
  }

  /// Past the limits on joining, which are for strangers.
  void admit(std::size_t count) {
    auto store = store::SqliteStore::open({data + "/hub.db"});
    REQUIRE(store.ok());
    const std::uint64_t seed = setting("TUTTI_STORM_SEED", 1);
    const auto now = hub::unix_now();
    for (std::size_t n = 0; n < count; ++n) {
      store::Admission made;
      made.participant = {
          rooms[n / in_a_session], hub::secret_id<ParticipantId>(), wire::Kind::person, wire::Role::editor, now, now, "one"};
      made.guest = store::UserRow{made.participant.user, "one", wire::Kind::person, now};
      auto papers = hub::rest::papers(made.participant.session, made.participant.user, now);
      made.tokens = std::move(papers.rows);
      REQUIRE((*store)->admit(made).ok());
      add(made.participant.session, papers.token, seed * 1'000'003 + n);
    }
  }

  void add(SessionId session, const std::string& token, std::uint64_t seed) {
    auto person = std::make_unique<Person>();
    auto* who = person.get();
    workspace::LinkFile link;
    link.hub = url;
    link.session = session;
    link.token = token;
    auto config = workspace::peer_config(link, "storm");
    config.seed = seed;
    person->connection = std::make_unique<workspace::Connection>(loop, workspace::Settings{}, link, config, std::nullopt,
                                                                 [this, who](const peer::Effect& effect) {
                                                                   if (std::holds_alternative<peer::StatusChanged>(effect))
                                                                     look_at(*who);
                                                                 });
    people.push_back(std::move(person));
  }

  void look_at(Person& who) {
    const bool now = who.connection && who.connection->peer().status().link == peer::Link::online;
    if (now == who.online) return;
    closed += who.online ? 1 : 0;
    who.online = now;
    online += now ? 1 : std::size_t(-1);
  }

  [[nodiscard]] bool all_have_their_text() const {
    return std::all_of(people.begin(), people.end(), [](const auto& person) {
      const auto file = person->connection->peer().find("shared.txt");
      return file && person->connection->peer().document(*file) != nullptr;
    });
  }
};

double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

}  // namespace

TEST_CASE("When the hub dies under everybody, everybody is back within a minute") {
  const auto count = setting("TUTTI_STORM", 200);
  allow_many_files();
  Everybody all(count);
  auto start = Clock::now();
  REQUIRE(all.loop.run_until([&] { return all.online == count && all.all_have_their_text(); }, long_patience));
  const double joined = ms_since(start);
  const auto steady = kib_of(all.program->pid(), "VmRSS:");

  all.kill();
  REQUIRE(all.loop.run_until([&] { return all.online == 0; }, long_patience));
  all.closed = 0;
  all.start();
  start = Clock::now();
  std::vector<double> back;
  REQUIRE(all.loop.run_until(
      [&] {
        while (back.size() < all.online) back.push_back(ms_since(start));
        return all.online == count;
      },
      a_minute));
  const auto most = kib_of(all.program->pid(), "VmHWM:");
  const auto at = [&](double share) { return back[static_cast<std::size_t>(share * static_cast<double>(back.size() - 1))]; };
  std::cout << "{\"storm\":" << count << ",\"joined_ms\":" << joined << ",\"back_ms_p50\":" << at(0.5)
            << ",\"back_ms_p99\":" << at(0.99) << ",\"back_ms_max\":" << at(1) << ",\"lost_again\":" << all.closed
            << ",\"hub_kib_steady\":" << steady << ",\"hub_kib_most\":" << most << "}\n";
  CHECK(all.closed == 0);  // who is in stays in
  CHECK(most < 2 * steady);
}
