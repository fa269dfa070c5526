#include "sync/store/postgres/migrate.hpp"

namespace tutti::store::postgres {

namespace {

constexpr const char* ledger_table =
    "CREATE TABLE IF NOT EXISTS schema_migrations ("
    " number bigint PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,"
    " applied_at timestamptz NOT NULL DEFAULT now())";

Result<Ledger> read_ledger(Connection& connection, const Migration& migration) {
  auto row = connection.ask(
      "SELECT coalesce(max(number), 0), (SELECT checksum FROM schema_migrations WHERE number = $1) FROM schema_migrations",
      migration.number);
  if (const auto found = row.step(); !found) return found.error();
  const auto newest = static_cast<int>(row.number());
  return Ledger{newest, row.optional_text()};
}

Status step(Connection& connection, const Migration& migration, int known) {
  Transaction transaction(connection, Transaction::Mode::write);
  if (!transaction.begun()) return transaction.begun();
  if (auto status = connection.execute(ledger_table); !status) return status;
  const auto ledger = read_ledger(connection, migration);
  if (!ledger) return ledger.error();
  const auto wanted = due(migration, *ledger, known);
  if (!wanted) return wanted.error();
  if (!*wanted) return {};
  if (auto status = connection.execute(std::string(migration.sql)); !status) return status;
  const auto noted = connection.ask("INSERT INTO schema_migrations (number, name, checksum) VALUES ($1, $2, $3)",
                                    migration.number, migration.name, std::string_view(checksum(migration)));
  return noted.run() ? transaction.commit() : noted.run();
}

Status all_steps(Connection& connection, std::span<const Migration> migrations) {
  const int known = migrations.empty() ? 0 : migrations.back().number;
  for (const auto& migration : migrations) {
    if (auto status = step(connection, migration, known); !status) return status;
  }
  return {};
}

}  // namespace

Status migrate(Connection& connection, std::span<const Migration> migrations) {
  const auto locked = connection.ask("SELECT pg_advisory_lock($1, $2)", lock_family, migrating).run();
  if (!locked) return locked;
  auto status = all_steps(connection, migrations);
  const auto released = connection.ask("SELECT pg_advisory_unlock($1, $2)", lock_family, migrating).run();
  return status ? released : status;
}

Result<bool> has_schema(Connection& connection) {
  auto row = connection.ask("SELECT to_regclass('schema_migrations') IS NOT NULL");
  if (const auto found = row.step(); !found) return found.error();
  return row.flag();
}

}  // namespace tutti::store::postgres
