#include "sync/session/close_codes.hpp"
#include "tests/session/stage.hpp"

using namespace tutti;
using namespace tutti::session;
using namespace tutti::session::testing;

TEST_CASE("whoever comes in is welcomed, and the others are told once") {
  Stage stage;
  Seat& ada = stage.join(member("Ada", wire::Role::owner));
  CHECK(ada.one<wire::Welcome>().participants.empty());
  CHECK(ada.welcome.name == "Duet");
  CHECK(ada.welcome.session == stage.session->id());
  CHECK_FALSE(ada.welcome.resumed);
  CHECK(ada.welcome.replica == 1);
  CHECK(ada.welcome.request == 0);
  CHECK(ada.welcome.you.role == wire::Role::owner);
  CHECK(ada.welcome.limits.frame_bytes == stage.config.limits.frame_bytes);

  Seat& bob = stage.join(member("Bob"));
  REQUIRE(bob.welcome.participants.size() == 1);
  CHECK(bob.welcome.participants[0] == ada.welcome.you);
  CHECK(ada.one<wire::SessionJoin>().participant == bob.welcome.you);
  CHECK(bob.welcome.replica != ada.welcome.replica);
  CHECK(bob.welcome.you.color != ada.welcome.you.color);

  Seat& second = stage.join(bob.member);
  CHECK(ada.inbox.empty());
  CHECK(second.welcome.you.color == bob.welcome.you.color);
  CHECK(second.welcome.replica != bob.welcome.replica);
  CHECK(stage.session->connections() == 3);
  CHECK(stage.session->participants().size() == 2);
}

TEST_CASE("the last connection of a participant takes them away") {
  Stage stage;
  Seat& ada = stage.join(member("Ada"));
  Seat& bob = stage.join(member("Bob"));
  Seat& second = stage.join(bob.member);
  ada.inbox.clear();
  stage.disconnect(bob);
  CHECK(ada.inbox.empty());
  stage.disconnect(second);
  CHECK(ada.one<wire::SessionLeave>().participant == bob.member.participant);
  REQUIRE(stage.gone.size() == 1);
  CHECK_FALSE(stage.gone[0].for_good);
  CHECK(stage.session->connections() == 1);
  stage.disconnect(second);
  CHECK(ada.inbox.empty());

  const auto color = bob.welcome.you.color;
  CHECK(stage.join(bob.member).welcome.you.color == color);
}

TEST_CASE("leaving for good closes every connection of the participant") {
  Stage stage;
  Seat& ada = stage.join(member("Ada"));
  Seat& bob = stage.join(member("Bob"));
  Seat& second = stage.join(bob.member);
  ada.inbox.clear();
  stage.send(bob, wire::SessionLeave{});
  CHECK(bob.closed->code == close_code::normal);
  CHECK(second.closed->code == close_code::normal);
  CHECK(ada.one<wire::SessionLeave>().participant == bob.member.participant);
  REQUIRE(stage.gone.size() == 1);
  CHECK(stage.gone[0].for_good);
}

TEST_CASE("another version of the protocol is told in plain words, naming both") {
  Stage stage;
  Seat& seat = stage.seats.emplace_back();
  seat.connection = ConnectionId(99);
  wire::Hello hello;
  hello.protocol = 7;
  stage.step(Connected{seat.connection, member("Ada"), hello});
  const auto message = seat.one<wire::ErrorMessage>();
  CHECK(message.fatal);
  CHECK(message.code == wire::ErrorName::version);
  CHECK(message.message.find("version 1 ") != std::string::npos);
  CHECK(message.message.find("version 7") != std::string::npos);
  CHECK(seat.closed->code == close_code::wrong_version);
  CHECK(stage.session->connections() == 0);
}

TEST_CASE("a proven replica is resumed, and its old connection replaced") {
  Stage stage;
  Seat& ada = stage.join(member("Ada"));
  Seat& bob = stage.join(member("Bob"));
  stage.create(ada, "a.txt");
  stage.clear();
  Seat& again = stage.rejoin(ada);
  CHECK(ada.closed->code == close_code::replaced);
  CHECK(again.welcome.resumed);
  CHECK(again.welcome.replica == ada.welcome.replica);
  CHECK(again.welcome.key == ada.welcome.key);
  CHECK(again.welcome.request == 1);
  CHECK(bob.inbox.empty());
  CHECK(stage.session->connections() == 2);
  stage.disconnect(ada);
  CHECK(stage.session->connections() == 2);
}

TEST_CASE("a replica is resumed after its connection ended, also when it never wrote") {
  Stage stage;
  Seat& ada = stage.join(member("Ada"));
  stage.disconnect(ada);
  Seat& again = stage.rejoin(ada);
  CHECK(again.welcome.resumed);
  CHECK(again.welcome.replica == ada.welcome.replica);
  CHECK(again.welcome.request == 0);
  CHECK(stage.join(member("Bob")).welcome.replica != ada.welcome.replica);
}

TEST_CASE("a proof that is not the participant's own gives a new replica") {
  Stage stage;
  Seat& ada = stage.join(member("Ada"));
  const std::string key = ada.welcome.key;
  const wire::Resume tries[] = {{ada.welcome.replica, "wrong"}, {ada.welcome.replica + 1, key}, {ada.welcome.replica, ""}};
  for (const wire::Resume& resume : tries) {
    Seat& seat = stage.join(member("Ada"), resume);
    CHECK_FALSE(seat.welcome.resumed);
    CHECK(seat.welcome.replica != ada.welcome.replica);
  }
  Seat& bob = stage.join(member("Bob"), wire::Resume{ada.welcome.replica, key});
  CHECK_FALSE(bob.welcome.resumed);
  CHECK(bob.welcome.replica != ada.welcome.replica);
  CHECK_FALSE(ada.closed);
}

TEST_CASE("replica ids are issued only below what the store has reserved") {
  Limits limits;
  limits.replica_block = 4;
  Stage stage(limits);
  stage.reserves = false;
  Seat& ada = stage.join(member("Ada"));
  Seat& bob = stage.join(member("Bob"));
  CHECK(ada.inbox.empty());
  CHECK(stage.session->connections() == 0);
  REQUIRE(stage.reservations.size() == 1);
  CHECK(stage.reservations[0].end == 5);

  stage.step(ReplicasReserved{5});
  CHECK(ada.welcome.replica == 1);
  CHECK(bob.welcome.replica == 2);
  // Half of the block is used: the next is asked for in time.
  REQUIRE(stage.reservations.size() == 2);
  CHECK(stage.reservations[1].end == 9);
  CHECK(stage.join(member("Cid")).welcome.replica == 3);
  CHECK(stage.join(member("Dan")).welcome.replica == 4);
  CHECK(stage.reservations.size() == 2);
  Seat& eve = stage.join(member("Eve"));
  CHECK(eve.inbox.empty());
  stage.step(StoreTrouble{"The disk is full."});
  stage.step(StoreHealed{});
  CHECK(stage.reservations.back().end == 9);
  CHECK(stage.reservations.size() == 3);
  stage.step(ReplicasReserved{9});
  CHECK(eve.welcome.replica == 5);
}

TEST_CASE("whoever waits for a replica may go, be removed or change role, and may not speak") {
  Stage stage;
  stage.reserves = false;
  Seat& ada = stage.join(member("Ada"));
  Seat& bob = stage.join(member("Bob"));
  Seat& cid = stage.join(member("Cid"));
  Seat& dan = stage.join(member("Dan"));
  stage.disconnect(ada);
  stage.step(ParticipantRemoved{bob.member.participant});
  stage.step(RoleChanged{cid.member.participant, wire::Role::viewer});
  stage.send(dan, wire::Ping{1, false});
  stage.step(ReplicasReserved{100});
  CHECK(ada.inbox.empty());
  CHECK(bob.closed->code == close_code::removed);
  CHECK(cid.welcome.you.role == wire::Role::viewer);
  CHECK(dan.closed->code == close_code::malformed);
  CHECK(stage.session->connections() == 1);
}

TEST_CASE("members, connections and waiting hellos have limits") {
  Limits limits;
  limits.members = 2;
  limits.connections = 2;
  Stage stage(limits);
  Seat& ada = stage.join(member("Ada"));
  stage.join(member("Bob"));
  Seat& cid = stage.join(member("Cid"));
  CHECK(cid.one<wire::ErrorMessage>().code == wire::ErrorName::limit);
  CHECK(cid.closed->code == close_code::over_limit);
  stage.join(ada.member);
  CHECK(stage.join(ada.member).closed->code == close_code::over_limit);
  CHECK_FALSE(stage.rejoin(ada).closed);

  Stage stuck(limits);
  stuck.reserves = false;
  stuck.join(member("Ada"));
  stuck.join(member("Bob"));
  CHECK(stuck.join(member("Cid")).one<wire::ErrorMessage>().code == wire::ErrorName::unavailable);
}

TEST_CASE("a removed participant is told, closed, and missed") {
  Stage stage;
  Seat& ada = stage.join(member("Ada"));
  Seat& bob = stage.join(member("Bob"));
  ada.inbox.clear();
  stage.step(ParticipantRemoved{bob.member.participant});
  CHECK(bob.one<wire::ErrorMessage>().fatal);
  CHECK(bob.closed->code == close_code::removed);
  CHECK(ada.one<wire::SessionLeave>().participant == bob.member.participant);
  stage.send(bob, wire::Ping{1, false});
  CHECK(ada.inbox.empty());
}

TEST_CASE("a role counts from the moment it changes, for everybody to see") {
  Stage stage;
  Seat& ada = stage.join(member("Ada", wire::Role::owner));
  Seat& bob = stage.join(member("Bob", wire::Role::viewer));
  stage.clear();
  stage.step(RoleChanged{bob.member.participant, wire::Role::editor});
  CHECK(ada.one<wire::RoleChange>().role == wire::Role::editor);
  CHECK(bob.one<wire::RoleChange>().participant == bob.member.participant);
  stage.create(bob, "b.txt");
  stage.step(RoleChanged{bob.member.participant, wire::Role::viewer});
  wire::FileCreate refused;
  refused.document = document_id(5);
  refused.path = "c.txt";
  stage.request(bob, refused);
  CHECK(bob.one<wire::Reject>().code == wire::ErrorName::denied);
  stage.step(RoleChanged{bob.member.participant, wire::Role::viewer});
  stage.clear();
  stage.step(RoleChanged{bob.member.participant, wire::Role::viewer});
  CHECK(ada.inbox.empty());
}

TEST_CASE("a ping comes back, a reply does not") {
  Stage stage;
  Seat& ada = stage.join(member("Ada"));
  stage.clear();
  stage.send(ada, wire::Ping{17, false});
  CHECK(ada.one<wire::Ping>() == wire::Ping{17, true});
  stage.send(ada, wire::Ping{17, true});
  CHECK(ada.inbox.empty());
}

TEST_CASE("a frame that makes no sense ends its connection and nothing else") {
  for (
      const std::string frame :
      {"", "{", "null", "[]", "{}", R"({"type":"nonsense"})", R"({"type":"welcome"})", R"({"type":"fetch"})",
       R"({"type":"fetch","document":"x","known":[]})", R"({"type":"ping","token":-1,"reply":false})", "\xff\xfe",
       R"({"type":"file:delete","document":"00000000-0000-4000-8000-000000000001"})",
       R"({"type":"file:delete","request":0,"document":"00000000-0000-4000-8000-000000000001"})",
       R"({"type":"file:edit","document":"00000000-0000-4000-8000-000000000001","change":{"replica":1,"seq":0,"parents":[],"patches":[]}})",
       R"({"type":"hello","protocol":1,"features":[],"token":"","client":"x"})"}) {
    INFO(frame);
    Stage stage;
    Seat& ada = stage.join(member("Ada"));
    Seat& bob = stage.join(member("Bob"));
    stage.clear();
    stage.send_raw(bob, frame);
    CHECK(bob.one<wire::ErrorMessage>().fatal);
    REQUIRE(bob.closed);
    CHECK(bob.closed->code == close_code::malformed);
    ada.one<wire::SessionLeave>();
    stage.create(ada, "a.txt");
    stage.send_raw(bob, frame);  // still on its way when the connection was closed
  }
}

TEST_CASE("a frame above the limit is not even read") {
  Limits limits;
  limits.frame_bytes = 100;
  Stage stage(limits);
  Seat& ada = stage.join(member("Ada"));
  stage.send_raw(ada, std::string(101, '{'));
  CHECK(ada.one<wire::ErrorMessage>().code == wire::ErrorName::limit);
  CHECK(ada.closed->code == close_code::too_big);
}

TEST_CASE("truncated and altered frames never do harm") {
  Random random(3);
  Stage stage;
  Seat* ada = &stage.join(member("Ada"));
  const DocumentId document = stage.create(*ada, "a.txt");
  Writer writer{ReplicaId(ada->welcome.replica), document};
  wire::FileEdit edit = writer.insert(0, "hello");
  edit.request = 2;
  const std::string good = wire::encode(edit);
  for (int i = 0; i < 2000; ++i) {
    std::string frame = good.substr(0, random.chance(50) ? good.size() : random.below(good.size()));
    for (std::uint64_t n = random.below(4); n > 0 && !frame.empty(); --n) {
      frame[random.below(frame.size())] = static_cast<char>(random.next());
    }
    if (ada->closed) ada = &stage.join(member("Ada"));
    ada->inbox.clear();
    stage.send_raw(*ada, frame);
    if (!ada->closed) CHECK_FALSE(ada->inbox.empty());
  }
}
