// Who is kept out, and with which words and codes.
#include <chrono>

#include "sync/hub/entry/admission.hpp"
#include "sync/hub/entry/secret.hpp"
#include "tests/hub/house.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

struct Open {
  House house{std::make_shared<store::MemoryStore>()};
  House::Session session = house.session();

  /// A client that said hello with `token`, after the connection ended.
  std::unique_ptr<Client> ended(const std::string& token) {
    auto client = house.client(session);
    client->hello(token);
    client->await_end();
    return client;
  }
  std::string path(const std::string& rest) const { return "/sessions/" + session.id + rest; }
};

void check_not_admitted(const Client& client) {
  REQUIRE(client.last<wire::ErrorMessage>() != nullptr);
  CHECK(client.last<wire::ErrorMessage>()->code == wire::ErrorName::denied);
  CHECK(client.last<wire::ErrorMessage>()->fatal);
  CHECK(client.last<wire::Welcome>() == nullptr);
  CHECK(client.end->code == 4401);
}

}  // namespace

TEST_CASE("A wrong secret, a foreign link and an unknown session get the same answer") {
  Open open;
  const auto other = open.house.session("other");
  const auto foreign = open.house.link(other);
  const std::string unknown = "/sessions/00000000-0000-4000-8000-000000000000/join";
  const auto wrong = open.house.call("POST", open.path("/join"), Json{{"secret", "nonsense"}});
  CHECK(wrong.status == 403);
  CHECK(wrong.body["detail"] == "This link is not valid (wrong, expired or revoked); ask for a new one.");
  CHECK(wrong.headers.get("content-type") == "application/problem+json");
  const auto well_formed = hub::make_token(store::TokenKind::link).text;
  for (const auto& [path, body] : std::vector<std::pair<std::string, Json>>{
           {open.path("/join"), Json{{"secret", well_formed}}},
           {open.path("/join"), Json{{"secret", foreign}}},
           {open.path("/join"), Json{{"secret", open.session.token}}},
           {open.path("/join"), Json::object()},
           {unknown, Json{{"secret", foreign}}},
           {"/sessions/nonsense/join", Json{{"secret", foreign}}},
       }) {
    const auto reply = open.house.call("POST", path, body);
    CHECK(reply.status == wrong.status);
    CHECK(reply.text == wrong.text);
  }
}

TEST_CASE("A revoked or expired link lets nobody in") {
  Open open;
  const auto secret = open.house.link(open.session);
  const auto links = open.house.call("GET", open.path("/links"), {}, open.session.token);
  REQUIRE(links.body["links"].size() == 1);
  CHECK(links.text.find(secret) == std::string::npos);
  const std::string id = links.body["links"][0]["id"];
  CHECK(open.house.call("DELETE", open.path("/links/" + id), {}, open.session.token).status == 204);
  CHECK(open.house.call("POST", open.path("/join"), Json{{"secret", secret}}).status == 403);

  const auto late = hub::make_token(store::TokenKind::link);
  store::TokenRow row;
  row.hash = late.hash;
  row.id = hub::secret_id<store::TokenId>();
  row.kind = store::TokenKind::link;
  row.session = *parse_id<SessionId>(open.session.id);
  row.expires_at = hub::unix_now() - 1;
  REQUIRE(open.house.store->put_token(row).ok());
  CHECK(open.house.call("POST", open.path("/join"), Json{{"secret", late.text}}).status == 403);
}

TEST_CASE("Into a session whose time is over nobody comes") {
  Open open;
  const auto secret = open.house.link(open.session);
  const auto guest = open.house.join(open.session, secret);
  auto row = *open.house.store->session(*parse_id<SessionId>(open.session.id));
  row.expires_at = hub::unix_now();
  REQUIRE(open.house.store->update_session(row).ok());
  CHECK(open.house.call("POST", open.path("/join"), Json{{"secret", secret}}).status == 403);
  CHECK(open.house.call("POST", open.path("/join"), Json::object(), guest.token).status == 403);
  check_not_admitted(*open.ended(guest.ticket));
}

TEST_CASE("A link with a password needs both") {
  Open open;
  const auto made =
      open.house.call("POST", open.path("/links"), Json{{"role", "viewer"}, {"password", "swordfish"}}, open.session.token);
  REQUIRE(made.status == 201);
  const std::string secret = made.body["secret"];
  const auto without = open.house.call("POST", open.path("/join"), Json{{"secret", secret}});
  CHECK(without.status == 403);
  CHECK(without.body["code"] == "password_required");
  const auto wrong = open.house.call("POST", open.path("/join"), Json{{"secret", secret}, {"password", "sword"}});
  CHECK(wrong.status == 403);
  CHECK(wrong.body["code"] == "denied");
  const auto right = open.house.call("POST", open.path("/join"), Json{{"secret", secret}, {"password", "swordfish"}});
  CHECK(right.status == 200);
  CHECK(right.body["role"] == "viewer");
}

TEST_CASE("A link with one use is used once") {
  Open open;
  const auto made = open.house.call("POST", open.path("/links"), Json{{"uses", 1}}, open.session.token);
  const Json body{{"secret", made.body["secret"]}};
  CHECK(open.house.call("POST", open.path("/join"), body).status == 200);
  CHECK(open.house.call("POST", open.path("/join"), body).status == 403);
}

TEST_CASE("A ticket is good once, in time, for its session") {
  Open open;
  const auto secret = open.house.link(open.session);
  const auto guest = open.house.join(open.session, secret);
  {
    const auto first = open.house.enter(open.session, guest.ticket);
    check_not_admitted(*open.ended(guest.ticket));
  }
  const auto late = hub::make_token(store::TokenKind::ticket);
  store::TokenRow row;
  row.hash = late.hash;
  row.id = hub::secret_id<store::TokenId>();
  row.kind = store::TokenKind::ticket;
  row.session = *parse_id<SessionId>(open.session.id);
  row.user = *parse_id<ParticipantId>(guest.participant);
  row.uses_left = 1;
  row.expires_at = hub::unix_now();
  REQUIRE(open.house.store->put_token(row).ok());
  check_not_admitted(*open.ended(late.text));

  const auto other = open.house.session("other");
  const auto elsewhere = open.house.join(other, open.house.link(other));
  check_not_admitted(*open.ended(elsewhere.ticket));
  check_not_admitted(*open.ended(open.house.user_token));
  check_not_admitted(*open.ended(secret));
  check_not_admitted(*open.ended(""));
}

TEST_CASE("An unknown session is refused before the upgrade") {
  Open open;
  for (const std::string id : {"00000000-0000-4000-8000-000000000000", "nonsense"}) {
    Client client(open.house.loop, open.house.hub->url(), id);
    const auto& end = client.await_end();
    CHECK_FALSE(end.opened);
    CHECK(end.http_status == 404);
  }
}

TEST_CASE("Pages of other sites may not connect, our own may") {
  Open open;
  Client foreign(open.house.loop, open.house.hub->url(), open.session.id, {{"origin", "http://evil.example"}});
  CHECK(foreign.await_end().http_status == 403);
  Client own(open.house.loop, open.house.hub->url(), open.session.id, {{"origin", open.house.hub->url()}});
  own.enter(open.session.token);
}

TEST_CASE("What is not a hello ends the connection") {
  Open open;
  struct Case {
    const char* what;
    std::string frame;
    std::uint16_t code;
  };
  wire::Ping ping;
  const Case cases[] = {
      {"no JSON", "{", 4400},
      {"no object", "[]", 4400},
      {"another message", wire::encode(ping), 4400},
      {"unknown message", R"({"type":"nonsense"})", 4400},
      {"too large a hello", R"({"type":"hello","x":")" + std::string(17'000, 'x') + "\"}", 4400},
      {"too large a frame", std::string(2'000'000, 'x'), 1009},
  };
  for (const auto& each : cases) {
    INFO(each.what);
    const auto client = open.house.client(open.session);
    client->send(each.frame);
    CHECK(client->await_end().code == each.code);
  }
  const auto binary = open.house.client(open.session);
  binary->socket().send_binary(std::string("x"));
  CHECK(binary->await_end().code == 1003);
}

TEST_CASE("Another version of the protocol is told so") {
  Open open;
  const auto client = open.house.client(open.session);
  client->hello(open.session.token, wire::kProtocolVersion + 1);
  CHECK(client->await_end().code == 4406);
  REQUIRE(client->last<wire::ErrorMessage>() != nullptr);
  CHECK(client->last<wire::ErrorMessage>()->code == wire::ErrorName::version);
}

TEST_CASE("Nonsense after the welcome ends the connection of who sent it only") {
  Open open;
  const auto good = open.house.enter(open.session, open.session.token);
  const auto guest = open.house.join(open.session, open.house.link(open.session));
  for (const auto& [frame, code] :
       std::vector<std::pair<std::string, std::uint16_t>>{{"{", 4400}, {std::string(2'000'000, ' '), 1009}}) {
    const auto bad = open.house.enter(open.session, guest.token);
    bad->send(frame);
    CHECK(bad->await_end().code == code);
  }
  good->create("still.txt");
  good->await_durable(1);
}

TEST_CASE("A viewer's edit is refused, and so is that of an editor who is one no more") {
  Open open;
  const auto viewer = open.house.join(open.session, open.house.link(open.session, "viewer"), "Vera");
  const auto editor = open.house.join(open.session, open.house.link(open.session), "Ed");
  auto vera = open.house.enter(open.session, viewer.ticket);
  vera->create("mine.txt");
  CHECK(vera->await<wire::Reject>().code == wire::ErrorName::denied);

  auto ed = open.house.enter(open.session, editor.ticket);
  ed->create("ours.txt");
  ed->await_durable(1);
  const auto path = open.path("/participants/" + editor.participant);
  CHECK(open.house.call("PATCH", path, Json{{"role", "viewer"}}, viewer.token).status == 403);
  CHECK(open.house.call("PATCH", path, Json{{"role", "viewer"}}, open.session.token).status == 200);
  ed->type("too late");
  CHECK(ed->await<wire::Reject>().code == wire::ErrorName::denied);
  CHECK(ed->await<wire::RoleChange>().role == wire::Role::viewer);
  CHECK(open.house.store->load(*parse_id<SessionId>(open.session.id))->changes.empty());
}

TEST_CASE("Who is removed is cut off, and cannot come back by their tokens") {
  Open open;
  const auto guest = open.house.join(open.session, open.house.link(open.session));
  const auto client = open.house.enter(open.session, guest.ticket);
  CHECK(open.house.call("DELETE", open.path("/participants/" + guest.participant), {}, open.session.token).status == 204);
  CHECK(client->await_end().code == 4403);
  check_not_admitted(*open.ended(guest.token));
  CHECK(open.house.call("GET", open.path("/files"), {}, guest.token).status == 401);
}

TEST_CASE("A connection that says nothing is closed") {
  Open open;
  const auto client = open.house.client(open.session);
  CHECK(client->await_end().code == 4408);
}

TEST_CASE("An address that fails too often has to wait, and is told how long") {
  Open open;
  const auto secret = open.house.link(open.session);
  Reply refused;
  for (int i = 0; i < 25 && refused.status != 429; ++i) {
    refused = open.house.call("POST", open.path("/join"), Json{{"secret", "guess" + std::to_string(i)}});
  }
  CHECK(refused.status == 429);
  CHECK(refused.headers.get("content-type") == "application/problem+json");
  CHECK(std::stoi(std::string(refused.headers.get("retry-after"))) > 60);
  CHECK(refused.body["detail"] == "Too many joins were tried or failed. Try again in 2 minutes.");
  CHECK(open.house.call("POST", open.path("/join"), Json{{"secret", secret}}).status == 429);
  CHECK(open.house.call("GET", open.path(""), {}, open.session.token).status == 200);
}

TEST_CASE("Who guesses a link's password has to wait, and other links go on") {
  Open open;
  const auto other = open.house.link(open.session);
  const auto made =
      open.house.call("POST", open.path("/links"), Json{{"role", "viewer"}, {"password", "swordfish"}}, open.session.token);
  const auto guess = [&](const char* password) {
    return open.house.call("POST", open.path("/join"), Json{{"secret", made.body["secret"]}, {"password", password}}).status;
  };
  for (int i = 0; i < 10; ++i) CHECK(guess("sword") == 403);
  CHECK(guess("swordfish") == 429);
  CHECK(open.house.call("POST", open.path("/join"), Json{{"secret", other}}).status == 200);
  const auto long_one = Json{{"secret", other}, {"name", std::string(5000, 'x')}};
  CHECK(open.house.call("POST", open.path("/join"), long_one).status == 413);
}
