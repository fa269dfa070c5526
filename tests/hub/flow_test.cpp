// What people do, over real sockets and both stores: create, share, join, type, leave, come back.
#include "tests/hub/house.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

using Body = void (*)(std::shared_ptr<store::Store>);

void over_both_stores(Body body) {
  SECTION("memory") {
    body(std::make_shared<store::MemoryStore>());
  }
  SECTION("sqlite") {
    const TempFolder folder;
    auto opened = store::SqliteStore::open({(folder.path / "hub.db").string()});
    REQUIRE(opened.ok());
    body(std::move(*opened));
  }
}

}  // namespace

TEST_CASE("Two people type in one file, and it is saved") {
  over_both_stores([](std::shared_ptr<store::Store> store) {
    House house(store);
    const auto session = house.session("orchestra");
    const auto guest = house.join(session, house.link(session), "Grace");
    auto owner = house.enter(session, session.token);
    auto grace = house.enter(session, guest.ticket);
    CHECK(grace->last<wire::Welcome>()->name == "orchestra");
    CHECK(grace->last<wire::Welcome>()->you.name == "Grace");
    CHECK(grace->last<wire::Welcome>()->you.role == wire::Role::editor);
    CHECK(owner->await<wire::SessionJoin>().participant.name == "Grace");

    owner->create("src/main.cpp");
    REQUIRE(grace->await<wire::FileCreate>().path == "src/main.cpp");
    grace->fetch(owner->document());
    grace->await<wire::Fetched>();
    owner->type("int ");
    const auto request = owner->type("main");
    REQUIRE(grace->wait([&] { return grace->heard() == "int main"; }));
    owner->await_durable(request);

    const auto files = house.call("GET", "/sessions/" + session.id + "/files", {}, guest.token);
    REQUIRE(files.body["files"].size() == 1);
    CHECK(files.body["files"][0]["path"] == "src/main.cpp");
    const auto text = house.call("GET", "/sessions/" + session.id + "/files/src/main.cpp", {}, guest.token);
    CHECK(text.status == 200);
    CHECK(text.text == "int main");
    CHECK(house.call("GET", "/sessions/" + session.id + "/files/other", {}, guest.token).status == 404);

    const auto image = store->load(*parse_id<SessionId>(session.id));
    REQUIRE(image.ok());
    CHECK(image->changes.size() == 2);
    CHECK(house.hub->metrics().edits == 2);
  });
}

TEST_CASE("A session goes out of memory when nobody is there, and comes back whole") {
  over_both_stores([](std::shared_ptr<store::Store> store) {
    auto options = House::quick();
    options.unload_after = net::Duration(20);
    House house(std::move(store), options);
    const auto session = house.session();
    auto owner = house.enter(session, session.token);
    owner->create("a.txt");
    owner->await_durable(owner->type("kept"));
    CHECK(house.hub->live_sessions() == 1);
    owner.reset();
    REQUIRE(house.wait([&] { return house.hub->live_sessions() == 0; }));
    const auto text = house.call("GET", "/sessions/" + session.id + "/files/a.txt", {}, session.token);
    CHECK(text.text == "kept");
  });
}

TEST_CASE("A hub that is stopped tells its people, saves and lets a new one go on") {
  over_both_stores([](std::shared_ptr<store::Store> store) {
    House::Session session;
    {
      House house(store);
      session = house.session();
      auto owner = house.enter(session, session.token);
      owner->create("a.txt");
      for (int i = 0; i < 50; ++i) owner->type("x");
      REQUIRE(owner->wait([&] {
        const auto* received = owner->last<wire::Received>();
        return received != nullptr && received->request == 51;
      }));
      std::optional<bool> durable;
      house.hub->stop(net::Duration(10'000), [&](bool all) { durable = all; });
      CHECK(owner->await_end().code == 1001);
      REQUIRE(house.wait([&] { return durable.has_value(); }));
      CHECK(*durable);
    }
    House again(store);
    CHECK(again.call("GET", "/sessions/" + session.id + "/files/a.txt", {}, session.token).text == std::string(50, 'x'));
  });
}

TEST_CASE("Somebody who comes back by their bearer token is who they were") {
  over_both_stores([](std::shared_ptr<store::Store> store) {
    House house(std::move(store));
    const auto session = house.session();
    const auto guest = house.join(session, house.link(session), "Grace");
    const auto again = house.call("POST", "/sessions/" + session.id + "/join", Json::object(), guest.token);
    REQUIRE(again.status == 200);
    CHECK(again.body["participant"] == guest.participant);
    CHECK(again.body["token"] == guest.token);
    CHECK(again.body["ticket"] != guest.ticket);
    const auto grace = house.enter(session, again.body["ticket"]);
    CHECK(to_string(grace->last<wire::Welcome>()->you.id) == guest.participant);
  });
}

TEST_CASE("On a hub of one's own machine one is called what one says, on any other what its operator says") {
  for (const auto& [public_url, name] : {std::pair{"", "Ada"}, std::pair{"https://hub.example", "Olga"}}) {
    auto options = House::quick();
    options.public_url = public_url;
    House house(std::make_shared<store::MemoryStore>(), options);
    const auto made = house.call("POST", "/sessions", Json{{"participant_name", "Ada"}}, house.user_token).body;
    CHECK(made["participant_name"] == name);
    const std::string path = "/sessions/" + made["id"].get<std::string>(), token = made["token"];
    const auto rows = house.call("GET", path + "/participants", {}, token).body["participants"];
    CHECK(rows[0]["name"] == name);
    const auto secret = house.call("POST", path + "/links", Json{{"role", "editor"}}, token).body["secret"];
    const Json wish{{"secret", secret}, {"name", "Ada"}};
    CHECK(house.call("POST", path + "/join", wish, house.user_token).body["participant_name"] == name);
    CHECK(house.call("POST", path + "/join", Json{{"secret", secret}}, house.user_token).body["participant_name"] == name);
    CHECK(house.call("POST", path + "/join", wish).body["participant_name"] == "Ada");
  }
}
