#include "sync/store/postgres/people.hpp"
#include "sync/store/postgres/transact.hpp"
#include "sync/store/rows.hpp"

namespace tutti::store {

using postgres::Answer;
using postgres::Connection;

namespace {

#define TUTTI_SESSION_COLUMNS                                                            \
  "s.id, s.name, s.owner_id, s.project_path, s.settings, s.is_public,"                   \
  " extract(epoch FROM s.created_at)::bigint, extract(epoch FROM s.updated_at)::bigint," \
  " extract(epoch FROM s.expires_at)::bigint, s.password_hash"

Error absent() {
  return error(ErrorCode::not_found, "no such session");
}

/// A LIKE pattern that matches names containing `text`, whatever is in it.
std::string containing(std::string_view text) {
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + '%';
}

Status insert_session(Connection& db, const SessionRow& row) {
  const auto made = db.ask(
      "INSERT INTO collaboration_sessions (id, name, owner_id, project_path, settings, is_public, created_at, updated_at,"
      " expires_at, password_hash, created_by, updated_by) VALUES ($1, $2, $3, $4, $5, $6, to_timestamp($7),"
      " to_timestamp($8), to_timestamp($9), $10, $3, $3)",
      row.id, row.name, row.owner, row.project_path, row.settings, row.is_public, row.created_at, row.updated_at,
      row.expires_at, row.password_hash);
  return made.run() ? db.ask("INSERT INTO session_state (session_id) VALUES ($1)", row.id).run() : made.run();
}

}  // namespace

Status PostgresStore::create_session(const SessionRow& session, const Admission& owner) {
  return write([&](Connection& db) -> Status {
    if (auto status = insert_session(db, session); !status) return status;
    return postgres::insert_admission(db, owner);
  });
}

Result<SessionRow> PostgresStore::session(SessionId id) {
  return read([&](Connection& db) -> Result<SessionRow> {
    auto row = db.ask("SELECT " TUTTI_SESSION_COLUMNS " FROM collaboration_sessions s WHERE s.id = $1", id);
    return read_one(row, absent(), read_session<Answer>);
  });
}

Result<std::vector<SessionRow>> PostgresStore::sessions(ParticipantId user, std::string_view search, std::size_t most) {
  return read([&](Connection& db) -> Result<std::vector<SessionRow>> {
    // In the collation "C" only the case of ASCII letters counts as the same, as in the other stores.
    auto rows = db.ask("SELECT " TUTTI_SESSION_COLUMNS
                       " FROM collaboration_sessions s WHERE s.name COLLATE \"C\" ILIKE $1 AND (s.is_public OR EXISTS"
                       " (SELECT 1 FROM session_participants p WHERE p.session_id = s.id"
                       " AND coalesce(p.user_id, p.agent_id) = $2)) ORDER BY s.created_at DESC, s.id LIMIT $3",
                       containing(search), user, most);
    return read_all(rows, read_session<Answer>);
  });
}

Result<std::vector<SessionId>> PostgresStore::session_ids() {
  return read([](Connection& db) -> Result<std::vector<SessionId>> {
    auto rows = db.ask("SELECT id FROM collaboration_sessions");
    return read_all(rows, [](Answer& row) { return row.id<SessionId>(); });
  });
}

Status PostgresStore::update_session(const SessionRow& row) {
  return write([&](Connection& db) -> Status {
    const auto done = db.ask(
        "UPDATE collaboration_sessions SET name = $1, project_path = $2, settings = $3, is_public = $4,"
        " updated_at = to_timestamp($5), expires_at = to_timestamp($6), password_hash = $7 WHERE id = $8",
        row.name, row.project_path, row.settings, row.is_public, row.updated_at, row.expires_at, row.password_hash, row.id);
    return done.run() && done.changed() == 0 ? Status(absent()) : done.run();
  });
}

Status PostgresStore::delete_session(SessionId id) {
  return write([&](Connection& db) -> Status {
    const auto done = db.ask("DELETE FROM collaboration_sessions WHERE id = $1", id);
    return done.run() && done.changed() == 0 ? Status(absent()) : done.run();
  });
}

}  // namespace tutti::store
