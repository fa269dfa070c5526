#include "tests/session/stage.hpp"

using namespace tutti;
using namespace tutti::session;
using namespace tutti::session::testing;

TEST_CASE("everybody is told once that nothing is saved, and once that it is again") {
  Stage stage;
  Seat& ada = stage.join(member("Ada"));
  Seat& bob = stage.join(member("Bob"));
  const DocumentId document = stage.create(ada, "a.txt");
  stage.clear();
  stage.step(StoreTrouble{"The disk is full."});
  stage.step(StoreTrouble{"The disk is full."});
  const auto told = ada.one<wire::ErrorMessage>();
  CHECK(told == bob.one<wire::ErrorMessage>());
  CHECK(told.code == wire::ErrorName::unavailable);
  CHECK_FALSE(told.fatal);
  CHECK(told.message == "Not saved: The disk is full. 1 edit is waiting at the hub.");

  // Typing goes on.
  Writer writer{ReplicaId(ada.welcome.replica), document};
  stage.request(ada, writer.insert(0, "x"));
  CHECK(ada.take<wire::Received>().size() == 1);
  CHECK(bob.take<wire::FileEdit>().size() == 1);

  Seat& cid = stage.join(member("Cid"));
  REQUIRE(cid.inbox.size() == 2);
  CHECK(std::holds_alternative<wire::Welcome>(cid.inbox[0]));
  CHECK(std::get<wire::ErrorMessage>(cid.inbox[1]).code == wire::ErrorName::unavailable);

  stage.clear();
  stage.step(StoreHealed{});
  for (Seat* seat : {&ada, &bob, &cid}) CHECK(seat->one<wire::Durable>().position == stage.committed.value);
  stage.step(StoreHealed{});
  CHECK(ada.inbox.empty());
  stage.commit();
  CHECK(ada.one<wire::Durable>().position == stage.facts.back().position.value);
  CHECK(stage.join(member("Dan")).take<wire::ErrorMessage>().empty());
}

TEST_CASE("a long reason is cut between characters") {
  Stage stage;
  Seat& ada = stage.join(member("Ada"));
  std::string why = "x";
  for (int i = 0; i < 2000; ++i) why += "é";
  stage.step(StoreTrouble{why});
  CHECK(ada.one<wire::ErrorMessage>().message.size() < 1024);
}
