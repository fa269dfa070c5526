#include "tests/session/stage.hpp"

using namespace tutti;
using namespace tutti::session;
using namespace tutti::session::testing;

namespace {

struct Room {
  Room() {
    document = stage.create(ada, "a.txt");
    stage.clear();
  }
  Stage stage;
  Seat& ada = stage.join(member("Ada"));
  Seat& bob = stage.join(member("Bob", wire::Role::viewer));
  DocumentId document;

  void point(Seat& seat, std::uint64_t at) {
    wire::CursorMove move;
    move.document = document;
    move.selections = {{at, at}};
    stage.send(seat, move);
  }
};

}  // namespace

TEST_CASE("a cursor goes to the others at once, and soon again only as the newest") {
  Room room;
  room.point(room.bob, 1);
  const auto first = room.ada.one<wire::CursorMove>();
  CHECK(first.participant == room.bob.member.participant);
  CHECK(first.selections[0].head == 1);
  CHECK(room.bob.inbox.empty());

  room.stage.pass(10);
  room.point(room.bob, 2);
  room.point(room.bob, 3);
  CHECK(room.ada.inbox.empty());
  room.stage.pass(10);
  room.stage.step(Tick{});
  CHECK(room.ada.inbox.empty());
  room.stage.pass(30);
  room.stage.step(Tick{});
  CHECK(room.ada.one<wire::CursorMove>().selections[0].head == 3);
  room.stage.pass(1000);
  room.stage.step(Tick{});
  CHECK(room.ada.inbox.empty());
  room.point(room.bob, 4);
  CHECK(room.ada.one<wire::CursorMove>().selections[0].head == 4);
}

TEST_CASE("one participant's pace does not hold another's back") {
  Room room;
  room.point(room.ada, 1);
  room.point(room.bob, 2);
  CHECK(room.bob.take<wire::CursorMove>().size() == 1);
  CHECK(room.ada.take<wire::CursorMove>().size() == 1);
}

TEST_CASE("presence reaches the others, and whoever comes later") {
  Room room;
  wire::PresenceUpdate update;
  update.activity = wire::Activity::away;
  update.document = room.document;
  update.typing = true;
  room.stage.send(room.bob, update);
  CHECK(room.ada.one<wire::PresenceUpdate>().participant == room.bob.member.participant);
  update.activity = wire::Activity::idle;
  update.document = document_id(404);
  update.typing = false;
  room.stage.send(room.bob, update);
  CHECK(room.ada.inbox.empty());

  Seat& cid = room.stage.join(member("Cid"));
  for (const wire::Participant& other : cid.welcome.participants) {
    if (other.id != room.bob.member.participant) continue;
    CHECK(other.activity == wire::Activity::idle);
    CHECK_FALSE(other.document);
    CHECK_FALSE(other.typing);
  }
  room.ada.inbox.clear();
  room.stage.pass(50);
  room.stage.step(Tick{});
  CHECK(room.ada.one<wire::PresenceUpdate>().activity == wire::Activity::idle);
}

TEST_CASE("cursors and presence are never kept") {
  Room room;
  const std::size_t facts = room.stage.facts.size();
  room.point(room.bob, 1);
  room.stage.send(room.bob, wire::PresenceUpdate{});
  CHECK(room.stage.facts.size() == facts);
}

TEST_CASE("a cursor in a file that is gone goes nowhere") {
  Room room;
  wire::FileDelete gone;
  gone.document = room.document;
  room.stage.request(room.ada, gone);
  room.stage.clear();
  room.point(room.bob, 1);
  CHECK(room.ada.inbox.empty());
  CHECK_FALSE(room.bob.closed);
}

TEST_CASE("what waits dies with who sent it") {
  Room room;
  room.point(room.bob, 1);
  room.point(room.bob, 2);
  room.stage.disconnect(room.bob);
  room.stage.clear();
  room.stage.pass(100);
  room.stage.step(Tick{});
  CHECK(room.ada.inbox.empty());
}

TEST_CASE("diagnostics go to the others with their reporter's name, each file's for itself, and none of a file that is gone") {
  Room room;
  wire::DiagnosticsUpdate update;
  update.document = room.document;
  update.diagnostics = {{0, 1, wire::Severity::warning, "odd", "lint"}};
  room.stage.send(room.bob, update);
  const auto told = room.ada.one<wire::DiagnosticsUpdate>();
  CHECK(told.participant == room.bob.member.participant);
  CHECK(told.diagnostics == update.diagnostics);
  CHECK(room.bob.inbox.empty());
  update.document = {};
  room.stage.send(room.bob, update);
  CHECK(room.ada.inbox.empty());
}
