// The real program, killed with SIGKILL again and again while fifty people type: nothing is lost, nothing comes twice.
//
// TUTTI_KILLS=100 for the long run, TUTTI_KILL_SEED to replay one. Each participant is a real Peer on a real socket, as in
// `tutti lsp`. What they type are tokens that nobody types twice and nobody erases, so the texts can be counted.
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>

#include "lsp-server/workspace/connection.hpp"
#include "protocol/base/random.hpp"
#include "tests/hub/house.hpp"
#include "tests/hub/program.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t sessions_n = 10;
constexpr std::size_t people_n = 5;  ///< in each session, all in one file
constexpr net::Duration every{100};  ///< each types ten times a second: 500 edits a second in all
constexpr net::Duration long_patience{60'000};

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

struct Room {
  std::string id;
  std::vector<std::string> tokens;  ///< one for each person
};

struct Person {
  std::string name;
  std::unique_ptr<workspace::Connection> connection;
  std::uint64_t typed = 0;
  std::uint64_t safe = 0;  ///< tokens that were acknowledged

  std::string token(std::uint64_t n) const { return "<" + name + "." + std::to_string(n) + ">"; }
  bool online() const { return connection->peer().status().link == peer::Link::online; }
  bool all_safe() const { return connection->peer().status().pending == 0; }
  std::optional<DocumentId> file() const { return connection->peer().find("shared.txt"); }
  bool ready() const { return file() && connection->peer().document(*file()) != nullptr; }

  /// At the beginning or at the end, so that tokens stay in one piece, and where others type too.
  void type() {
    if (!ready()) return;
    const auto document = *file();
    text::Delta delta;
    if (typed % 2 == 0) delta.retain(connection->peer().document(document)->text().size());
    delta.insert(token(typed));
    const auto status = connection->local(
        [&](peer::Peer& peer, Instant now, peer::Effects& effects) { return peer.edit(document, delta, now, effects); });
    if (status) ++typed;
  }
};

struct Crowd {
  std::vector<std::string> serve;
  std::filesystem::path data;
  net::Loop loop;
  std::string url;
  std::unique_ptr<Program> program;
  std::vector<Room> rooms;
  std::vector<std::unique_ptr<Person>> people;
  net::Timer typing{loop};
  std::size_t turn = 0;
  std::vector<double> resumed_ms;

  Crowd(const TempFolder& folder, const std::vector<std::string>& more) : data(folder.path / "data") {
    serve = {"serve", "--data", data.string(), "--log-level", "off", "--listen", "127.0.0.1:0"};
    serve.insert(serve.end(), more.begin(), more.end());
    start();
    serve[6] = url.substr(7);  // the port is kept: participants come back to it
    for (std::size_t i = 0; i < sessions_n; ++i) open_room();
    typing.every(net::Duration(every.count() / static_cast<int>(people_n)), [this] { type_some(); });
  }

  void start() {
    program = std::make_unique<Program>(serve);
    url = program->url();
  }

  Json post(const std::string& path, const Json& body, const std::string& token) {
    const auto reply = call(loop, url, "POST", std::string(api) + path, body, token);
    REQUIRE(reply.status / 100 == 2);
    return reply.body;
  }

  void open_room() {
    const auto made = post("/sessions", Json{{"name", "crowd"}}, owner_token(data));
    Room room{made["id"], {made["token"]}};
    const auto link = post("/sessions/" + room.id + "/links", Json{{"role", "editor"}}, made["token"]);
    while (room.tokens.size() < people_n) {
      room.tokens.push_back(
          post("/sessions/" + room.id + "/join", Json{{"secret", link["secret"]}, {"name", "one"}}, "")["token"]);
    }
    for (std::size_t n = 0; n < people_n; ++n) come(room, n);
    auto& first = *people[people.size() - people_n];
    REQUIRE(loop.run_until([&] { return first.online(); }, long_patience));
    REQUIRE(first.connection
                ->local([](peer::Peer& peer, Instant now, peer::Effects& effects) {
                  return peer.create("shared.txt", {}, "", now, effects);
                })
                .ok());
    rooms.push_back(room);
  }

  void come(const Room& room, std::size_t n) {
    auto person = std::make_unique<Person>();
    auto* who = person.get();
    who->name = std::to_string(rooms.size()) + "." + std::to_string(n);
    workspace::LinkFile link;
    link.hub = url;
    link.session = *parse_id<SessionId>(room.id);
    link.token = room.tokens[n];
    who->connection = std::make_unique<workspace::Connection>(
        loop, workspace::Settings{}, link, workspace::peer_config(link, "crowd"), std::nullopt, [who](const auto&) {
          if (who->connection && who->all_safe()) who->safe = who->typed;
        });
    who->connection->start();
    people.push_back(std::move(person));
  }

  /// A fifth of them at a time, so that edits come evenly.
  void type_some() {
    ++turn;
    for (std::size_t i = turn % people_n; i < people.size(); i += people_n) people[i]->type();
  }

  std::uint64_t safe() const {
    std::uint64_t sum = 0;
    for (const auto& person : people) sum += person->safe;
    return sum;
  }

  void kill_and_restart() {
    program->kill(SIGKILL);
    REQUIRE(program->wait() == -SIGKILL);
    REQUIRE(loop.run_until([&] { return std::none_of(people.begin(), people.end(), [](auto& p) { return p->online(); }); },
                           long_patience));
    start();
    const auto up = Clock::now();
    std::vector<bool> back(people.size());
    REQUIRE(loop.run_until(
        [&] {
          for (std::size_t i = 0; i < people.size(); ++i) {
            if (back[i] || !people[i]->online()) continue;
            back[i] = true;
            resumed_ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - up).count());
          }
          return std::count(back.begin(), back.end(), true) == static_cast<std::ptrdiff_t>(back.size());
        },
        long_patience));
  }

  std::uint64_t typed() const {
    std::uint64_t sum = 0;
    for (const auto& person : people) sum += person->typed;
    return sum;
  }

  void settle() {
    typing.stop();
    REQUIRE(loop.run_until([&] { return std::all_of(people.begin(), people.end(), [](auto& p) { return p->all_safe(); }); },
                           long_patience));
  }

  /// Killed once more and asked with nobody there who could hand anything back.
  void count_everything() {
    std::vector<std::string> texts;
    for (std::size_t r = 0; r < rooms.size(); ++r) {
      const auto& first = *people[r * people_n];
      texts.push_back(first.connection->peer().document(*first.file())->text().str());
    }
    for (auto& person : people) person->connection.reset();
    program->kill(SIGKILL);
    REQUIRE(program->wait() == -SIGKILL);
    start();
    for (std::size_t r = 0; r < rooms.size(); ++r) {
      const auto kept =
          call(loop, url, "GET", std::string(api) + "/sessions/" + rooms[r].id + "/files/shared.txt", {}, rooms[r].tokens[0]);
      REQUIRE(kept.status == 200);
      CHECK(kept.text == texts[r]);
      count_tokens(kept.text, r);
    }
  }

  void count_tokens(const std::string& text, std::size_t room) const {
    std::map<std::string, int> found;
    for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at + 1)) {
      ++found[text.substr(at, text.find('>', at) - at + 1)];
    }
    std::size_t expected = 0;
    for (std::size_t n = room * people_n; n < (room + 1) * people_n; ++n) {
      const auto& person = *people[n];
      expected += person.typed;
      std::uint64_t lost = 0;
      std::uint64_t doubled = 0;
      for (std::uint64_t i = 0; i < person.typed; ++i) {
        const auto times = found[person.token(i)];
        lost += times == 0 ? 1 : 0;
        doubled += times > 1 ? 1 : 0;
      }
      CHECK(lost == 0);
      CHECK(doubled == 0);
    }
    CHECK(found.size() == expected);
  }
};

void kill_again_and_again(const std::string& name, const std::vector<std::string>& more) {
  const auto seed = number_from("TUTTI_KILL_SEED", 5);
  const auto kills = number_from("TUTTI_KILLS", 5);
  INFO("TUTTI_KILL_SEED=" << seed << " TUTTI_KILLS=" << kills);
  Random random(seed);
  const TempFolder folder;
  Crowd crowd(folder, more);
  for (std::uint64_t kill = 0; kill < kills; ++kill) {
    const auto enough = crowd.safe() + 50 + random.below(400);
    REQUIRE(crowd.loop.run_until([&] { return crowd.safe() >= enough; }, long_patience));
    crowd.kill_and_restart();
  }
  crowd.settle();
  crowd.count_everything();
  auto& resumed = crowd.resumed_ms;
  std::sort(resumed.begin(), resumed.end());
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
