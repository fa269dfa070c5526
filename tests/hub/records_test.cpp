// REST beyond the flow: what each family of routes answers, and to whom.
#include "tests/hub/house.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

struct Open {
  House house{std::make_shared<store::MemoryStore>()};
  House::Session session = house.session();
  House::Guest editor = house.join(session, house.link(session), "Ed");
  House::Guest viewer = house.join(session, house.link(session, "viewer"), "Vera");
  std::string path(const std::string& rest) const { return "/sessions/" + session.id + rest; }
};

struct Case {
  const char* method;
  const char* path;  ///< below the session
  const char* body;  ///< null: none
  int owner, editor, viewer;
};

}  // namespace

TEST_CASE("Each route asks for its role, and for a token") {
  const Case cases[] = {
      {"GET", "", nullptr, 200, 200, 200},
      {"GET", "/participants", nullptr, 200, 200, 200},
      {"GET", "/files", nullptr, 200, 200, 200},
      {"GET", "/links", nullptr, 200, 200, 403},
      {"POST", "/links", R"({"role":"viewer"})", 201, 201, 403},
      {"POST", "/links", R"({"role":"owner"})", 400, 400, 403},
      {"POST", "/links", R"({"expires_in":0})", 400, 400, 403},
      {"PATCH", "", R"({"name":"renamed"})", 200, 403, 403},
      {"PATCH", "", R"({"name":5})", 400, 403, 403},
      {"PATCH", "", "[]", 400, 403, 403},
      {"PATCH", "/participants/nonsense", R"({"role":"viewer"})", 404, 403, 403},
      {"DELETE", "/links/00000000-0000-4000-8000-000000000000", nullptr, 404, 404, 403},
      {"PUT", "", nullptr, 405, 405, 405},
      {"GET", "/nonsense", nullptr, 404, 404, 404},
  };
  Open open;
  for (const auto& each : cases) {
    INFO(each.method << ' ' << each.path << ' ' << (each.body == nullptr ? "" : each.body));
    const auto body = each.body == nullptr ? std::optional<Json>() : Json::parse(each.body);
    CHECK(open.house.call(each.method, open.path(each.path), body, open.session.token).status == each.owner);
    CHECK(open.house.call(each.method, open.path(each.path), body, open.editor.token).status == each.editor);
    CHECK(open.house.call(each.method, open.path(each.path), body, open.viewer.token).status == each.viewer);
    if (each.viewer == 405 || std::string(each.path) == "/nonsense") continue;
    CHECK(open.house.call(each.method, open.path(each.path), body).status == 401);
  }
}

TEST_CASE("A stranger does not learn which sessions exist") {
  Open open;
  const auto other = open.house.session("other");
  const auto hidden = open.house.call("GET", "/sessions/" + other.id, {}, open.editor.token);
  const auto absent = open.house.call("GET", "/sessions/00000000-0000-4000-8000-000000000000", {}, open.editor.token);
  CHECK(hidden.status == 404);
  CHECK(hidden.text == absent.text);
}

TEST_CASE("Sessions are listed, searched, changed and deleted") {
  Open open;
  open.house.session("another");
  CHECK(open.house.call("GET", "/sessions", {}, open.house.user_token).body["sessions"].size() == 2);
  CHECK(open.house.call("GET", "/sessions?search=anoth", {}, open.house.user_token).body["sessions"].size() == 1);
  const auto seen = open.house.call("GET", "/sessions", {}, open.editor.token).body["sessions"];
  REQUIRE(seen.size() == 1);
  CHECK(seen[0]["role"] == "editor");
  CHECK(open.house.call("POST", "/sessions", Json::object(), open.editor.token).status == 403);

  const Json change{{"name", "new"}, {"settings", {{"a", 1}}}, {"is_public", true}};
  REQUIRE(open.house.call("PATCH", open.path(""), change, open.session.token).status == 200);
  const auto shown = open.house.call("GET", open.path(""), {}, open.viewer.token).body;
  CHECK(shown["name"] == "new");
  CHECK(shown["settings"]["a"] == 1);
  CHECK(shown["is_public"] == true);

  const auto client = open.house.enter(open.session, open.editor.ticket);
  CHECK(open.house.call("DELETE", open.path(""), {}, open.session.token).status == 204);
  CHECK(client->await_end().code == 4404);
  CHECK(open.house.call("GET", open.path(""), {}, open.session.token).status == 401);
  CHECK(open.house.client(open.session)->await_end().http_status == 404);
}

TEST_CASE("Participants are listed with who is there, and a session keeps an owner") {
  Open open;
  const auto client = open.house.enter(open.session, open.editor.ticket);
  const auto rows = open.house.call("GET", open.path("/participants"), {}, open.viewer.token).body["participants"];
  REQUIRE(rows.size() == 3);
  for (const auto& row : rows) CHECK(row["online"] == (row["id"] == open.editor.participant));
  const auto owner = open.path("/participants/" + open.session.owner);
  CHECK(open.house.call("PATCH", owner, Json{{"role", "editor"}}, open.session.token).status == 409);
  CHECK(open.house.call("DELETE", owner, {}, open.session.token).status == 409);
  const auto editor = open.path("/participants/" + open.editor.participant);
  CHECK(open.house.call("DELETE", editor, {}, open.viewer.token).status == 403);
  CHECK(open.house.call("PATCH", editor, Json{{"role", "owner"}}, open.session.token).status == 200);
  CHECK(open.house.call("PATCH", owner, Json{{"role", "editor"}}, open.session.token).status == 200);
  CHECK(open.house.call("DELETE", open.path("/participants/" + open.viewer.participant), {}, open.viewer.token).status == 204);
}

TEST_CASE("Leaving ends the connection and the membership") {
  Open open;
  const auto client = open.house.enter(open.session, open.editor.ticket);
  CHECK(open.house.call("POST", open.path("/leave"), {}, open.editor.token).status == 204);
  client->await_end();
  CHECK(open.house.call("GET", open.path(""), {}, open.editor.token).status == 401);
}

TEST_CASE("A known user joins by a link as who they are, and never loses rank by it") {
  Open open;
  const auto viewer_link = open.house.link(open.session, "viewer");
  const auto joined = open.house.call("POST", open.path("/join"), Json{{"secret", viewer_link}}, open.house.user_token);
  REQUIRE(joined.status == 200);
  CHECK(joined.body["participant"] == open.session.owner);
  CHECK(joined.body["role"] == "owner");
}

TEST_CASE("A hub that listens on every address makes links to the one that was asked") {
  auto options = House::quick();
  options.listen.host = "0.0.0.0";
  House house(std::make_shared<store::MemoryStore>(), options);
  const auto base = "http://127.0.0.1" + house.hub->url().substr(std::string("http://0.0.0.0").size());
  const std::string api = "/api/v1/collaboration/sessions";
  const auto session = test::call(house.loop, base, "POST", api, Json::object(), house.user_token);
  REQUIRE(session.status == 201);
  const auto links = api + "/" + session.body["id"].get<std::string>() + "/links";
  const auto link = test::call(house.loop, base, "POST", links, Json::object(), session.body["token"]);
  CHECK(link.body["link"].get<std::string>().starts_with(base + "/s/"));
}

TEST_CASE("What is for people and operators is where it is said to be") {
  Open open;
  const auto at = [&](const std::string& base, const std::string& path) {
    return test::call(open.house.loop, base, "GET", path);
  };
  const auto page = at(open.house.hub->url(), "/s/" + open.session.id);
  CHECK(page.status == 200);
  CHECK(page.headers.get("referrer-policy") == "no-referrer");
  CHECK(page.text == at(open.house.hub->url(), "/s/unknown").text);
  CHECK(at(open.house.hub->url(), "/healthz").status == 200);
  CHECK(at(open.house.hub->url(), "/readyz").status == 200);
  CHECK(at(open.house.hub->url(), "/metrics").status == 404);
  CHECK(at(open.house.hub->url(), "/api/v1/openapi.json").body["openapi"] == "3.1.0");
  const auto client = open.house.enter(open.session, open.editor.ticket);
  const auto metrics = at(open.house.hub->admin_url(), "/metrics");
  CHECK(metrics.text.find("\ntutti_hub_sessions 1\n") != std::string::npos);
  CHECK(metrics.text.find("\ntutti_hub_connections 1\n") != std::string::npos);
  CHECK(at(open.house.hub->admin_url(), "/healthz").status == 404);
}
