// The faults that MemoryStore makes on demand.
#include "sync/store/memory.hpp"

#include "tests/store/stores.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

struct Prepared {
  store::MemoryStore store;
  Random random{1};
  Begun begun = begin_session(store, random);
  DocumentId document = random_id<DocumentId>(random);
  std::vector<record::Fact> facts{fact(1, {document_row(document, "a")}), fact(2, {change_row(document, 1, 0, "x")})};

  Status append() { return store.append(begun.session, facts); }
  std::uint64_t position() { return store.load(begun.session)->position.value; }
};

}  // namespace

TEST_CASE("A failing call does nothing, and the one after it works") {
  Prepared p;
  p.store.fail_next(2, error(ErrorCode::unavailable, "gone"));
  CHECK(p.append().error().message == "gone");
  CHECK_FALSE(p.append().ok());
  CHECK(p.position() == 0);
  CHECK(p.append().ok());
  CHECK(p.position() == 2);
}

TEST_CASE("A store fails until it is healed") {
  Prepared p;
  p.store.fail_until_healed(error(ErrorCode::io, "disk"));
  for (int i = 0; i < 5; ++i) CHECK(p.append().error().code == ErrorCode::io);
  p.store.heal();
  CHECK(p.append().ok());
}

TEST_CASE("A lost outcome is work done without an answer") {
  Prepared p;
  p.store.lose_outcome_of_next(1);
  CHECK(p.append().error().code == ErrorCode::unavailable);
  CHECK(p.position() == 2);
  CHECK(p.append().ok());
  CHECK(p.position() == 2);
}

TEST_CASE("A lost tail can be appended again") {
  Prepared p;
  REQUIRE(p.append().ok());
  p.store.lose_tail(p.begun.session, 1);
  CHECK(p.position() == 1);
  REQUIRE(p.append().ok());
  CHECK(p.position() == 2);
}

TEST_CASE("The caller may delay calls") {
  Prepared p;
  std::vector<std::string> calls;
  p.store.before_each([&](std::string_view call) { calls.emplace_back(call); });
  REQUIRE(p.append().ok());
  CHECK((calls == std::vector<std::string>{"append"}));
}
