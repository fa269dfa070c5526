#include "tests/hub/crowd.hpp"

#include <signal.h>

#include <algorithm>
#include <chrono>

#include "tests/support/catch.hpp"

namespace tutti::test {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t sessions_n = 10;
constexpr std::size_t people_n = 5;  ///< in each session, all in one file
constexpr net::Duration every{100};  ///< each types ten times a second: 500 edits a second in all

}  // namespace

void Person::type() {
  if (!ready()) return;
  const auto document = *file();
  text::Delta delta;
  if (typed % 2 == 0) delta.retain(connection->peer().document(document)->text().size());
  delta.insert(token(typed));
  const auto status = connection->local(
      [&](peer::Peer& peer, Instant now, peer::Effects& effects) { return peer.edit(document, delta, now, effects); });
  if (status) ++typed;
}

Crowd::Crowd(const TempFolder& folder, const std::vector<std::string>& more, bool standby) : data_(folder.path / "data") {
  for (std::size_t i = 0; i < (standby ? 2 : 1); ++i) {
    const auto data = i == 0 ? data_ : folder.path / "standby";
    commands_.push_back({"serve", "--data", data.string(), "--log-level", "off", "--listen", "127.0.0.1:0"});
    commands_.back().insert(commands_.back().end(), more.begin(), more.end());
    programs_.push_back(start(i));
    urls_.push_back(programs_.back()->url());
    commands_.back()[6] = urls_.back().substr(7);  // the port is kept: participants come back to it
  }
  for (std::size_t i = 0; i < sessions_n; ++i) open_room();
  typing_.every(net::Duration(every.count() / static_cast<int>(people_n)), [this] { type_some(); });
  if (!standby) return;
  REQUIRE(wait([this] {
    return std::all_of(people_.begin(), people_.end(), [](auto& p) { return p->connection->other_hubs().size() == 1; });
  }));
}

std::unique_ptr<Program> Crowd::start(std::size_t which) {
  return std::make_unique<Program>(commands_[which]);
}

Json Crowd::post(const std::string& path, const Json& body, const std::string& token) {
  const auto reply = call(loop_, urls_.front(), "POST", std::string(api) + path, body, token);
  REQUIRE(reply.status / 100 == 2);
  return reply.body;
}

void Crowd::open_room() {
  const auto made = post("/sessions", Json{{"name", "crowd"}}, owner_token(data_));
  Room room{made["id"], {made["token"]}};
  const auto link = post("/sessions/" + room.id + "/links", Json{{"role", "editor"}}, made["token"]);
  while (room.tokens.size() < people_n) {
    room.tokens.push_back(
        post("/sessions/" + room.id + "/join", Json{{"secret", link["secret"]}, {"name", "one"}}, "")["token"]);
  }
  for (std::size_t n = 0; n < people_n; ++n) come(room, n);
  auto& first = *people_[people_.size() - people_n];
  REQUIRE(wait([&] { return first.online(); }));
  REQUIRE(first.connection
              ->local([](peer::Peer& peer, Instant now, peer::Effects& effects) {
                return peer.create("shared.txt", {}, "", now, effects);
              })
              .ok());
  rooms_.push_back(room);
}

void Crowd::come(const Room& room, std::size_t n) {
  auto person = std::make_unique<Person>();
  auto* who = person.get();
  who->name = std::to_string(rooms_.size()) + "." + std::to_string(n);
  workspace::LinkFile link;
  link.hub = urls_.front();
  link.session = *parse_id<SessionId>(room.id);
  link.token = room.tokens[n];
  who->connection = std::make_unique<workspace::Connection>(
      loop_, workspace::Settings{}, link, workspace::peer_config(link, "crowd"), std::nullopt, [who](const auto&) {
        if (who->connection && who->all_safe()) who->safe = who->typed;
      });
  who->connection->start();
  people_.push_back(std::move(person));
}

/// A fifth of them at a time, so that edits come evenly.
void Crowd::type_some() {
  ++turn_;
  for (std::size_t i = turn_ % people_n; i < people_.size(); i += people_n) people_[i]->type();
}

std::uint64_t Crowd::typed() const {
  std::uint64_t sum = 0;
  for (const auto& person : people_) sum += person->typed;
  return sum;
}

std::uint64_t Crowd::safe() const {
  std::uint64_t sum = 0;
  for (const auto& person : people_) sum += person->safe;
  return sum;
}

bool Crowd::everybody(bool (Person::*is)() const) const {
  return std::all_of(people_.begin(), people_.end(), [is](const auto& person) { return ((*person).*is)(); });
}

void Crowd::kill() {
  serving().kill(SIGKILL);
  REQUIRE(serving().wait() == -SIGKILL);
  if (programs_.size() == 1) {
    REQUIRE(wait([&] { return std::none_of(people_.begin(), people_.end(), [](auto& p) { return p->online(); }); }));
    programs_.front() = start(0);
    REQUIRE(programs_.front()->url() == urls_.front());
    return await_everybody();
  }
  await_everybody();
  note_takeover();
  programs_.back() = start(1);
  REQUIRE(programs_.back()->line().find("standing_by") != std::string::npos);
}

void Crowd::note_takeover() {
  std::reverse(programs_.begin(), programs_.end());
  std::reverse(commands_.begin(), commands_.end());
  std::reverse(urls_.begin(), urls_.end());
  REQUIRE(serving().line().find("\"listening\"") != std::string::npos);
}

void Crowd::await_everybody() {
  const auto begun = Clock::now();
  std::vector<bool> gone(people_.size()), back(people_.size());
  REQUIRE(wait([&] {
    for (std::size_t i = 0; i < people_.size(); ++i) {
      gone[i] = gone[i] || !people_[i]->online() || programs_.size() == 1;
      if (back[i] || !gone[i] || !people_[i]->online()) continue;
      back[i] = true;
      resumed_ms_.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begun).count());
    }
    return std::count(back.begin(), back.end(), true) == static_cast<std::ptrdiff_t>(back.size());
  }));
}

void Crowd::settle() {
  typing_.stop();
  REQUIRE(wait([this] { return everybody(&Person::all_safe); }));
}

void Crowd::count_everything() {
  std::vector<std::string> texts;
  for (std::size_t r = 0; r < rooms_.size(); ++r) {
    const auto& first = *people_[r * people_n];
    texts.push_back(first.connection->peer().document(*first.file())->text().str());
  }
  for (auto& person : people_) person->connection.reset();
  for (auto& program : programs_) {
    program->kill(SIGKILL);
    REQUIRE(program->wait() == -SIGKILL);
  }
  programs_.front() = start(0);
  REQUIRE(programs_.front()->url() == urls_.front());
  for (std::size_t r = 0; r < rooms_.size(); ++r) {
    const auto kept = call(loop_, urls_.front(), "GET", std::string(api) + "/sessions/" + rooms_[r].id + "/files/shared.txt",
                           {}, rooms_[r].tokens[0]);
    REQUIRE(kept.status == 200);
    CHECK(kept.text == texts[r]);
    count_tokens(kept.text, r);
  }
}

void Crowd::count_tokens(const std::string& text, std::size_t room) const {
  std::map<std::string, int> found;
  for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at + 1)) {
    ++found[text.substr(at, text.find('>', at) - at + 1)];
  }
  std::size_t expected = 0;
  for (std::size_t n = room * people_n; n < (room + 1) * people_n; ++n) {
    const auto& person = *people_[n];
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

std::vector<double> Crowd::resumed_ms() const {
  std::vector<double> sorted = resumed_ms_;
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

}  // namespace tutti::test
