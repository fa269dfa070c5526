// A hub on a real PostgreSQL: chosen by its configuration, alone on its database, patient while the server is away or slow.
#include <signal.h>

#include "sync/store/postgres/postgres_store.hpp"
#include "tests/hub/house.hpp"
#include "tests/hub/program.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/proxy.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

std::shared_ptr<store::Store> open_store(const std::string& url) {
  store::PostgresStore::Options options;
  options.url = url;
  auto opened = store::PostgresStore::open(options);
  if (!opened) FAIL(opened.error().message);
  return std::move(*opened);
}

/// Two people in one session of a hub, both with the same file open.
struct Pair {
  House house;
  House::Session session = house.session();
  std::unique_ptr<Client> owner = house.enter(session, session.token);
  std::unique_ptr<Client> reader = house.enter(session, house.join(session, house.link(session)).ticket);

  explicit Pair(const std::string& url) : house(open_store(url)) {
    owner->create("a.txt");
    owner->await_durable(1);
    reader->await<wire::FileCreate>();
    reader->fetch(owner->document());
    reader->await<wire::Fetched>();
  }
};

}  // namespace

TEST_CASE("While PostgreSQL is away edits are broadcast and not acknowledged, and when it is back they are") {
  Cluster cluster;
  const Database database(cluster);
  Pair pair(database.url());
  cluster.stop("immediate");
  const auto request = pair.owner->type("typed in the dark");
  REQUIRE(pair.reader->wait([&] { return pair.reader->heard() == "typed in the dark"; }));
  const auto told = [](const Client& client) {
    const auto* message = client.last<wire::ErrorMessage>();
    return message != nullptr && !message->fatal && message->message.find("Not saved") != std::string::npos;
  };
  REQUIRE(pair.owner->wait([&] { return told(*pair.owner); }));
  REQUIRE(pair.reader->wait([&] { return told(*pair.reader); }));
  CHECK(pair.owner->durable() < request);
  const auto ready = [&] { return call(pair.house.loop, pair.house.hub->url(), "GET", "/readyz").status; };
  CHECK(ready() == 503);
  cluster.start();
  pair.owner->await_durable(request);
  REQUIRE(pair.house.wait([&] { return ready() == 200; }));
  CHECK(open_store(database.url())->load(*parse_id<SessionId>(pair.session.id))->changes.size() == 1);
}

TEST_CASE("A slow PostgreSQL holds up nobody's typing, and what waits goes together") {
  const Database database;
  Proxy proxy(Cluster::shared().port());
  Pair pair(proxy.through(database.url()));
  proxy.delay(40ms);
  std::uint64_t request = 0;
  for (int i = 0; i < 300; ++i) request = pair.owner->type(std::to_string(i % 10));
  REQUIRE(pair.reader->wait([&] { return pair.reader->heard().size() == 300; }));
  CHECK(pair.owner->durable() < request);
  pair.owner->await_durable(request);
  CHECK(pair.house.hub->metrics().commits < 20);
  CHECK(pair.house.hub->metrics().store_errors == 0);
}

TEST_CASE("The program keeps its sessions in the database that it is given, and a second one stands by") {
  const TempFolder folder;
  const Database database;
  const auto data = (folder.path / "data").string();
  const std::vector<std::string> serve{"serve", "--listen", "127.0.0.1:0", "--data", data, "--database", database.url()};
  net::Loop loop;
  std::string session;
  {
    Program nothing({"user", "list", "--database", database.url()}, folder.path / "log");
    CHECK(nothing.wait() == 1);
    CHECK(read_file(folder.path / "log").find("no hub has its data in this database") != std::string::npos);
    Program first(serve);
    const auto url = first.url();
    const auto made = call(loop, url, "POST", std::string(api) + "/sessions", Json::object(), owner_token(data));
    REQUIRE(made.status == 201);
    session = made.body["id"];
    Program second(serve, folder.path / "log");
    const auto beside = nlohmann::json::parse(second.line());
    CHECK(beside["event"] == "standing_by");
    CHECK(call(loop, beside["url"], "GET", "/healthz").status == 200);
    CHECK(call(loop, beside["url"], "GET", "/readyz").status == 503);
    CHECK(call(loop, beside["url"], "GET", std::string(api) + "/sessions", {}, owner_token(data)).status == 503);
    second.kill(SIGTERM);
    CHECK(second.wait() == 0);
    Program add({"user", "add", "Grace", "--data", data, "--database", database.url()});
    CHECK_FALSE(add.line().empty());
    CHECK(add.wait() == 0);
    first.kill(SIGKILL);
    CHECK(first.wait() == -SIGKILL);
  }
  CHECK_FALSE(std::filesystem::exists(folder.path / "data/hub.db"));
  Program again(serve);
  const auto url = again.url();
  const auto sessions = call(loop, url, "GET", std::string(api) + "/sessions", {}, owner_token(data));
  REQUIRE(sessions.body["sessions"].size() == 1);
  CHECK(sessions.body["sessions"][0]["id"] == session);
  again.kill(SIGTERM);
  CHECK(again.wait() == 0);
  Program check({"check", "--data", data, "--database", database.url()});
  CHECK(check.line() == "1 sessions, 0 damaged");
  CHECK(read_file(folder.path / "log").find(database.url()) == std::string::npos);
}
