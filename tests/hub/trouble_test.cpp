// The store fails in every way that it can; what people typed is broadcast, not lied about, and saved in the end.
#include "tests/hub/house.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

struct Faulty {
  std::shared_ptr<store::MemoryStore> store = std::make_shared<store::MemoryStore>();
  House house{store};
  House::Session session = house.session();
  std::unique_ptr<Client> owner = house.enter(session, session.token);
  std::unique_ptr<Client> reader = house.enter(session, house.join(session, house.link(session)).ticket);

  Faulty() {
    owner->create("a.txt");
    owner->await_durable(1);
    reader->await<wire::FileCreate>();
    reader->fetch(owner->document());
    reader->await<wire::Fetched>();
  }
  SessionId id() const { return *parse_id<SessionId>(session.id); }
  std::uint64_t stored() { return store->load(id())->position.value; }
};

}  // namespace

TEST_CASE("While the store is down edits are broadcast and not acknowledged, and then they are") {
  Faulty f;
  f.store->fail_until_healed(error(ErrorCode::unavailable, "the database is away"));
  const auto request = f.owner->type("typed in the dark");
  REQUIRE(f.reader->wait([&] { return f.reader->heard() == "typed in the dark"; }));
  const auto told = [](const Client& client) {
    const auto* message = client.last<wire::ErrorMessage>();
    return message != nullptr && !message->fatal && message->message.find("away") != std::string::npos;
  };
  REQUIRE(f.owner->wait([&] { return told(*f.owner); }));
  REQUIRE(f.reader->wait([&] { return told(*f.reader); }));
  CHECK(f.owner->durable() < request);
  CHECK(f.house.hub->metrics().facts_queued == 1);
  f.store->heal();
  f.owner->await_durable(request);
  CHECK(f.stored() == 2);
  CHECK(f.house.hub->metrics().facts_queued == 0);
}

TEST_CASE("Facts that failed are tried again in order") {
  Faulty f;
  f.store->fail_next(3, error(ErrorCode::io, "the disk is full"));
  std::uint64_t request = 0;
  for (int i = 0; i < 300; ++i) request = f.owner->type(std::to_string(i % 10));
  f.owner->await_durable(request);
  const auto image = *f.store->load(f.id());
  REQUIRE(image.changes.size() == 300);
  for (std::size_t i = 0; i < image.changes.size(); ++i) CHECK(image.changes[i].seq.value == i);
  CHECK(f.house.hub->metrics().commits < 150);  // grouped
}

TEST_CASE("A commit whose answer was lost counts once") {
  Faulty f;
  f.store->lose_outcome_of_next(2);
  f.owner->await_durable(f.owner->type("once"));
  CHECK(f.store->load(f.id())->changes.size() == 1);
}

TEST_CASE("A session that does not load is an error, never an empty session") {
  auto store = std::make_shared<store::MemoryStore>();
  House house(store);
  const auto session = house.session();
  const auto id = *parse_id<SessionId>(session.id);
  const DocumentId document{{1}};
  SECTION("nonsense in the history") {
    REQUIRE(
        store
            ->append(id, std::vector<record::Fact>{{Position(1),
                                                    {record::DocumentRow{document, "a", {}, false},
                                                     record::ChangeRow{document, ReplicaId(1), Seq(0), 1, {}, "nonsense"}}}})
            .ok());
    const auto client = house.client(session);
    client->hello(session.token);
    CHECK(client->await_end().code == 1011);
    CHECK(client->last<wire::ErrorMessage>()->code == wire::ErrorName::corrupt);
    CHECK(client->last<wire::Welcome>() == nullptr);
    CHECK(house.call("GET", "/sessions/" + session.id + "/files", {}, session.token).status == 500);
  }
  SECTION("the store does not answer; when it does, all is well") {
    store->fail_until_healed(error(ErrorCode::unavailable, "away"));
    const auto client = house.client(session);
    client->hello(session.token);
    CHECK(client->await_end().code == 1013);
    CHECK(house.call("GET", "/sessions/" + session.id + "/files", {}, session.token).status == 503);
    CHECK(test::call(house.loop, house.hub->url(), "GET", "/readyz").status == 503);
    CHECK(test::call(house.loop, house.hub->url(), "GET", "/healthz").status == 200);
    store->heal();
    house.enter(session, session.token);
    CHECK(test::call(house.loop, house.hub->url(), "GET", "/readyz").status == 200);
  }
}

TEST_CASE("On a full disk nothing is acknowledged, and with space it heals by itself") {
  const TempFolder folder;
  auto opened = store::SqliteStore::open({(folder.path / "hub.db").string()});
  REQUIRE(opened.ok());
  const std::shared_ptr<store::SqliteStore> store = std::move(*opened);
  House house(store);
  const auto session = house.session();
  auto owner = house.enter(session, session.token);
  owner->create("a.txt");
  owner->await_durable(1);
  REQUIRE(store->limit_pages(90).ok());
  std::uint64_t request = 0;
  for (int i = 0; i < 100; ++i) request = owner->type(std::string(10'000, 'x'));
  REQUIRE(owner->wait([&] {
    const auto* message = owner->last<wire::ErrorMessage>();
    return message != nullptr && message->message.find("full") != std::string::npos;
  }));
  CHECK(owner->durable() < request);
  const auto stored = store->load(*parse_id<SessionId>(session.id))->position.value;
  const auto* durable = owner->last<wire::Durable>();
  CHECK(durable->position <= stored);
  REQUIRE(store->limit_pages(0).ok());
  owner->await_durable(request);
  CHECK(store->load(*parse_id<SessionId>(session.id))->changes.size() == 100);
}

TEST_CASE("Who does not read is cut off, and the others go on") {
  auto store = std::make_shared<store::MemoryStore>();
  House house(store);
  const auto session = house.session();
  auto owner = house.enter(session, session.token);
  auto stuck = house.enter(session, house.join(session, house.link(session)).ticket);
  std::vector<DocumentId> documents;
  for (int i = 0; i < 8; ++i) {
    owner->create("big" + std::to_string(i));
    documents.push_back(owner->document());
  }
  REQUIRE(stuck->wait([&] { return stuck->count<wire::FileCreate>() == documents.size(); }));
  for (const auto document : documents) stuck->fetch(document);
  REQUIRE(stuck->wait([&] { return stuck->count<wire::Fetched>() == documents.size(); }));
  stuck->socket().pause();
  const std::string page(200'000, 'x');
  const auto closed = [&] { return house.hub->metrics().slow_readers_closed == 1; };
  for (std::size_t i = 0; i < 50 * documents.size() && !closed(); ++i) {
    if (i % 50 == 0) owner->follow(documents[i / 50]);
    owner->await_durable(owner->type(page));
  }
  REQUIRE(closed());
  stuck->socket().resume();
  stuck->await_end();
  owner->await_durable(owner->type("still here"));
}
