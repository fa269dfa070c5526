// How fast requests are taken, and that what was not taken comes to no harm.
#include "tests/session/stage.hpp"

using namespace tutti;
using namespace tutti::session;
using namespace tutti::session::testing;

namespace {

/// Rates that nobody reaches, save those that a test sets.
Limits unhurried() {
  const Rate never{1e9, 1e9};
  Limits limits;
  limits.person = limits.agent = {never, never, never, never, never};
  limits.requests = limits.bytes = limits.messages = never;
  limits.upload_edits = 0;
  return limits;
}

/// Ada has a file and types into it; Bob looks on.
struct Scene {
  explicit Scene(const Limits& limits, Member author = member("Ada"))
      : stage(limits), ada(stage.join(std::move(author))), bob(stage.join(member("Bob"))) {
    const DocumentId file = stage.create(ada, "f.txt");
    hers = Writer{ReplicaId(ada.welcome.replica), file};
    stage.clear();
  }
  /// Types once, and answers whether it was taken.
  bool type(const std::string& words = "x") {
    if (!waiting) waiting = hers.insert(typed.size(), words);
    waiting->request = ada.request + 1;
    stage.send(ada, *waiting);
    if (ada.take<wire::Received>().empty()) return false;
    ++ada.request;
    typed += words;
    waiting.reset();
    return true;
  }
  std::size_t type_until_told(std::size_t most = 1000) {
    std::size_t n = 0;
    while (n < most && type()) ++n;
    return n;
  }
  std::uint32_t told() { return ada.one<wire::SlowDown>().retry_ms; }

  Stage stage;
  Seat& ada;
  Seat& bob;
  Writer hers;
  std::string typed;
  std::optional<wire::FileEdit> waiting;  ///< not taken; sent again
};

}  // namespace

TEST_CASE("an author has a burst, then the rate, and is told how long to wait") {
  Limits limits = unhurried();
  limits.person.edits = {2, 10};
  limits.retry_ms = 100;
  Scene scene(limits);
  CHECK(scene.type_until_told() == 10);
  CHECK(scene.told() == 500);
  CHECK_FALSE(scene.type());
  CHECK(scene.told() == 500);
  scene.stage.pass(499);
  CHECK_FALSE(scene.type());
  CHECK(scene.told() == 100);
  scene.stage.pass(1);
  CHECK(scene.type_until_told() == 1);
  scene.stage.pass(30'000);
  CHECK(scene.type_until_told() == 10);
  CHECK(scene.bob.take<wire::FileEdit>().size() == 21);
  CHECK(*scene.stage.session->text(scene.hers.document) == scene.typed);
}

TEST_CASE("each rate has its own account") {
  struct Case {
    const char* what;
    void (*set)(Limits&);
    Member author;
    const char* words;
    std::size_t taken;
  };
  const Case cases[] = {
      {"edits of a person",
       [](Limits& l) {
         l.person.edits = {1, 5};
       },
       member("Ada"), "word", 5},
      {"bytes of a person",
       [](Limits& l) {
         l.person.inserted = {1, 20};
       },
       member("Ada"), "word", 5},
      {"edits of an agent",
       [](Limits& l) {
         l.agent.edits = {1, 3};
       },
       agent("Ada"), "word", 3},
      {"an agent's, for a person",
       [](Limits& l) {
         l.agent.edits = {1, 3};
       },
       member("Ada"), "word", 100},
      {"first texts",
       [](Limits& l) {
         l.person.uploads = {1, 5};
         l.upload_edits = 100;
       },
       member("Ada"), "word", 4},
      {"bytes of first texts",
       [](Limits& l) {
         l.person.uploaded = {1, 24};
         l.upload_edits = 100;
       },
       member("Ada"), "word", 4},
      {"first texts are few",
       [](Limits& l) {
         l.person.edits = {1, 5};
         l.upload_edits = 7;
       },
       member("Ada"), "word", 12},
      {"all together",
       [](Limits& l) {
         l.requests = {1, 5};
       },
       member("Ada"), "word", 4},
      {"bytes of all together",
       [](Limits& l) {
         l.bytes = {1, 25};
       },
       member("Ada"), "word", 5},
      {"messages",
       [](Limits& l) {
         l.messages = {1, 5};
       },
       member("Ada"), "word", 4},
  };
  for (const Case& each : cases) {
    INFO(each.what);
    Limits limits = unhurried();
    each.set(limits);
    Scene scene(limits, each.author);
    std::size_t taken = 0;
    while (taken < 100 && scene.type(each.words)) ++taken;
    CHECK(taken == each.taken);
    CHECK(scene.ada.take<wire::SlowDown>().size() == (taken < 100 ? 1 : 0));
  }
}

TEST_CASE("who connects again finds the account as it was, and others have their own") {
  Limits limits = unhurried();
  limits.person.edits = {1, 5};
  Scene scene(limits);
  CHECK(scene.type_until_told() == 5);
  scene.stage.disconnect(scene.ada);
  Seat& again = scene.stage.rejoin(scene.ada);
  again.request = scene.ada.request;
  scene.waiting->request = again.request + 1;
  scene.stage.send(again, *scene.waiting);
  CHECK(again.take<wire::SlowDown>().size() == 1);
  CHECK(again.take<wire::Received>().empty());
  scene.stage.request(scene.bob, wire::FileRename{{}, {}, {}, scene.hers.document, "g.txt"});
  CHECK(scene.bob.take<wire::Received>().size() == 1);
}

TEST_CASE("who goes on sending far beyond the rate is cut off, with the reason") {
  Limits limits = unhurried();
  limits.messages = {1, 10};
  Scene scene(limits);
  for (int i = 0; i < 40 && !scene.ada.closed; ++i) scene.stage.send(scene.ada, wire::Ping{1, false});
  REQUIRE(scene.ada.closed);
  CHECK(scene.ada.closed->code == 4429);
  CHECK(scene.ada.one<wire::ErrorMessage>().code == wire::ErrorName::limit);
  CHECK_FALSE(scene.bob.closed);
}

TEST_CASE("five thousand files of 20 KiB are taken at once, and a night's typing of 10,000 keys") {
  Stage stage;
  Seat& ada = stage.join(member("Ada"));
  const std::string text(20 * 1024, 'x');
  for (std::uint64_t i = 0; i < 5000; ++i) {
    const DocumentId file = document_id(i + 1);
    stage.request(ada, wire::FileCreate{{}, {}, {}, file, "d/" + std::to_string(i), {}});
    stage.request(ada, Writer{ReplicaId(ada.welcome.replica), file}.insert(0, text));
    stage.commit();
  }
  CHECK(ada.take<wire::Received>().size() == 10'000);
  CHECK(ada.take<wire::SlowDown>().empty());
  Writer hers{ReplicaId(ada.welcome.replica), stage.create(ada, "typed")};
  stage.clear();
  stage.pass(1000);
  for (std::uint64_t i = 0; i < 10'000; ++i) stage.request(ada, hers.insert(i, "k"));
  CHECK(ada.take<wire::Received>().size() == 10'000);
}

TEST_CASE("who sent an edit that fits nowhere may go on writing") {
  Stage stage;
  Seat& ada = stage.join(member("Ada"));
  Seat& bob = stage.join(member("Bob"));
  Writer hers{ReplicaId(ada.welcome.replica), stage.create(ada, "typed")};
  Writer his{ReplicaId(bob.welcome.replica), hers.document};
  for (int i = 0; i < 20; ++i) {  // at once, so that the order has to be walked
    stage.request(ada, hers.insert(0, "k"));
    stage.request(bob, his.insert(0, "b"));
  }
  stage.clear();
  wire::FileEdit astray = hers.insert(0, "k");
  const wire::FileEdit right = astray;
  astray.change.patches[0].at = 1000;
  stage.request(ada, astray);
  CHECK(ada.one<wire::Reject>().code == wire::ErrorName::invalid);
  stage.request(ada, right);
  CHECK(ada.take<wire::SlowDown>().empty());
  CHECK(ada.take<wire::Received>().size() == 1);
}

TEST_CASE("who is far behind is waited for in small steps, and then taken as ever") {
  Limits limits = unhurried();
  limits.prepare_steps = 1000;
  Scene scene(limits);
  REQUIRE(scene.type());
  Writer his{ReplicaId(scene.bob.welcome.replica), scene.hers.document};
  his.text = std::move(*merge::Document::decode(scene.hers.text.encode()));
  Writer hers = std::move(scene.hers);
  for (std::uint64_t i = 0; i < 3000; ++i) {  // while Bob is away; by turns at both ends, so that no two are of one run
    scene.stage.request(scene.ada, hers.insert(i % 2 == 0 ? 0 : i + 1, "x"));
    REQUIRE(scene.ada.take<wire::Received>().size() == 1);
  }
  wire::FileEdit late = his.insert(1, "late");
  late.request = 1;
  int told = 0;
  for (; told < 100; ++told) {
    scene.stage.send(scene.bob, late);
    if (!scene.bob.take<wire::Received>().empty()) break;
    CHECK(scene.bob.one<wire::SlowDown>().retry_ms == limits.prepare_ms);
    const wire::FileEdit more = hers.insert(0, "y");  // others go on meanwhile
    scene.stage.request(scene.ada, more);
    REQUIRE(scene.ada.take<wire::Received>().size() == 1);
  }
  CHECK(told > 1);
  CHECK(told < 100);
  hers.take(scene.ada.one<wire::FileEdit>());
  CHECK(*scene.stage.session->text(hers.document) == hers.text.text().str());
}

TEST_CASE("work that is made for others is charged to whoever makes it, and to nobody else") {
  Limits limits = unhurried();
  limits.person.work = {10, 2000};
  Scene scene(limits);
  REQUIRE(scene.type());
  const merge::Version base = scene.hers.text.version();
  // Two branches of one replica, by turns: each change has to go back all the way.
  merge::Version tips[2] = {base, base};
  const ReplicaId replica(scene.ada.welcome.replica);
  std::size_t taken = 0;
  for (; taken < 2000; ++taken) {
    wire::FileEdit edit;
    edit.document = scene.hers.document;
    edit.request = scene.ada.request + 1;
    const Seq seq = scene.hers.text.next_seq(replica) + taken;
    edit.change = exchange::to_wire(merge::Change{replica, seq, tips[taken % 2], {{text::Chars(1), text::Chars(0), "x"}}});
    scene.stage.send(scene.ada, edit);
    if (scene.ada.take<wire::Received>().empty()) break;
    ++scene.ada.request;
    tips[taken % 2] = {{replica, seq}};
  }
  CHECK(taken > 10);
  CHECK(taken < 1000);
  CHECK(scene.told() >= 1000);
  Writer his{ReplicaId(scene.bob.welcome.replica), scene.hers.document};
  REQUIRE(his.text.apply(*scene.hers.text.since({})).ok());
  scene.stage.request(scene.bob, his.insert(0, "y"));
  CHECK(scene.bob.take<wire::Received>().size() == 1);
  scene.stage.pass(600'000);
  wire::FileEdit more = his.insert(0, "z");
  CHECK(scene.stage.request(scene.bob, more) == 2);
}
