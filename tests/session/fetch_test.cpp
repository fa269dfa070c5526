#include "protocol/wire/bulk.hpp"
#include "sync/exchange/check.hpp"
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
  void fetch(Seat& seat, const merge::Known& known = {}, std::optional<bool> text = {}) {
    wire::Fetch message;
    message.document = document;
    message.text = text;
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

/// Takes the edits that came behind them.
void catch_up(Seat& seat, merge::Document& copy) {
  for (const wire::FileEdit& edit : seat.take<wire::FileEdit>()) {
    const merge::Change change = exchange::to_merge(edit.change);
    REQUIRE(copy.apply({&change, 1}).ok());
  }
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
  CHECK(bob.one<wire::Fetched>() ==
        wire::Fetched{lib.document, lib.stage.committed.value, exchange::check_of(lib.document, lib.hers.text)});
  CHECK(bob.inbox.empty());

  lib.type("more");
  lib.stage.commit();
  lib.stage.clear();
  lib.fetch(bob);
  merge::Document copy = assemble(bob);
  catch_up(bob, copy);
  CHECK(copy.text().str() == expected + "more");
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

TEST_CASE("what somebody lacks from before what was folded is unfolded a part at each tick, and then sent") {
  Limits limits;
  limits.fold_events = 3000;
  limits.text_tail_events = 10;
  limits.prepare_steps = 1;
  Library lib(limits);
  lib.type("first");
  const merge::Known first = lib.hers.text.known();
  for (int i = 0; i < 40; ++i) lib.type(std::string(100, 'x'));
  for (int i = 0; i < 100; ++i) lib.stage.step(Tick{});  // it is folded
  lib.stage.commit();
  Seat& bob = lib.stage.join(member("Bob"));
  lib.stage.clear();
  lib.fetch(bob, first);
  CHECK(bob.inbox.empty());
  int ticks = 0;
  for (; ticks < 100 && bob.inbox.empty(); ++ticks) lib.stage.step(Tick{});
  CHECK(ticks > 0);
  CHECK(bob.take<wire::FileEdit>().size() == 40);
  CHECK(bob.take<wire::Fetched>().size() == 1);
  CHECK(bob.bulk.empty());
}

TEST_CASE("who asks for the text gets it without its history, but what may still be lost comes as it was made") {
  Limits limits;
  limits.text_tail_events = 3;
  Library lib(limits);
  for (int i = 0; i < 50; ++i) lib.type("safe ");
  lib.stage.commit();
  lib.type("not yet");
  Seat& bob = lib.stage.join(member("Bob"));
  lib.stage.clear();
  lib.fetch(bob, {}, true);
  merge::Document copy = assemble(bob);
  CHECK(copy.text().str() == lib.hers.text.text().str());
  CHECK_FALSE(copy.has_past());
  const wire::FileEdit stamped = bob.take<wire::FileEdit>().at(0);
  CHECK(*copy.holds(exchange::to_merge(stamped.change)));  // and says so: it is no part of what is behind the text
  CHECK(bob.one<wire::Fetched>().check == exchange::check_of(lib.document, copy));

  lib.fetch(bob);
  merge::Document whole = assemble(bob);
  REQUIRE(copy.take_past(whole).ok());
  CHECK(*copy.since({}) == *whole.since({}));
}

TEST_CASE("a text is encoded once for all who come while somebody types, and again when that gets old") {
  Limits limits;
  limits.fetch_edits = 4;
  limits.text_tail_events = 3;
  Library lib(limits);
  lib.type("a long story ");
  lib.stage.commit();
  std::vector<std::string> first;
  for (int newcomer = 0; newcomer < 7; ++newcomer) {
    Seat& seat = lib.stage.join(member("N" + std::to_string(newcomer)));
    lib.stage.clear();
    lib.fetch(seat, {}, true);
    if (newcomer == 0) first = seat.bulk;
    CHECK((seat.bulk == first) == (newcomer < 5));
    merge::Document copy = assemble(seat);
    catch_up(seat, copy);
    CHECK(copy.text().str() == lib.hers.text.text().str());
    lib.type("x");
    lib.stage.commit();
  }
}

TEST_CASE("when all is saved everybody is told what the texts come to") {
  Library lib;
  Seat& bob = lib.stage.join(member("Bob"));
  lib.type("one");
  lib.type(" two");
  lib.stage.commit();
  const auto told = bob.take<wire::Durable>();
  REQUIRE(told.back().checks);
  CHECK(*told.back().checks == std::vector{exchange::check_of(lib.document, lib.hers.text)});
  lib.stage.clear();
  lib.stage.create(lib.ada, "empty.txt");
  lib.stage.commit();
  for (const wire::Durable& durable : bob.take<wire::Durable>()) CHECK_FALSE(durable.checks);
}
