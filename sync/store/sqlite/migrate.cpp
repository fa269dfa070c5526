#include "sync/store/sqlite/migrate.hpp"

#include <sodium.h>

namespace tutti::store::sqlite {

namespace {

constexpr const char* ledger =
    "CREATE TABLE IF NOT EXISTS schema_migrations ("
    " number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL,"
    " applied_at INTEGER NOT NULL DEFAULT (unixepoch()))";

std::string checksum(std::string_view sql) {
  unsigned char hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(hash, reinterpret_cast<const unsigned char*>(sql.data()), sql.size());
  char hex[2 * sizeof hash + 1];
  sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
  return hex;
}

Result<int> newest(Connection& connection) {
  auto query = connection.query("SELECT coalesce(max(number), 0) FROM schema_migrations");
  auto row = query.step();
  if (!row) return row.error();
  return static_cast<int>(query.number());
}

Status same_as_applied(Connection& connection, const Migration& migration) {
  auto query = connection.query("SELECT checksum FROM schema_migrations WHERE number = ?");
  const auto row = query.bind(static_cast<std::int64_t>(migration.number)).step();
  if (!row) return row.error();
  if (*row && query.text() == checksum(migration.sql)) return {};
  return error(ErrorCode::version,
               "migration " + std::string(migration.name) + " of this database is not the one that this program has");
}

Status record(Connection& connection, const Migration& migration) {
  return connection.query("INSERT INTO schema_migrations (number, name, checksum) VALUES (?, ?, ?)")
      .bind(static_cast<std::int64_t>(migration.number))
      .bind(migration.name)
      .bind(std::string_view(checksum(migration.sql)))
      .run();
}

Status too_new(int found, int known) {
  return error(ErrorCode::version, "the database has schema " + std::to_string(found) + ", this program knows up to " +
                                       std::to_string(known) + ": use the newer tutti-hub that wrote it");
}

/// Under the lock it may turn out that another program was faster.
Status step(Connection& connection, const Migration& migration, int known) {
  Transaction transaction(connection, Transaction::Mode::exclusive);
  if (!transaction.begun()) return transaction.begun();
  if (auto status = connection.execute(ledger); !status) return status;
  const auto at = newest(connection);
  if (!at) return at.error();
  if (*at > known) return too_new(*at, known);
  if (*at >= migration.number) return same_as_applied(connection, migration);
  if (*at != migration.number - 1) return error(ErrorCode::corrupt, "the database skipped a migration");
  if (auto status = connection.execute(std::string(migration.sql).c_str()); !status) return status;
  if (auto status = record(connection, migration); !status) return status;
  return transaction.commit();
}

}  // namespace

Status migrate(Connection& connection, std::span<const Migration> migrations) {
  const int known = migrations.empty() ? 0 : migrations.back().number;
  for (const auto& migration : migrations) {
    if (auto status = step(connection, migration, known); !status) return status;
  }
  return {};
}

}  // namespace tutti::store::sqlite
