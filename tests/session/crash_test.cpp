#include "sync/session/close_codes.hpp"
#include "tests/session/stage.hpp"

using namespace tutti;
using namespace tutti::session;
using namespace tutti::session::testing;

namespace {

std::optional<wire::Resume> as_before(const Seat& seat) {
  return wire::Resume{seat.welcome.replica, seat.welcome.key};
}

/// Ada has typed "safe", which is durable, then " lost", which is not and which Bob has seen. Then the hub died.
struct AfterCrash {
  AfterCrash()
      : after([this] {
          hers.document = document = before.create(ada, "a.txt");
          const wire::FileEdit durable = hers.insert(0, "safe");
          first = exchange::to_merge(durable.change);
          before.request(ada, durable);
          before.commit();
          before.clear();
          unsafe = hers.insert(4, " lost");
          unsafe.request = before.request(ada, unsafe);
          seen = bob.one<wire::FileEdit>();
          return before.crash();
        }()) {}
  Stage before;
  Seat& ada = before.join(member("Ada"));
  Seat& bob = before.join(member("Bob"));
  Writer hers{ReplicaId(ada.welcome.replica), {}};
  DocumentId document;
  merge::Change first;
  wire::FileEdit unsafe, seen;
  Stage after;

  [[nodiscard]] wire::FileEdit handed_back() const {
    wire::FileEdit message = seen;
    message.position.reset();
    return message;
  }
  /// What was durable.
  [[nodiscard]] merge::Document safe() const {
    merge::Document text;
    REQUIRE(text.apply({&first, 1}).ok());
    return text;
  }
  [[nodiscard]] std::string text() const { return *after.session->text(document); }
};

}  // namespace

TEST_CASE("after a crash the hub has what was durable, under another incarnation") {
  AfterCrash c;
  CHECK(c.text() == "safe");
  Seat& ada = c.after.join(c.ada.member, as_before(c.ada));
  CHECK(ada.welcome.resumed);
  CHECK(ada.welcome.request == 2);
  CHECK(ada.welcome.incarnation != c.ada.welcome.incarnation);
  CHECK(ada.welcome.position == c.before.committed.value);
  CHECK(ada.welcome.durable == ada.welcome.position);
  REQUIRE(ada.welcome.documents.size() == 1);
  CHECK(ada.welcome.documents[0].chars == 4);
  CHECK(ada.welcome.documents[0].known == std::vector<wire::KnownReplica>{{ada.welcome.replica, 4}});
}

TEST_CASE("the author sends again what was not durable") {
  AfterCrash c;
  Seat& ada = c.after.join(c.ada.member, as_before(c.ada));
  c.after.send(ada, c.unsafe);
  CHECK(ada.one<wire::Received>().request == 3);
  CHECK(c.text() == "safe lost");
}

TEST_CASE("anybody hands back what they saw; it stays its author's") {
  AfterCrash c;
  Member viewer = c.bob.member;
  viewer.role = wire::Role::viewer;
  Seat& bob = c.after.join(viewer, as_before(c.bob));
  Seat& cid = c.after.join(member("Cid"));
  c.after.clear();
  c.after.send(bob, c.handed_back());
  CHECK(c.text() == "safe lost");
  const auto seen = cid.one<wire::FileEdit>();
  CHECK(bob.one<wire::FileEdit>().stamp == seen.stamp);  // he may have dropped it, as he had no text yet to put it in
  CHECK(seen.participant == c.ada.member.participant);
  CHECK(seen.stamp == c.seen.stamp);
  const auto row = std::get<record::ChangeRow>(c.after.facts.back().rows[0]);
  CHECK(row.author == c.ada.member.participant);

  // Twice is once, whoever brings it.
  const std::size_t facts = c.after.facts.size();
  c.after.send(bob, c.handed_back());
  c.after.send(cid, c.handed_back());
  CHECK(c.after.facts.size() == facts);
  CHECK(bob.inbox.empty());

  // The author comes back and sends it again: known, so it counts and changes nothing.
  Seat& ada = c.after.join(c.ada.member, as_before(c.ada));
  CHECK(ada.welcome.request == 2);
  c.after.clear();
  c.after.send(ada, c.unsafe);
  CHECK(ada.one<wire::Received>().request == 3);
  CHECK(cid.inbox.empty());
  CHECK(c.text() == "safe lost");
  CHECK(c.after.facts.back().rows.size() == 1);
}

TEST_CASE("what is handed back without the hub's stamp is not taken") {
  const std::pair<const char*, void (*)(wire::FileEdit&, const AfterCrash&)> tricks[] = {
      {"another author", [](wire::FileEdit& e, const AfterCrash& c) { e.participant = c.bob.member.participant; }},
      {"another text", [](wire::FileEdit& e, const AfterCrash&) { e.change.patches[0].insert = " evil"; }},
      {"another place", [](wire::FileEdit& e, const AfterCrash&) { e.change.patches[0].at = 0; }},
      {"another name", [](wire::FileEdit& e, const AfterCrash&) { e.change.seq += 1; }},
      {"another document", [](wire::FileEdit& e, const AfterCrash&) { e.document = document_id(77); }},
      {"a replica's key", [](wire::FileEdit& e, const AfterCrash& c) { e.stamp = c.ada.welcome.key; }},
      {"nothing", [](wire::FileEdit& e, const AfterCrash&) { e.stamp = ""; }}};
  for (const auto& [what, spoil] : tricks) {
    INFO(what);
    AfterCrash c;
    Seat& bob = c.after.join(c.bob.member, as_before(c.bob));
    c.after.clear();
    wire::FileEdit message = c.handed_back();
    spoil(message, c);
    c.after.send(bob, message);
    CHECK(bob.one<wire::ErrorMessage>().code == wire::ErrorName::denied);
    CHECK_FALSE(bob.closed);
    CHECK(c.text() == "safe");
    CHECK(c.after.facts.empty());
  }
  AfterCrash c;
  Seat& bob = c.after.join(c.bob.member);
  wire::FileEdit message = c.handed_back();
  message.stamp.reset();
  c.after.send(bob, message);
  CHECK(bob.closed->code == close_code::malformed);
}

TEST_CASE("what is handed back too early asks for the rest first") {
  AfterCrash c;
  Seat& ada = c.before.rejoin(c.ada);
  c.before.request(ada, c.hers.insert(9, "!"));
  const auto later = c.bob.one<wire::FileEdit>();
  Seat& bob = c.after.join(c.bob.member, as_before(c.bob));
  c.after.clear();
  wire::FileEdit message = later;
  message.position.reset();
  c.after.send(bob, message);
  CHECK(bob.one<wire::Resync>().document == c.document);
  c.after.send(bob, c.handed_back());
  c.after.send(bob, message);
  CHECK(c.text() == "safe lost!");
}

TEST_CASE("a change of a replica that no fact names survives its author") {
  // All that Ada ever did is not durable: the new hub has never heard of her replica.
  Stage before;
  Seat& bob = before.join(member("Bob"));
  const DocumentId document = before.create(bob, "a.txt");
  before.commit();
  Seat& ada = before.join(member("Ada"));
  Writer hers{ReplicaId(ada.welcome.replica), document};
  wire::FileEdit only = hers.insert(0, "first words");
  only.request = before.request(ada, only);
  wire::FileEdit seen = bob.one<wire::FileEdit>();
  seen.position.reset();

  Stage after = before.crash();
  Seat& back = after.join(bob.member, as_before(bob));
  after.send(back, seen);
  after.commit();
  Stage later = after.crash();
  CHECK(*later.session->text(document) == "first words");
  Seat& returned = later.join(ada.member, as_before(ada));
  CHECK(returned.welcome.resumed);
  CHECK(returned.welcome.request == 0);
  later.send(returned, only);
  CHECK(returned.one<wire::Received>().request == 1);
  CHECK(*later.session->text(document) == "first words");
}

TEST_CASE("no replica id is issued twice, whatever the hub lost") {
  AfterCrash c;
  const std::uint32_t issued = std::max(c.ada.welcome.replica, c.bob.welcome.replica);
  CHECK(c.after.join(member("Cid")).welcome.replica > issued);
}

TEST_CASE("a handed-back edit waits like any other while the store is stuck") {
  AfterCrash c;
  c.after.config.limits.queued_facts = 1;
  Stage stuck(c.after.config.limits, c.before.image(), 9);
  Seat& bob = stuck.join(c.bob.member, as_before(c.bob));
  stuck.create(bob, "b.txt");
  stuck.send(bob, c.handed_back());
  stuck.step(Tick{});
  CHECK(*stuck.session->text(c.document) == "safe");
  stuck.commit();
  stuck.request(bob, wire::FileDelete{{}, {}, {}, c.document});  // what may follow on it waits behind it
  CHECK(bob.one<wire::SlowDown>().retry_ms == stuck.config.limits.prepare_ms);
  stuck.step(Tick{});
  CHECK(*stuck.session->text(c.document) == "safe lost");
}

TEST_CASE("who handed an edit back and left before it could be taken takes it along") {
  AfterCrash c;
  c.after.config.limits.queued_facts = 1;
  Stage stuck(c.after.config.limits, c.before.image(), 9);
  Seat& bob = stuck.join(c.bob.member, as_before(c.bob));
  stuck.create(bob, "b.txt");
  stuck.send(bob, c.handed_back());
  stuck.disconnect(bob);
  stuck.commit();
  stuck.step(Tick{});
  CHECK(*stuck.session->text(c.document) == "safe");
}

TEST_CASE("an edit that was handed back and is far behind is made ready for in small steps") {
  Limits limits;
  limits.prepare_steps = 500;
  AfterCrash c;
  Stage far(limits, c.before.image(), 9);
  Seat& bob = far.join(c.bob.member, as_before(c.bob));
  Seat& cid = far.join(member("Cid"));
  Writer his{ReplicaId(cid.welcome.replica), c.document};
  const wire::FileEdit safe = c.handed_back();
  his.text = c.safe();
  for (std::uint64_t i = 0; i < 3000; ++i) far.request(cid, his.insert(i % 2 == 0 ? 0 : i + 1, "x"));
  const std::string before = *far.session->text(c.document);
  far.send(bob, safe);
  CHECK(*far.session->text(c.document) == before);
  int ticks = 0;
  for (; ticks < 100 && *far.session->text(c.document) == before; ++ticks) far.step(Tick{});
  CHECK(ticks > 1);
  CHECK(far.session->text(c.document)->size() == before.size() + std::string(" lost").size());
}

TEST_CASE("a replica that was given up takes nothing more, from whomever, once that is safe") {
  AfterCrash c;
  wire::Resume renew = *as_before(c.ada);
  renew.renew = true;
  Seat& bob = c.after.join(c.bob.member, as_before(c.bob));
  c.after.clear();
  Seat& ada = c.after.join(c.ada.member, renew);
  CHECK(ada.inbox.empty());  // it could be forgotten again
  c.after.commit();
  CHECK(ada.welcome.resumed);
  CHECK(ada.welcome.request == 2);
  CHECK(ada.welcome.replica != c.ada.welcome.replica);

  const auto refuses = [&](Stage& stage, Seat& seat) {
    stage.send(seat, c.handed_back());
    CHECK(seat.one<wire::Resync>().document == c.document);
    CHECK(*stage.session->text(c.document) == "safe");
  };
  c.after.clear();
  refuses(c.after, bob);
  Stage later = c.after.crash();
  Seat& again = later.join(c.bob.member, as_before(c.bob));
  later.clear();
  refuses(later, again);

  // What the hub held of it stays, and its old name opens nothing.
  Seat& old = later.join(c.ada.member, as_before(c.ada));
  CHECK_FALSE(old.welcome.resumed);
  CHECK(old.welcome.replica != c.ada.welcome.replica);
}
