#include "sync/store/sqlite/sqlite_store.hpp"

#include <sodium.h>

#include "sync/store/rows.hpp"
#include "sync/store/sqlite/migrate.hpp"
#include "sync/store/sqlite/transact.hpp"

namespace tutti::store {

using sqlite::Connection;

SqliteStore::SqliteStore(sqlite::Options options) : options_(std::move(options)) {}
SqliteStore::~SqliteStore() = default;

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const sqlite::Options& options) {
  if (sodium_init() < 0) return error(ErrorCode::io, "libsodium cannot be initialised");
  std::unique_ptr<SqliteStore> store(new SqliteStore(options));
  if (auto status = store->ready(store->facts_); !status) return status.error();
  if (auto status = sqlite::migrate(*store->facts_.connection, sqlite_migrations()); !status) return status.error();
  if (auto status = store->ready(store->records_); !status) return status.error();
  return store;
}

Status SqliteStore::ready(Side& side) {
  if (side.connection) return {};
  auto opened = Connection::open(options_);
  if (!opened) return opened.error();
  side.connection = std::move(*opened);
  return {};
}

Status SqliteStore::limit_pages(std::int64_t pages) {
  const std::scoped_lock lock(facts_.mutex, records_.mutex);
  options_.max_pages = pages;
  facts_.connection.reset();
  records_.connection.reset();
  return {};
}

Status SqliteStore::check() {
  return read([](Connection& db) -> Status {
    auto query = db.query("PRAGMA integrity_check(1)");
    const auto row = query.step();
    if (!row) return row.error();
    const auto finding = query.text();
    return finding == "ok" ? Status() : Status(error(ErrorCode::corrupt, "the database is damaged: " + finding));
  });
}

Result<std::array<std::uint8_t, 32>> SqliteStore::stamp_key() {
  return write([](Connection& db) -> Result<std::array<std::uint8_t, 32>> {
    std::array<std::uint8_t, 32> key{};
    randombytes_buf(key.data(), key.size());
    if (auto status = db.query("INSERT OR IGNORE INTO hub_keys (name, value) VALUES ('stamp', ?)").bind_blob(key).run();
        !status) {
      return status.error();
    }
    auto query = db.query("SELECT value FROM hub_keys WHERE name = 'stamp'");
    if (auto row = query.step(); !row) return row.error();
    const auto kept = query.blob();
    if (kept.size() != key.size()) return error(ErrorCode::corrupt, "the hub's stamp key is damaged");
    std::copy(kept.begin(), kept.end(), key.begin());
    return key;
  });
}

// The file has one hub: the folder's lock sees to that (DataFolder).
Result<bool> SqliteStore::served() {
  return false;
}

Status SqliteStore::hold() {
  return {};
}

Status SqliteStore::announce(const std::string& url, UnixSeconds now) {
  return write([&](Connection& db) -> Status {
    auto query = db.query("INSERT INTO hubs (url, seen_at) VALUES (?1, ?2) ON CONFLICT (url) DO UPDATE SET seen_at = ?2");
    return query.bind(url).bind(now).run();
  });
}

Result<std::vector<std::string>> SqliteStore::hubs(UnixSeconds since, std::size_t most) {
  return read([&](Connection& db) -> Result<std::vector<std::string>> {
    auto query = db.query("SELECT url FROM hubs WHERE seen_at >= ?1 ORDER BY seen_at DESC, url LIMIT ?2");
    return read_all(query.bind(since).bind(static_cast<std::int64_t>(most)), [](auto& row) { return row.text(); });
  });
}

Status SqliteStore::ping() {
  return read([](Connection& db) -> Status { return db.query("SELECT 1").run(); });
}

}  // namespace tutti::store
