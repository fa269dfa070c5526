#include "sync/merge/file/live.hpp"
#include "sync/session/close_codes.hpp"
#include "tests/session/stage.hpp"

using namespace tutti;
using namespace tutti::session;
using namespace tutti::session::testing;

namespace {

/// Ada and Bob in a session with one file that Ada made.
struct Duet {
  explicit Duet(Limits limits = {}) : stage(limits) {
    document = stage.create(ada, "a.txt");
    stage.commit();
    stage.clear();
    hers.document = his.document = document;
  }
  Stage stage;
  Seat& ada = stage.join(member("Ada"));
  Seat& bob = stage.join(member("Bob"));
  DocumentId document;
  Writer hers{ReplicaId(ada.welcome.replica), {}}, his{ReplicaId(bob.welcome.replica), {}};

  [[nodiscard]] std::string text() const { return *stage.session->text(document); }
};

std::vector<record::ChangeRow> changes_of(const record::Fact& fact) {
  std::vector<record::ChangeRow> found;
  for (const record::Row& row : fact.rows) {
    if (const auto* change = std::get_if<record::ChangeRow>(&row)) found.push_back(*change);
  }
  return found;
}

}  // namespace

TEST_CASE("an edit is ordered, shown to the others, kept, and acknowledged twice") {
  Duet duet;
  const auto [stage, ada, bob] = std::tie(duet.stage, duet.ada, duet.bob);
  const Position before = stage.facts.back().position;
  const wire::FileEdit edit = duet.hers.insert(0, "hello");
  const std::uint64_t request = stage.request(ada, edit);

  CHECK(duet.text() == "hello");
  const auto received = ada.one<wire::Received>();
  CHECK(received.request == request);
  CHECK(received.position == before.value + 1);
  CHECK(ada.inbox.empty());

  const auto seen = bob.one<wire::FileEdit>();
  CHECK(seen.change == edit.change);
  CHECK(seen.participant == ada.member.participant);
  CHECK(seen.position == received.position);
  CHECK_FALSE(seen.request);
  CHECK(seen.stamp ==
        exchange::stamp_change(stage.config.key, stage.session->id(), duet.document, ada.member.participant, edit.change));

  REQUIRE(changes_of(stage.facts.back()).size() == 1);
  const record::ChangeRow row = changes_of(stage.facts.back())[0];
  CHECK(row.author == ada.member.participant);
  CHECK(row.events == 5);
  CHECK(exchange::to_wire(*merge::decode_change(row.body, {row.replica, row.seq})) == edit.change);
  CHECK(stage.facts.back().rows.size() == 2);
  CHECK(std::get<record::ReplicaRow>(stage.facts.back().rows[1]).request == RequestId(request));

  CHECK_FALSE(stage.session->all_durable());
  stage.commit();
  CHECK(ada.one<wire::Durable>().position == received.position);
  CHECK(bob.one<wire::Durable>().position == received.position);
  CHECK(stage.session->all_durable());
  stage.commit();
  CHECK(ada.inbox.empty());
}

TEST_CASE("durable goes up only, and never beyond what was ordered") {
  Duet duet;
  const std::uint64_t base = duet.stage.facts.back().position.value;
  for (int i = 0; i < 3; ++i) duet.stage.request(duet.ada, duet.hers.insert(0, "x"));
  duet.stage.clear();
  duet.stage.step(Committed{Position(base + 2)});
  CHECK(duet.bob.one<wire::Durable>().position == base + 2);
  duet.stage.step(Committed{Position(base + 1)});
  CHECK(duet.bob.inbox.empty());
  CHECK_FALSE(duet.stage.session->all_durable());
  duet.stage.step(Committed{Position(base + 900)});
  CHECK(duet.bob.one<wire::Durable>().position == base + 3);
  CHECK(duet.stage.session->all_durable());
}

TEST_CASE("concurrent edits meet in one text") {
  Duet duet;
  duet.stage.request(duet.ada, duet.hers.insert(0, "one"));
  duet.his.take(duet.bob.one<wire::FileEdit>());
  const auto from_ada = duet.hers.insert(3, " A");
  const auto from_bob = duet.his.insert(0, "B ");
  duet.stage.request(duet.bob, from_bob);
  duet.stage.request(duet.ada, from_ada);
  duet.his.take(duet.bob.one<wire::FileEdit>());
  duet.hers.take(duet.ada.one<wire::FileEdit>());
  CHECK(duet.text() == "B one A");
  CHECK(duet.hers.text.text().str() == duet.text());
  CHECK(duet.his.text.text().str() == duet.text());
}

TEST_CASE("a resend is answered again and does nothing again") {
  Duet duet;
  wire::FileEdit edit = duet.hers.insert(0, "hello");
  edit.request = duet.stage.request(duet.ada, edit);
  duet.stage.request(duet.ada, duet.hers.insert(5, "!"));
  duet.stage.clear();
  const std::size_t facts = duet.stage.facts.size();
  duet.stage.send(duet.ada, edit);
  const auto received = duet.ada.one<wire::Received>();
  CHECK(received.request == *edit.request);
  CHECK(received.position == duet.stage.facts.back().position.value);
  CHECK(duet.bob.inbox.empty());
  CHECK(duet.stage.facts.size() == facts);
  CHECK(duet.text() == "hello!");
}

TEST_CASE("a number that was skipped asks for what lies between") {
  Duet duet;
  wire::FileEdit first = duet.hers.insert(0, "a");
  wire::FileEdit second = duet.hers.insert(1, "b");
  second.request = duet.ada.request + 2;
  duet.stage.send(duet.ada, second);
  const auto resync = duet.ada.one<wire::Resync>();
  CHECK(resync.request == duet.ada.request);
  CHECK_FALSE(resync.document);
  CHECK(duet.text().empty());
  duet.stage.request(duet.ada, first);
  duet.stage.request(duet.ada, second);
  CHECK(duet.ada.take<wire::Received>().size() == 2);
  CHECK(duet.text() == "ab");
}

TEST_CASE("an edit on top of what the hub never saw names the document, and does not count") {
  Duet duet;
  (void)duet.hers.insert(0, "lost");
  const auto unready = duet.hers.insert(4, "!");
  const std::uint64_t request = duet.stage.request(duet.ada, unready);
  const auto resync = duet.ada.one<wire::Resync>();
  CHECK(resync.document == duet.document);
  CHECK(resync.request == request - 1);
  CHECK(duet.bob.inbox.empty());

  Writer stranger{ReplicaId(duet.ada.welcome.replica), duet.document};
  wire::FileEdit odd = stranger.insert(0, "x");
  odd.change.parents = {{777, 3}};
  odd.request = request;
  duet.stage.send(duet.ada, odd);
  CHECK(duet.ada.one<wire::Resync>().document == duet.document);
}

TEST_CASE("the same name with other content is a conflict, for ever") {
  Duet duet;
  Writer copy{duet.hers.replica, duet.document};  // a copied folder that writes as the same replica
  duet.stage.request(duet.ada, duet.hers.insert(0, "mine"));
  const auto other = copy.insert(0, "copy");
  const std::uint64_t request = duet.stage.request(duet.ada, other);
  const auto reject = duet.ada.one<wire::Reject>();
  CHECK(reject.request == request);
  CHECK(reject.code == wire::ErrorName::conflict);
  CHECK(duet.text() == "mine");

  wire::FileEdit again = other;
  again.request = request;
  duet.stage.clear();
  duet.stage.send(duet.ada, again);
  CHECK(duet.ada.one<wire::Reject>() == reject);
}

TEST_CASE("nobody writes as somebody else's replica") {
  Duet duet;
  Writer forged{duet.his.replica, duet.document};
  duet.stage.request(duet.ada, forged.insert(0, "x"));
  CHECK(duet.ada.one<wire::Reject>().code == wire::ErrorName::denied);
  CHECK(duet.bob.inbox.empty());
  CHECK(duet.text().empty());
}

TEST_CASE("a viewer's requests are refused in plain words, and the next number goes on") {
  Duet duet;
  duet.stage.step(RoleChanged{duet.bob.member.participant, wire::Role::viewer});
  duet.stage.clear();
  const std::size_t facts = duet.stage.facts.size();
  const auto edit = duet.his.insert(0, "x");
  const std::uint64_t request = duet.stage.request(duet.bob, edit);
  const auto reject = duet.bob.one<wire::Reject>();
  CHECK(reject.request == request);
  CHECK(reject.code == wire::ErrorName::denied);
  CHECK(reject.message.find("viewer") != std::string::npos);
  CHECK(duet.text().empty());
  CHECK(duet.ada.inbox.empty());
  // The number is kept, and nothing else.
  REQUIRE(duet.stage.facts.size() == facts + 1);
  REQUIRE(duet.stage.facts.back().rows.size() == 1);
  CHECK(std::get<record::ReplicaRow>(duet.stage.facts.back().rows[0]).request == RequestId(request));

  duet.stage.step(RoleChanged{duet.bob.member.participant, wire::Role::editor});
  duet.stage.clear();
  wire::FileEdit again = edit;
  again.request = request;
  duet.stage.send(duet.bob, again);
  CHECK(duet.bob.one<wire::Reject>() == reject);
  CHECK(duet.text().empty());
  Writer fresh{duet.his.replica, duet.document};
  duet.stage.request(duet.bob, fresh.insert(0, "y"));
  CHECK(duet.bob.take<wire::Received>().size() == 1);
  CHECK(duet.text() == "y");
}

TEST_CASE("a refusal is repeated after a restart, though not in the same words") {
  Duet duet;
  duet.stage.step(RoleChanged{duet.bob.member.participant, wire::Role::viewer});
  wire::FileEdit edit = duet.his.insert(0, "x");
  edit.request = duet.stage.request(duet.bob, edit);
  duet.stage.commit();
  Stage after = duet.stage.crash();
  Member bob = duet.bob.member;
  bob.role = wire::Role::editor;
  Seat& again = after.join(bob, wire::Resume{duet.bob.welcome.replica, duet.bob.welcome.key});
  CHECK(again.welcome.resumed);
  CHECK(again.welcome.request == *edit.request);
  after.send(again, edit);
  CHECK(again.one<wire::Reject>().request == *edit.request);
  CHECK(after.session->text(duet.document).value().empty());
}

TEST_CASE("edits that cannot be are refused, and count") {
  Duet duet;
  const auto bad = [&](auto&& spoil) {
    Writer fresh{duet.hers.replica, duet.document};
    wire::FileEdit edit = fresh.insert(0, "x");
    spoil(edit);
    duet.stage.request(duet.ada, edit);
    return duet.ada.one<wire::Reject>().code;
  };
  CHECK(bad([](auto& e) { e.change.patches.clear(); }) == wire::ErrorName::invalid);
  CHECK(bad([](auto& e) { e.change.patches = {{0, 0, ""}}; }) == wire::ErrorName::invalid);
  CHECK(bad([](auto& e) { e.change.patches[0].at = 5; }) == wire::ErrorName::invalid);
  CHECK(bad([](auto& e) { e.change.patches[0].erase = 1; }) == wire::ErrorName::invalid);
  CHECK(bad([](auto& e) { e.document = document_id(12345); }) == wire::ErrorName::not_found);
  CHECK(duet.text().empty());
  duet.stage.request(duet.ada, duet.hers.insert(0, "fine"));
  CHECK(duet.text() == "fine");
}

TEST_CASE("a text does not grow beyond its limit") {
  Limits limits;
  limits.document_chars = 10;
  Duet duet(limits);
  duet.stage.request(duet.ada, duet.hers.insert(0, "1234567890"));
  CHECK(duet.ada.take<wire::Received>().size() == 1);
  duet.stage.request(duet.ada, duet.hers.insert(0, "x"));
  CHECK(duet.ada.one<wire::Reject>().code == wire::ErrorName::limit);
  CHECK(duet.text() == "1234567890");
}

TEST_CASE("when the store is stuck, requests wait and none is lost") {
  struct Case {
    const char* what;
    Limits limits;
    std::int64_t wait;
  };
  Limits facts, bytes, time;
  facts.queued_facts = 3;
  bytes.queued_bytes = 900;
  time.queued_ms = 1000;
  const Case cases[] = {{"facts", facts, 0}, {"bytes", bytes, 0}, {"time", time, 600}};
  for (const Case& c : cases) {
    INFO(c.what);
    Duet duet(c.limits);
    std::vector<wire::FileEdit> waiting;
    std::string expected;
    for (int i = 0; i < 12; ++i) {
      duet.stage.pass(c.wait);
      wire::FileEdit edit = duet.hers.insert(expected.size(), "x");
      expected += "x";
      edit.request = ++duet.ada.request;
      duet.stage.send(duet.ada, edit);
      if (duet.ada.take<wire::Received>().empty()) waiting.push_back(edit);
    }
    REQUIRE(waiting.size() > 1);
    REQUIRE(waiting.size() < 12);
    CHECK(duet.ada.take<wire::SlowDown>().size() == waiting.size());
    CHECK(duet.ada.take<wire::Reject>().empty());
    CHECK(duet.ada.take<wire::Resync>().empty());
    CHECK(duet.text().size() + waiting.size() == 12);

    for (const wire::FileEdit& edit : waiting) {
      duet.stage.commit();
      duet.stage.send(duet.ada, edit);
    }
    CHECK(duet.ada.take<wire::Received>().size() == waiting.size());
    CHECK(duet.text() == expected);
  }
}

TEST_CASE("one who writes on an old state again and again does not bring more heads than others can name") {
  Limits limits;
  limits.heads = 4;
  Duet duet(limits);
  Stage& stage = duet.stage;
  wire::FileEdit first = duet.hers.insert(0, "a");
  stage.request(duet.ada, first);
  duet.his.take(first);
  wire::FileEdit aside = duet.hers.insert(1, "b");
  for (std::uint64_t seq = 1; seq <= 4; ++seq) {
    aside.change.seq = seq;  // and the parents stay those of the first of them
    stage.request(duet.ada, aside);
    duet.his.take(aside);
  }
  REQUIRE(duet.his.text.version().size() == 4);
  stage.clear();
  aside.change.seq = 5;
  stage.request(duet.ada, aside);
  CHECK(duet.ada.one<wire::Reject>().code == wire::ErrorName::limit);
  CHECK(duet.text() == duet.his.text.text().str());

  const wire::FileEdit joins = duet.his.insert(0, "c");
  CHECK(joins.change.parents.size() == 4);
  stage.clear();
  stage.request(duet.bob, joins);
  CHECK(duet.bob.one<wire::Received>().position > 0);
  CHECK(duet.text() == duet.his.text.text().str());
  aside.change.seq = 5;
  stage.request(duet.ada, aside);  // there is room again
  CHECK(duet.ada.inbox.size() > 0);
  CHECK(duet.text() != duet.his.text.text().str());
}
