// Both databases have the same tables, columns, types and keys, by what they say of themselves once every migration is applied.
#include <algorithm>
#include <string>
#include <vector>

#include "sync/store/migrations.hpp"
#include "sync/store/postgres/postgres_store.hpp"
#include "sync/store/sqlite/sqlite_store.hpp"
#include "tests/store/stores.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

/// Each answers lines of one kind, spelled alike by both.
constexpr const char* sqlite_questions[] = {
    "SELECT 'column ' || m.name || '.' || p.name || ' ' || lower(p.type) || iif(p.\"notnull\" OR p.pk, ' not null', '')"
    " FROM sqlite_schema m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'",
    "SELECT 'view ' || m.name || '.' || p.name FROM sqlite_schema m JOIN pragma_table_info(m.name) p WHERE m.type = 'view'",
    "SELECT 'key ' || name || '(' || group_concat(col) || ')' FROM (SELECT m.name, p.name AS col FROM sqlite_schema m"
    " JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND p.pk ORDER BY m.name, p.pk)"
    " GROUP BY name",
    "SELECT 'refers ' || name || '(' || group_concat(a) || ') ' || other || '(' || group_concat(b) || ') ' || lower(del)"
    " FROM (SELECT m.name, f.id, f.\"from\" AS a, f.\"to\" AS b, f.\"table\" AS other, f.on_delete AS del FROM sqlite_schema m"
    " JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq) GROUP BY name, id",
    "SELECT iif(u, 'unique ', 'index ') || name || '(' || group_concat(col) || ')' || iif(part, ' partly', '') FROM"
    " (SELECT m.name, l.name AS idx, l.\"unique\" AS u, l.partial AS part, coalesce(x.name, '*') AS col FROM sqlite_schema m"
    " JOIN pragma_index_list(m.name) l JOIN pragma_index_xinfo(l.name) x WHERE l.origin <> 'pk' AND x.key"
    " ORDER BY l.name, x.seqno) GROUP BY idx"};

#define TUTTI_OURS " JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public' "
#define TUTTI_NAMES(keys, table)                                                       \
  "(SELECT string_agg(coalesce(a.attname, '*'), ',' ORDER BY k.nth) FROM unnest(" keys \
  ") WITH ORDINALITY AS k(num, nth)"                                                   \
  " LEFT JOIN pg_attribute a ON a.attrelid = " table " AND a.attnum = k.num)"

constexpr const char* postgres_questions[] = {
    "SELECT 'column ' || c.relname || '.' || a.attname || ' ' || CASE WHEN t.typname IN ('int8', 'bool', 'timestamptz')"
    " THEN 'integer' WHEN t.typname IN ('uuid', 'text', 'varchar', 'jsonb') THEN 'text' WHEN t.typname = 'bytea' THEN 'blob'"
    " ELSE t.typname::text END || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END FROM pg_class c" TUTTI_OURS
    "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped JOIN pg_type t ON t.oid = a.atttypid"
    " WHERE c.relkind = 'r'",
    "SELECT 'view ' || c.relname || '.' || a.attname FROM pg_class c" TUTTI_OURS
    "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 WHERE c.relkind = 'v'",
    "SELECT 'key ' || c.relname || '(' || " TUTTI_NAMES(
        "o.conkey", "c.oid") " || ')' FROM pg_class c" TUTTI_OURS
                             "JOIN pg_constraint o ON o.conrelid = c.oid AND o.contype = 'p'",
    "SELECT 'refers ' || c.relname || '(' || " TUTTI_NAMES("o.conkey", "c.oid") " || ') ' || r.relname || '(' || " TUTTI_NAMES(
        "o.confkey",
        "r.oid") " || ') ' || CASE o.confdeltype WHEN 'c' THEN 'cascade' ELSE 'no action' END FROM pg_class c" TUTTI_OURS
                 "JOIN pg_constraint o ON o.conrelid = c.oid AND o.contype = 'f' JOIN pg_class r ON r.oid = o.confrelid",
    "SELECT CASE WHEN i.indisunique THEN 'unique ' ELSE 'index ' END || c.relname || '(' || " TUTTI_NAMES(
        "i.indkey::int2[]",
        "c.oid") " || ')' || CASE WHEN i.indpred IS NULL THEN '' ELSE ' partly' END FROM pg_class c" TUTTI_OURS
                 "JOIN pg_index i ON i.indrelid = c.oid AND NOT i.indisprimary"};

template <class Query>
void add_lines(Query&& query, std::vector<std::string>& lines) {
  for (auto more = query.step();; more = query.step()) {
    if (!more) FAIL(more.error().message);
    if (!*more) return;
    lines.push_back(query.text());
  }
}

std::vector<std::string> sqlite_shape(const Folder& folder) {
  REQUIRE(store::SqliteStore::open({folder.file("hub.db")}).ok());
  const auto db = *store::sqlite::Connection::open({folder.file("hub.db")});
  std::vector<std::string> lines;
  for (const char* question : sqlite_questions) add_lines(db->query(question), lines);
  std::sort(lines.begin(), lines.end());
  return lines;
}

std::vector<std::string> postgres_shape(const Folder& folder) {
  REQUIRE(store::PostgresStore::open({folder.database().url()}).ok());
  store::postgres::Watchdog watchdog;
  const auto db = *store::postgres::Connection::open({folder.database().url()}, watchdog);
  std::vector<std::string> lines;
  for (const char* question : postgres_questions) add_lines(db->ask(question), lines);
  std::sort(lines.begin(), lines.end());
  return lines;
}

}  // namespace

TEST_CASE("Both databases have the same tables, columns, types and keys") {
  REQUIRE(store::sqlite_migrations().size() == store::postgres_migrations().size());
  const Folder folder;
  const auto sqlite = sqlite_shape(folder);
  const auto postgres = postgres_shape(folder);
  CHECK(sqlite.size() > 100);
  std::vector<std::string> only_sqlite, only_postgres;
  std::set_difference(sqlite.begin(), sqlite.end(), postgres.begin(), postgres.end(), std::back_inserter(only_sqlite));
  std::set_difference(postgres.begin(), postgres.end(), sqlite.begin(), sqlite.end(), std::back_inserter(only_postgres));
  CHECK(only_sqlite == std::vector<std::string>());
  CHECK(only_postgres == std::vector<std::string>());
}
