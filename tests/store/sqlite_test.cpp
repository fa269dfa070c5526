// What is particular to the SQLite store: its file, its schema, a full disk, and a process that is killed.
#include "sync/store/sqlite/sqlite_store.hpp"

#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "sync/store/sqlite/migrate.hpp"
#include "tests/store/stores.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;
using namespace tutti::test;
using store::SqliteStore;

namespace {

std::unique_ptr<SqliteStore> open_store(const Folder& folder) {
  auto opened = SqliteStore::open({folder.file("hub.db")});
  if (!opened) FAIL(opened.error().message);
  return std::move(*opened);
}

std::unique_ptr<store::sqlite::Connection> open_connection(const Folder& folder) {
  auto opened = store::sqlite::Connection::open({folder.file("hub.db")});
  if (!opened) FAIL(opened.error().message);
  return std::move(*opened);
}

constexpr store::Migration two[] = {{1, "0001_a", "CREATE TABLE a (x)"},
                                    {2, "0002_b", "CREATE TABLE b (x); INSERT INTO b VALUES (1)"}};
constexpr store::Migration broken[] = {two[0], {2, "0002_b", "CREATE TABLE b (x); CREATE TABLE a (x)"}};
constexpr store::Migration other[] = {{1, "0001_a", "CREATE TABLE a (y)"}};

}  // namespace

TEST_CASE("The database is readable by its owner alone and syncs before it answers") {
  const Folder folder;
  const auto store = open_store(folder);
  for (const char* name : {"hub.db", "hub.db-wal"}) {
    struct stat info {};
    REQUIRE(::stat(folder.file(name).c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
  }
  const auto connection = open_connection(folder);
  CHECK(*connection->pragma("PRAGMA journal_mode") == "wal");
  CHECK(*connection->pragma("PRAGMA synchronous") == "2");
  CHECK(*connection->pragma("PRAGMA foreign_keys") == "1");
  CHECK(store->check().ok());
}

TEST_CASE("What was kept is there when the store is opened again") {
  const Folder folder;
  Random random(1);
  Begun begun;
  std::array<std::uint8_t, 32> key{};
  const auto document = random_id<DocumentId>(random);
  {
    const auto store = open_store(folder);
    begun = begin_session(*store, random);
    key = *store->stamp_key();
    REQUIRE(store->append(begun.session, std::vector{fact(1, {document_row(document, "a")})}).ok());
  }
  const auto store = open_store(folder);
  CHECK(store->load(begun.session)->documents.size() == 1);
  CHECK(*store->stamp_key() == key);
}

TEST_CASE("Migrations are applied once, whole, and only forward") {
  const Folder folder;
  const auto db = open_connection(folder);
  const auto count = [&](const char* sql) {
    auto query = db->query(sql);
    REQUIRE(*query.step());
    return query.number();
  };
  CHECK_FALSE(store::sqlite::migrate(*db, broken).ok());
  CHECK(count("SELECT count(*) FROM schema_migrations") == 1);
  CHECK(count("SELECT count(*) FROM sqlite_schema WHERE name = 'b'") == 0);
  REQUIRE(store::sqlite::migrate(*db, two).ok());
  REQUIRE(store::sqlite::migrate(*db, two).ok());
  CHECK(count("SELECT count(*) FROM schema_migrations WHERE number = 2") == 1);
  CHECK(count("SELECT count(*) FROM b") == 1);

  const auto newer = store::sqlite::migrate(*db, std::span(two).first(1));
  REQUIRE_FALSE(newer.ok());
  CHECK(newer.error().code == ErrorCode::version);
  CHECK(newer.error().message.find("schema 2") != std::string::npos);
}

TEST_CASE("A migration that was changed after it was applied is noticed") {
  const Folder folder;
  const auto db = open_connection(folder);
  REQUIRE(store::sqlite::migrate(*db, std::span(two).first(1)).ok());
  const auto status = store::sqlite::migrate(*db, other);
  REQUIRE_FALSE(status.ok());
  CHECK(status.error().code == ErrorCode::version);
}

TEST_CASE("Several programs may open a new database at once") {
  const Folder folder;
  std::vector<std::thread> threads;
  std::array<std::string, 4> failures;
  for (auto& failure : failures) {
    threads.emplace_back([&] {
      const auto opened = SqliteStore::open({folder.file("hub.db")});
      if (!opened) failure = opened.error().message;
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& failure : failures) CHECK(failure.empty());
}

TEST_CASE("A file that is no database is refused in plain words") {
  const Folder folder;
  std::ofstream(folder.file("hub.db")) << std::string(8192, 'x');
  const auto opened = SqliteStore::open({folder.file("hub.db")});
  REQUIRE_FALSE(opened.ok());
  CHECK(opened.error().code == ErrorCode::corrupt);
}

TEST_CASE("A row that no hub can have written is an error, never an empty session") {
  const Folder folder;
  const auto store = open_store(folder);
  Random random(2);
  const auto begun = begin_session(*store, random);
  const auto document = random_id<DocumentId>(random);
  REQUIRE(store
              ->append(begun.session,
                       std::vector{fact(1, {document_row(document, "a")}), fact(2, {change_row(document, 1, 0, "x")})})
              .ok());
  REQUIRE(open_connection(folder)->execute("UPDATE document_ops SET author_id = 'nobody'").ok());
  const auto image = store->load(begun.session);
  REQUIRE_FALSE(image.ok());
  CHECK(image.error().code == ErrorCode::corrupt);
}

TEST_CASE("On a full disk nothing is acknowledged, and with space it goes on") {
  const Folder folder;
  const auto store = open_store(folder);
  Random random(3);
  const auto begun = begin_session(*store, random);
  const auto document = random_id<DocumentId>(random);
  REQUIRE(store->append(begun.session, std::vector{fact(1, {document_row(document, "a")})}).ok());
  REQUIRE(store->limit_pages(80).ok());
  std::uint64_t acknowledged = 1;
  Status refused;
  for (std::uint64_t position = 2; position < 500; ++position) {
    refused =
        store->append(begun.session, std::vector{fact(position, {change_row(document, 1, position, std::string(4000, 'x'))})});
    if (!refused) break;
    acknowledged = position;
  }
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::io);
  CHECK(refused.error().message.find("full") != std::string::npos);
  CHECK(store->load(begun.session)->position.value == acknowledged);
  REQUIRE(store->limit_pages(0).ok());
  REQUIRE(
      store->append(begun.session, std::vector{fact(acknowledged + 1, {change_row(document, 1, acknowledged + 1, "y")})}).ok());
  CHECK(store->load(begun.session)->position.value == acknowledged + 1);
  CHECK(store->check().ok());
}

TEST_CASE("A single-use ticket is taken once by a hundred at a time") {
  const Folder folder;
  const auto store = open_store(folder);
  Random random(4);
  const auto begun = begin_session(*store, random);
  auto ticket = token_row(random, store::TokenKind::ticket);
  ticket.session = begun.session;
  ticket.uses_left = 1;
  REQUIRE(store->put_token(ticket).ok());
  std::atomic<int> taken = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 10; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 10; ++k) taken += store->redeem(ticket.hash, 1).ok() ? 1 : 0;
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(taken == 1);
}

namespace {

/// Appends facts for ever and tells `acknowledged` each one that the store has confirmed.
[[noreturn]] void append_until_killed(const std::string& path, Begun begun, DocumentId document, std::uint64_t from,
                                      int acknowledged) {
  auto opened = SqliteStore::open({path});
  if (!opened) ::_exit(1);
  for (std::uint64_t position = from;; ++position) {
    const std::vector facts{fact(position, {change_row(document, 1, position, std::to_string(position))})};
    if (!(*opened)->append(begun.session, facts)) ::_exit(1);
    if (::write(acknowledged, &position, sizeof position) != sizeof position) ::_exit(1);
  }
}

/// The newest fact that the child confirmed before it was killed.
std::uint64_t kill_while_appending(const std::string& path, Begun begun, DocumentId document, std::uint64_t from,
                                   std::uint64_t confirm) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  if (child == 0) append_until_killed(path, begun, document, from, ends[1]);
  ::close(ends[1]);
  std::uint64_t newest = from - 1;
  std::uint64_t read = 0;
  while (newest < from + confirm && ::read(ends[0], &read, sizeof read) == sizeof read) newest = read;
  ::kill(child, SIGKILL);
  while (::read(ends[0], &read, sizeof read) == sizeof read) newest = read;
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WIFSIGNALED(status));
  return newest;
}

}  // namespace

TEST_CASE("After SIGKILL everything acknowledged is there") {
  const Folder folder;
  Random random(5);
  Begun begun;
  const auto document = random_id<DocumentId>(random);
  {
    const auto store = open_store(folder);
    begun = begin_session(*store, random);
    REQUIRE(store->append(begun.session, std::vector{fact(1, {document_row(document, "a")})}).ok());
  }
  std::uint64_t next = 2;
  for (int kill = 0; kill < 10; ++kill) {
    const auto acknowledged = kill_while_appending(folder.file("hub.db"), begun, document, next, random.below(40));
    const auto store = open_store(folder);
    const auto image = store->load(begun.session);
    REQUIRE(image.ok());
    CHECK(image->position.value >= acknowledged);
    REQUIRE(image->changes.size() == image->position.value - 1);
    for (std::size_t i = 0; i < image->changes.size(); ++i) CHECK(image->changes[i].body == std::to_string(i + 2));
    CHECK(store->check().ok());
    next = image->position.value + 1;
  }
}
