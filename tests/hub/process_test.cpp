// The real program: killed in the middle of edits, started wrongly, stopped politely.
#include <signal.h>

#include <fstream>

#include "protocol/base/random.hpp"
#include "tests/hub/house.hpp"
#include "tests/hub/program.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;
using namespace tutti::test;

TEST_CASE("A hub killed in the middle of edits has everything that it called durable") {
  const std::uint64_t seed = 77;
  CAPTURE(seed);
  Random random(seed);
  const TempFolder folder;
  const auto data = folder.path / "data";
  net::Loop loop;
  std::string address = "127.0.0.1:0";
  std::string session;
  std::string token;
  std::size_t saved = 0;  ///< characters that were durable before
  for (int round = 0; round < 5; ++round) {
    Program program({"serve", "--listen", address, "--data", data.string()}, folder.path / "log");
    const auto url = program.url();
    address = url.substr(7);
    if (round == 0) {
      const auto made = call(loop, url, "POST", std::string(api) + "/sessions", Json{{"name", "killed"}}, owner_token(data));
      REQUIRE(made.status == 201);
      session = made.body["id"];
      token = made.body["token"];
    }
    const auto file = std::string(api) + "/sessions/" + session + "/files/";
    for (int before = 0; before < round; ++before) {
      const auto text = call(loop, url, "GET", file + "r" + std::to_string(before), {}, token);
      REQUIRE(text.status == 200);
      if (before == round - 1) CHECK(text.text.size() >= saved);
      CHECK(text.text == std::string(text.text.size(), 'x'));
    }
    Client client(loop, url, session);
    client.enter(token);
    client.create("r" + std::to_string(round));
    const auto enough = 20 + random.below(100);
    for (std::size_t typed = 0; typed < 400; ++typed) client.type("x");
    REQUIRE(client.wait([&] { return client.durable() >= enough; }));
    program.kill(SIGKILL);
    client.await_end();
    saved = client.durable() - 1;  // the first request made the file
    CHECK(program.wait() == -SIGKILL);
  }
  Program again({"serve", "--listen", address, "--data", data.string()});
  const auto text = call(loop, again.url(), "GET", std::string(api) + "/sessions/" + session + "/files/r4", {}, token);
  CHECK(text.text.size() >= saved);
  again.kill(SIGTERM);
  CHECK(again.wait() == 0);
  Program check({"check", "--data", data.string()});
  CHECK(check.line() == "1 sessions, 0 damaged");
  CHECK(check.wait() == 0);
  CHECK(read_file(folder.path / "log").find(token) == std::string::npos);
}

TEST_CASE("Wrong usage is told and ends with its code") {
  const TempFolder folder;
  const auto data = (folder.path / "data").string();
  const auto unknown_key = (folder.path / "hub.toml").string();
  std::ofstream(unknown_key) << "lisen = '127.0.0.1:0'\n";
  struct Case {
    std::vector<std::string> arguments;
    int code;
    const char* words;
  };
  const Case cases[] = {
      {{}, 2, "required"},
      {{"serve", "--nonsense"}, 2, "--nonsense"},
      {{"serve", "--data", data, "--database", "mysql://x"}, 2, "is not a postgres:// URL"},
      {{"serve", "--data", data, "--database", "postgres://127.0.0.1:1/x"}, 1, "the hub's database does not answer"},
      {{"user", "list", "--database", "postgres://127.0.0.1:1/x"}, 1, "the hub's database does not answer"},
      {{"serve", "--data", data, "--redis", "redis://x"}, 2, "without Redis"},
      {{"serve", "--data", data, "--listen", "nonsense"}, 2, "HOST:PORT"},
      {{"serve", "--data", data, "--config", "/nonexistent"}, 2, "/nonexistent"},
      {{"serve", "--data", data, "--config", unknown_key}, 2, "hub.toml:1: unknown key 'lisen'"},
      {{"serve", "--data", data, "--listen", "0.0.0.0:0"}, 3, "--insecure"},
      {{"serve", "--data", data, "--listen", "127.0.0.1:0", "--admin", "0.0.0.0:0"}, 3, "asks for no token"},
      {{"serve", "--data", "/proc/nonexistent/x"}, 1, "/proc/nonexistent"},
      {{"check", "--data", data}, 1, "no hub has its data in"},
      {{"user", "list", "--data", data}, 1, "no hub has its data in"},
      {{"version"}, 0, ""},
  };
  for (const auto& each : cases) {
    const auto log = folder.path / "log";
    std::filesystem::remove(log);
    Program program(each.arguments, log);
    INFO(each.words);
    CHECK(program.wait() == each.code);
    CHECK(read_file(log).find(each.words) != std::string::npos);
  }
}

TEST_CASE("Two hubs do not share a data folder, a command may") {
  const TempFolder folder;
  const auto data = (folder.path / "data").string();
  Program first({"serve", "--listen", "127.0.0.1:0", "--data", data});
  const auto url = first.url();
  Program second({"serve", "--listen", "127.0.0.1:0", "--data", data}, folder.path / "log");
  CHECK(second.wait() == 1);
  CHECK(read_file(folder.path / "log").find("another tutti-hub") != std::string::npos);

  net::Loop loop;
  const auto sessions = std::string(api) + "/sessions";
  Program add({"user", "add", "Grace", "--data", data});
  const auto token = add.line();
  CHECK(add.wait() == 0);
  CHECK(call(loop, url, "POST", sessions, Json::object(), token).status == 201);
  Program nobody({"user", "revoke", "nobody", "--data", data}, folder.path / "log");
  CHECK(nobody.wait() == 1);
  CHECK(read_file(folder.path / "log").find("no user") != std::string::npos);
  Program revoke({"user", "revoke", "Grace", "--data", data});
  CHECK(revoke.wait() == 0);
  CHECK(call(loop, url, "POST", sessions, Json::object(), token).status == 401);

  const auto before = owner_token(data);
  first.kill(SIGTERM);
  CHECK(first.wait() == 0);
  Program third({"serve", "--listen", "127.0.0.1:0", "--data", data});
  CHECK(call(loop, third.url(), "GET", sessions, {}, before).status == 200);
  CHECK(owner_token(data) == before);
}
