#include "sync/store/sqlite/migrate.hpp"

namespace tutti::store::sqlite {

namespace {

constexpr const char* ledger_table =
    "CREATE TABLE IF NOT EXISTS schema_migrations ("
    " number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL,"
    " applied_at INTEGER NOT NULL DEFAULT (unixepoch()))";

Result<Ledger> read_ledger(Connection& connection, const Migration& migration) {
  auto query = connection.query(
      "SELECT coalesce(max(number), 0), (SELECT checksum FROM schema_migrations WHERE number = ?) FROM schema_migrations");
  auto row = query.bind(static_cast<std::int64_t>(migration.number)).step();
  if (!row) return row.error();
  const auto newest = static_cast<int>(query.number());
  return Ledger{newest, query.optional_text()};
}

Status record(Connection& connection, const Migration& migration) {
  return connection.query("INSERT INTO schema_migrations (number, name, checksum) VALUES (?, ?, ?)")
      .bind(static_cast<std::int64_t>(migration.number))
      .bind(migration.name)
      .bind(std::string_view(checksum(migration)))
      .run();
}

/// Under the lock it may turn out that another program was faster.
Status step(Connection& connection, const Migration& migration, int known) {
  Transaction transaction(connection, Transaction::Mode::exclusive);
  if (!transaction.begun()) return transaction.begun();
  if (auto status = connection.execute(ledger_table); !status) return status;
  const auto ledger = read_ledger(connection, migration);
  if (!ledger) return ledger.error();
  const auto wanted = due(migration, *ledger, known);
  if (!wanted) return wanted.error();
  if (!*wanted) return {};
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
