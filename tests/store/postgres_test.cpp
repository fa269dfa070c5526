// What is particular to the PostgreSQL store: what it asks of a server, its schema, and that one hub writes at a time.
#include "sync/store/postgres/postgres_store.hpp"

#include <algorithm>
#include <array>
#include <thread>

#include "sync/store/postgres/durability.hpp"
#include "sync/store/postgres/migrate.hpp"
#include "tests/store/stores.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;
using store::PostgresStore;
using store::postgres::Connection;

namespace {

PostgresStore::Options options_for(const Database& database) {
  PostgresStore::Options options;
  options.url = database.url();
  return options;
}

std::unique_ptr<PostgresStore> open_store(const PostgresStore::Options& options) {
  auto opened = PostgresStore::open(options);
  if (!opened) FAIL(opened.error().message);
  return std::move(*opened);
}

std::unique_ptr<Connection> open_connection(const Database& database) {
  static store::postgres::Watchdog watchdog;
  auto opened = Connection::open({database.url()}, watchdog);
  if (!opened) FAIL(opened.error().message);
  return std::move(*opened);
}

std::int64_t count(Connection& db, const char* sql) {
  auto row = db.ask(sql);
  REQUIRE(*row.step());
  return row.number();
}

constexpr store::Migration two[] = {{1, "0001_a", "CREATE TABLE a (x int)"},
                                    {2, "0002_b", "CREATE TABLE b (x int); INSERT INTO b VALUES (1)"}};
constexpr store::Migration broken[] = {two[0], {2, "0002_b", "CREATE TABLE b (x int); CREATE TABLE a (x int)"}};
constexpr store::Migration other[] = {{1, "0001_a", "CREATE TABLE a (y int)"}};

}  // namespace

TEST_CASE("Settings under which a commit may be lost are refused by their name") {
  struct Case {
    store::postgres::ServerSettings settings;
    const char* words;  ///< empty: taken
    const char* level;
  };
  const Case cases[] = {
      {{"on", "on", "on", "UTF8"}, "", "on"},
      {{"on", "on", "local", "UTF8"}, "", "on"},
      {{"on", "on", "remote_write", "UTF8"}, "", "on"},
      {{"on", "on", "remote_apply", "UTF8"}, "", "remote_apply"},
      {{"off", "on", "on", "UTF8"}, "fsync = off", "on"},
      {{"on", "off", "on", "UTF8"}, "full_page_writes = off", "on"},
      {{"on", "on", "off", "UTF8"}, "synchronous_commit = off", "on"},
  };
  for (const auto& each : cases) {
    CAPTURE(each.words);
    const auto status = store::postgres::check_durability(each.settings);
    CHECK(status.ok() == std::string(each.words).empty());
    if (!status) CHECK(status.error().code == ErrorCode::denied);
    if (!status) CHECK(status.error().message.find(each.words) != std::string::npos);
    if (!status) CHECK(status.error().message.find("--unsafe-database") != std::string::npos);
    CHECK(store::postgres::commit_level(each.settings) == each.level);
  }
  CHECK_FALSE(store::postgres::check_encoding({"on", "on", "on", "LATIN1"}).ok());
}

TEST_CASE("A real server with an unsafe setting is refused, and taken when told so; commits wait for the disk all the same") {
  const Database database;
  Cluster::shared().administer("ALTER DATABASE " + database.name() + " SET synchronous_commit = off");
  auto options = options_for(database);
  const auto refused = PostgresStore::open(options);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::denied);
  options.unsafe = true;
  REQUIRE(PostgresStore::open(options).ok());

  static store::postgres::Watchdog watchdog;
  store::postgres::Options raw{database.url()};
  raw.unsafe = true;
  const auto connection = *Connection::open(raw, watchdog);
  const store::postgres::Transaction transaction(*connection, store::postgres::Transaction::Mode::write);
  auto row = connection->ask("SELECT current_setting('synchronous_commit')");
  REQUIRE(*row.step());
  CHECK(row.text() == "on");
}

TEST_CASE("A server without fsync is refused") {
  Cluster cluster;
  const Database database(cluster);
  cluster.administer("ALTER SYSTEM SET fsync = off");
  cluster.stop();
  cluster.start();
  const auto refused = PostgresStore::open(options_for(database));
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().message.find("fsync = off") != std::string::npos);
}

TEST_CASE("PostgreSQL migrations are applied once, whole, and only forward") {
  const Database database;
  const auto db = open_connection(database);
  CHECK_FALSE(store::postgres::migrate(*db, broken).ok());
  CHECK(count(*db, "SELECT count(*) FROM schema_migrations") == 1);
  CHECK(count(*db, "SELECT count(*) FROM pg_class WHERE relname = 'b'") == 0);
  REQUIRE(store::postgres::migrate(*db, two).ok());
  REQUIRE(store::postgres::migrate(*db, two).ok());
  CHECK(count(*db, "SELECT count(*) FROM schema_migrations WHERE number = 2") == 1);
  CHECK(count(*db, "SELECT count(*) FROM b") == 1);
  const auto newer = store::postgres::migrate(*db, std::span(two).first(1));
  REQUIRE_FALSE(newer.ok());
  CHECK(newer.error().code == ErrorCode::version);
  CHECK(newer.error().message.find("schema 2") != std::string::npos);
  const auto changed = store::postgres::migrate(*open_connection(database), other);
  REQUIRE_FALSE(changed.ok());
  CHECK(changed.error().code == ErrorCode::version);
}

TEST_CASE("Hubs that start on an empty database at once make one schema, and one of them serves") {
  const Database database;
  std::array<std::unique_ptr<PostgresStore>, 4> stores;
  std::array<std::string, 4> failures;
  auto options = options_for(database);
  options.patience = 3s;  // a third of it is for the lock
  std::vector<std::thread> threads;
  std::array<bool, 4> serves{};
  for (std::size_t i = 0; i < stores.size(); ++i) {
    threads.emplace_back([&, i] {
      auto opened = PostgresStore::open(options);
      if (!opened) failures[i] = opened.error().message;
      if (!opened) return;
      stores[i] = std::move(*opened);
      const auto claimed = stores[i]->hold();
      serves[i] = claimed.ok();
      if (!claimed && claimed.error().code != ErrorCode::conflict) failures[i] = claimed.error().message;
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& failure : failures) CHECK(failure.empty());
  CHECK(std::count(serves.begin(), serves.end(), true) == 1);

  Random random(1);
  const auto server = static_cast<std::size_t>(std::find(serves.begin(), serves.end(), true) - serves.begin());
  const auto next = (server + 1) % stores.size();
  const auto begun = begin_session(*stores[next], random);  // what commands do goes on beside it
  const std::vector facts{fact(1, {document_row(random_id<DocumentId>(random), "a")})};
  CHECK_FALSE(stores[next]->append(begun.session, facts).ok());
  CHECK(stores[next]->hold().error().code == ErrorCode::conflict);
  CHECK(*stores[next]->served());
  CHECK(stores[server]->hold().ok());
  REQUIRE(stores[server]->append(begun.session, facts).ok());
  stores[server].reset();
  while (*stores[next]->served()) std::this_thread::sleep_for(5ms);
  while (!stores[next]->append(begun.session, facts)) std::this_thread::sleep_for(5ms);
  CHECK(stores[next]->hold().ok());
  CHECK(stores[next]->load(begun.session)->documents.size() == 1);
}

TEST_CASE("A command makes no hub where there is none") {
  const Database database;
  auto options = options_for(database);
  options.create = false;
  const auto opened = PostgresStore::open(options);
  REQUIRE_FALSE(opened.ok());
  CHECK(opened.error().code == ErrorCode::not_found);
  (void)open_store(options_for(database));
  CHECK(PostgresStore::open(options).ok());
}

TEST_CASE("What the database cannot keep is refused, never cut short") {
  const Database database;
  const auto store = open_store(options_for(database));
  Random random(2);
  const store::UserRow user{random_id<ParticipantId>(random), std::string("a\0b", 3), wire::Kind::person, 1};
  CHECK(store->put_user(user).error().code == ErrorCode::invalid);
  CHECK(store->put_user({user.id, "\xff", wire::Kind::person, 1}).error().code == ErrorCode::invalid);
  CHECK(store->user(user.id).error().code == ErrorCode::not_found);
}

TEST_CASE("A session that cannot be read whole is an error, never an empty one") {
  const Database database;
  const auto store = open_store(options_for(database));
  Random random(3);
  const auto begun = begin_session(*store, random);
  const auto document = random_id<DocumentId>(random);
  REQUIRE(store
              ->append(begun.session,
                       std::vector{fact(1, {document_row(document, "a")}), fact(2, {change_row(document, 1, 0, "x")})})
              .ok());
  SECTION("a row makes no sense") {
    database.execute("ALTER TABLE documents DROP CONSTRAINT documents_eol_check; UPDATE documents SET eol = 'cr'");
    CHECK(store->load(begun.session).error().code == ErrorCode::corrupt);
  }
  SECTION("a table is gone") {
    database.execute("DROP TABLE document_ops");
    CHECK_FALSE(store->load(begun.session).ok());
  }
  SECTION("changes are beyond what was ever acknowledged") {
    database.execute("UPDATE session_state SET position = 1");
    CHECK(store->check().error().code == ErrorCode::corrupt);
  }
}

TEST_CASE("A server that cannot be reached is told in one plain sentence without the password") {
  const auto opened = PostgresStore::open({"postgres://tutti:secret@127.0.0.1:1/none"});
  REQUIRE_FALSE(opened.ok());
  CHECK(opened.error().code == ErrorCode::unavailable);
  CHECK(opened.error().message.find("secret") == std::string::npos);
  CHECK(opened.error().message.find('\n') == std::string::npos);
}
