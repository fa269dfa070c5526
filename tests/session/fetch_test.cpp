#include "protocol/wire/bulk.hpp"
#include "sync/session/close_codes.hpp"
#include "tests/session/stage.hpp"

using namespace tutti;
using namespace tutti::session;
using namespace tutti::session::testing;

namespace {

struct Library {
  explicit Library(Limits limits = {}) : stage(limits) { hers.document = document = stage.create(ada, "a.txt"); }
  Stage stage;
  Seat& ada = stage.join(member("Ada"));
  Writer hers{ReplicaId(ada.welcome.replica), {}};
  DocumentId document;

  void type(const std::string& what) {
    stage.request(ada, hers.insert(hers.text.text().size().value, what));
    ada.inbox.clear();
  }
  void fetch(Seat& seat, const merge::Known& known = {}) {
    wire::Fetch message;
    message.document = document;
    message.known = exchange::to_wire(known);
    stage.send(seat, message);
  }
};

/// The text in the binary frames that a seat got.
merge::Document assemble(Seat& seat) {
  wire::HistoryAssembly parts;
  bool done = false;
  for (const std::string& frame : seat.bulk) {
    CHECK(frame.size() <= wire::kBulkFrameMax);
    REQUIRE_FALSE(done);
    const auto part = wire::decode_bulk(frame);
    REQUIRE(part.ok());
    const auto added = parts.add(*part);
    REQUIRE(added.ok());
    done = *added;
  }
  REQUIRE(done);
  seat.bulk.clear();
  const std::string bytes = parts.take();
  auto document = merge::Document::decode(bytes);
  REQUIRE(document.ok());
  return std::move(*document);
}

}  // namespace

TEST_CASE("a first fetch brings the whole history in bulk, then says so") {
  Library lib;
  std::string expected;
  Random random(5);
  while (expected.size() < 1'500'000) {
    std::string piece(200'000, ' ');
    for (char& c : piece) c = static_cast<char>('!' + random.below(90));
    lib.type(piece);
    expected += piece;
  }
  lib.stage.commit();
  Seat& bob = lib.stage.join(member("Bob"));
  lib.stage.clear();
  lib.fetch(bob);
  CHECK(bob.bulk.size() > 1);
  CHECK(assemble(bob).text().str() == expected);
  CHECK(bob.one<wire::Fetched>() == wire::Fetched{lib.document, lib.stage.committed.value});
  CHECK(bob.inbox.empty());

  lib.type("more");
  lib.stage.commit();
  lib.stage.clear();
  lib.fetch(bob);
  CHECK(assemble(bob).text().str() == expected + "more");
}

TEST_CASE("a little that is missing comes as edits without position") {
  Library lib;
  lib.type("one");
  const merge::Known known = lib.hers.text.known();
  Writer copy{ReplicaId(99), lib.document};
  copy.take({{}, {}, {}, {}, exchange::to_wire((*lib.hers.text.since({}))[0]), {}});
  lib.type(" two");
  lib.type(" three");
  lib.stage.commit();
  Seat& bob = lib.stage.join(member("Bob"));
  lib.stage.clear();
  lib.fetch(bob, known);
  CHECK(bob.bulk.empty());
  for (const wire::FileEdit& edit : bob.take<wire::FileEdit>()) {
    CHECK_FALSE(edit.position);
    CHECK(edit.participant == lib.ada.member.participant);
    copy.take(edit);
  }
  CHECK(copy.text.text().str() == "one two three");
  bob.one<wire::Fetched>();

  lib.fetch(bob, lib.hers.text.known());
  CHECK(bob.bulk.empty());
  CHECK(bob.take<wire::FileEdit>().empty());
  bob.one<wire::Fetched>();
}

TEST_CASE("much that is missing comes in bulk") {
  Limits limits;
  limits.fetch_edits = 3;
  Library lib(limits);
  lib.type("one");
  const merge::Known known = lib.hers.text.known();
  for (int i = 0; i < 4; ++i) {
    lib.stage.request(lib.ada, lib.hers.insert(0, "x"));
  }
  lib.stage.commit();
  Seat& bob = lib.stage.join(member("Bob"));
  lib.stage.clear();
  lib.fetch(bob, known);
  CHECK(assemble(bob).text().str() == "xxxxone");
  CHECK(bob.take<wire::FileEdit>().empty());
}

TEST_CASE("an empty file is complete at once") {
  Library lib;
  Seat& bob = lib.stage.join(member("Bob"));
  bob.inbox.clear();
  lib.fetch(bob);
  CHECK(bob.bulk.empty());
  CHECK(bob.one<wire::Fetched>().document == lib.document);
}

TEST_CASE("what is not durable is repeated with its stamp, so that who fetched it can hand it back") {
  Library lib;
  lib.type("safe");
  lib.stage.commit();
  lib.type(" lost");
  Seat& bob = lib.stage.join(member("Bob", wire::Role::viewer));
  bob.inbox.clear();
  lib.fetch(bob);
  CHECK(assemble(bob).text().str() == "safe lost");
  wire::FileEdit stamped = bob.one<wire::FileEdit>();
  CHECK(stamped.stamp);
  CHECK(stamped.position == lib.stage.facts.back().position.value);

  Stage after = lib.stage.crash();
  CHECK(*after.session->text(lib.document) == "safe");
  Seat& back = after.join(bob.member);
  stamped.position.reset();
  after.send(back, stamped);
  CHECK(*after.session->text(lib.document) == "safe lost");

  // One's own are in one's own journal.
  lib.ada.inbox.clear();
  lib.fetch(lib.ada, lib.hers.text.known());
  CHECK(lib.ada.take<wire::FileEdit>().empty());
}

TEST_CASE("what is not there cannot be fetched") {
  Library lib;
  Seat& bob = lib.stage.join(member("Bob"));
  bob.inbox.clear();
  wire::Fetch unknown;
  unknown.document = document_id(31);
  lib.stage.send(bob, unknown);
  CHECK(bob.one<wire::ErrorMessage>().code == wire::ErrorName::not_found);
  wire::FileDelete gone;
  gone.document = lib.document;
  lib.stage.request(lib.ada, gone);
  lib.fetch(bob);
  CHECK(bob.one<wire::ErrorMessage>().code == wire::ErrorName::not_found);
  CHECK_FALSE(bob.closed);
}

TEST_CASE("fetches beyond a connection's share wait for a tick, and too many end it") {
  Limits limits;
  limits.fetches = 3;
  limits.fetch_burst_bytes = 100;
  limits.fetch_bytes_per_ms = 1;
  Library lib(limits);
  lib.type(std::string(300, 'x') + "\n");
  lib.stage.commit();
  Seat& bob = lib.stage.join(member("Bob"));
  lib.stage.clear();
  lib.fetch(bob);
  CHECK(bob.take<wire::Fetched>().size() == 1);
  lib.fetch(bob);
  lib.stage.step(Tick{});
  CHECK(bob.inbox.empty());
  lib.stage.pass(100'000);
  lib.stage.step(Tick{});
  CHECK(bob.take<wire::Fetched>().size() == 1);
  for (int i = 0; i < 3; ++i) lib.fetch(bob);
  CHECK_FALSE(bob.closed);
  lib.fetch(bob);
  CHECK(bob.one<wire::ErrorMessage>().code == wire::ErrorName::limit);
  CHECK(bob.closed->code == close_code::over_limit);
}
