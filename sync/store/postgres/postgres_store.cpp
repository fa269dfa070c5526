#include "sync/store/postgres/postgres_store.hpp"

#include <sodium.h>

#include "sync/store/postgres/migrate.hpp"
#include "sync/store/postgres/transact.hpp"
#include "sync/store/rows.hpp"

namespace tutti::store {

using postgres::Answer;
using postgres::Connection;

namespace {

constexpr std::chrono::milliseconds migration_patience{600'000};
/// A whole history goes over one answer.
constexpr int record_patience_factor = 4;

postgres::Options connection_options(const PostgresStore::Options& options, const char* what) {
  return {options.url, std::string("tutti-hub ") + what, options.unsafe, options.patience};
}

/// The name is what the next connection knows this one by.
postgres::Options facts_options(const PostgresStore::Options& options) {
  std::array<unsigned char, 8> random{};
  randombytes_buf(random.data(), random.size());
  char hex[2 * random.size() + 1];
  sodium_bin2hex(hex, sizeof hex, random.data(), random.size());
  return connection_options(options, (std::string("facts ") + hex).c_str());
}

postgres::Options record_options(const PostgresStore::Options& options) {
  auto made = connection_options(options, "records");
  made.patience *= record_patience_factor;
  return made;
}

/// A connection that was given up as lost may live on at the server.
Status end_former_connection(Connection& db) {
  return db
      .ask(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
          " AND application_name = current_setting('application_name') AND pid <> pg_backend_pid()")
      .run();
}

Status lock_in_a_second(Connection& db) {
  postgres::Transaction transaction(db, postgres::Transaction::Mode::read);
  if (!transaction.begun()) return transaction.begun();
  if (auto status = db.execute("SET LOCAL lock_timeout = 1000"); !status) return status;
  if (auto status = db.ask("SELECT pg_advisory_lock($1, $2)", postgres::lock_family, postgres::serving).run(); !status)
    return status;
  return transaction.commit();  // the lock is the connection's and stays
}

/// By another hub, and not by our former connection, which takes its time to end.
Result<bool> another_serves(Connection& db) {
  auto row = db.ask(
      "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE l.locktype = 'advisory' AND l.granted"
      " AND l.classid::bigint = $1 AND l.objid::bigint = $2 AND a.datname = current_database()"
      " AND a.application_name <> current_setting('application_name')",
      postgres::lock_family, postgres::serving);
  if (const auto found = row.step(); !found) return found.error();
  return row.number() > 0;
}

Status become_the_writer(Connection& db) {
  if (auto ended = end_former_connection(db); !ended) return ended;
  const auto locked = lock_in_a_second(db);
  if (locked || locked.error().message.find("lock timeout") == std::string::npos) return locked;
  const auto another = another_serves(db);
  if (!another) return another.error();
  return *another ? error(ErrorCode::conflict, "another tutti-hub runs on this database")
                  : error(ErrorCode::unavailable, "the former connection to the database has not ended yet");
}

Status bring_up_to_date(const PostgresStore::Options& options, postgres::Watchdog& watchdog) {
  auto patient = connection_options(options, "migrations");
  patient.patience = migration_patience;
  auto connection = Connection::open(patient, watchdog);
  if (!connection) return connection.error();
  if (options.create) return postgres::migrate(**connection, postgres_migrations());
  const auto there = postgres::has_schema(**connection);
  if (!there) return there.error();
  if (!*there) return error(ErrorCode::not_found, "no hub has its data in this database");
  return postgres::migrate(**connection, postgres_migrations());
}

}  // namespace

PostgresStore::PostgresStore(const Options& options)
    : facts_(facts_options(options), watchdog_, 1, become_the_writer),
      records_(record_options(options), watchdog_, record_connections) {}

PostgresStore::~PostgresStore() = default;

Result<std::unique_ptr<PostgresStore>> PostgresStore::open(const Options& options) {
  if (sodium_init() < 0) return error(ErrorCode::io, "libsodium cannot be initialised");
  std::unique_ptr<PostgresStore> store(new PostgresStore(options));
  if (auto status = bring_up_to_date(options, store->watchdog_); !status) return status.error();
  return store;
}

Status PostgresStore::hold() {
  return transact(facts_, postgres::Transaction::Mode::read, [](Connection&) { return Status(); });
}

Result<bool> PostgresStore::served() {
  return read([](Connection& db) -> Result<bool> {
    auto row = db.ask(
        "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE l.locktype = 'advisory' AND l.granted"
        " AND l.classid::bigint = $1 AND l.objid::bigint = $2 AND d.datname = current_database()",
        postgres::lock_family, postgres::serving);
    if (const auto found = row.step(); !found) return found.error();
    return row.number() > 0;
  });
}

Status PostgresStore::announce(const std::string& url, UnixSeconds now) {
  return write([&](Connection& db) {
    return db
        .ask(
            "INSERT INTO hubs (url, seen_at) VALUES ($1, to_timestamp($2)) ON CONFLICT (url) DO UPDATE"
            " SET seen_at = excluded.seen_at",
            url, now)
        .run();
  });
}

Result<std::vector<std::string>> PostgresStore::hubs(UnixSeconds since, std::size_t most) {
  return read([&](Connection& db) -> Result<std::vector<std::string>> {
    auto rows =
        db.ask("SELECT url FROM hubs WHERE seen_at >= to_timestamp($1) ORDER BY seen_at DESC, url LIMIT $2", since, most);
    return read_all(rows, [](Answer& row) { return row.text(); });
  });
}

Status PostgresStore::check() {
  return read([](Connection& db) -> Status {
    auto row = db.ask(
        "SELECT count(*) FROM document_ops o JOIN session_state s ON s.session_id = o.session_id WHERE o.position > "
        "s.position");
    if (const auto found = row.step(); !found) return found.error();
    return row.number() == 0 ? Status() : Status(error(ErrorCode::corrupt, "the database has changes beyond its newest fact"));
  });
}

Result<std::array<std::uint8_t, 32>> PostgresStore::stamp_key() {
  return write([](Connection& db) -> Result<std::array<std::uint8_t, 32>> {
    std::array<std::uint8_t, 32> key{};
    randombytes_buf(key.data(), key.size());
    const auto made =
        db.ask("INSERT INTO hub_keys (name, value) VALUES ('stamp', $1) ON CONFLICT (name) DO NOTHING", std::span(key));
    if (!made.run()) return made.run().error();
    auto row = db.ask("SELECT value FROM hub_keys WHERE name = 'stamp'");
    return read_one(row, error(ErrorCode::corrupt, "the hub's stamp key is missing"), [&](Answer& answer) {
      read_bytes(answer, key);
      return key;
    });
  });
}

Status PostgresStore::ping() {
  return read([](Connection& db) { return db.ask("SELECT 1").run(); });
}

}  // namespace tutti::store
