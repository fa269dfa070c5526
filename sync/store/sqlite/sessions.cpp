#include "sync/store/rows.hpp"
#include "sync/store/sqlite/people.hpp"
#include "sync/store/sqlite/transact.hpp"

namespace tutti::store {

using sqlite::Connection;
using sqlite::Query;

namespace {

#define TUTTI_SESSION_COLUMNS                                                                                     \
  "s.id, s.name, s.owner_id, s.project_path, s.settings, s.is_public, s.created_at, s.updated_at, s.expires_at, " \
  "s.password_hash"

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
  const auto status =
      db.query(
            "INSERT INTO collaboration_sessions (id, name, owner_id, project_path, settings, is_public, created_at, updated_at,"
            " expires_at, password_hash, created_by, updated_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?3, ?3)")
          .bind(row.id)
          .bind(row.name)
          .bind(row.owner)
          .bind(row.project_path)
          .bind(row.settings)
          .bind(row.is_public)
          .bind(row.created_at)
          .bind(row.updated_at)
          .bind(row.expires_at)
          .bind(row.password_hash)
          .run();
  if (!status) return status;
  return db.query("INSERT INTO session_state (session_id) VALUES (?)").bind(row.id).run();
}

}  // namespace

Status SqliteStore::create_session(const SessionRow& session, const Admission& owner) {
  return write([&](Connection& db) -> Status {
    if (auto status = insert_session(db, session); !status) return status;
    return sqlite::insert_admission(db, owner);
  });
}

Result<SessionRow> SqliteStore::session(SessionId id) {
  return read([&](Connection& db) -> Result<SessionRow> {
    auto query = db.query("SELECT " TUTTI_SESSION_COLUMNS " FROM collaboration_sessions s WHERE s.id = ?");
    return read_one(query.bind(id), absent(), read_session<Query>);
  });
}

Result<std::vector<SessionRow>> SqliteStore::sessions(ParticipantId user, std::string_view search, std::size_t most) {
  return read([&](Connection& db) -> Result<std::vector<SessionRow>> {
    auto query =
        db.query("SELECT " TUTTI_SESSION_COLUMNS
                 " FROM collaboration_sessions s WHERE s.name LIKE ? ESCAPE '\\' AND (s.is_public OR EXISTS (SELECT 1 FROM"
                 " session_participants p WHERE p.session_id = s.id AND coalesce(p.user_id, p.agent_id) = ?))"
                 " ORDER BY s.created_at DESC, s.id LIMIT ?");
    query.bind(std::string_view(containing(search))).bind(user).bind(static_cast<std::int64_t>(most));
    return read_all(query, read_session<Query>);
  });
}

Result<std::vector<SessionId>> SqliteStore::session_ids() {
  return read([](Connection& db) -> Result<std::vector<SessionId>> {
    auto query = db.query("SELECT id FROM collaboration_sessions");
    return read_all(query, [](Query& row) { return row.id<SessionId>(); });
  });
}

Status SqliteStore::update_session(const SessionRow& row) {
  return write([&](Connection& db) -> Status {
    const auto status = db.query(
                              "UPDATE collaboration_sessions SET name = ?, project_path = ?, settings = ?, is_public = ?,"
                              " updated_at = ?, expires_at = ?, password_hash = ? WHERE id = ?")
                            .bind(row.name)
                            .bind(row.project_path)
                            .bind(row.settings)
                            .bind(row.is_public)
                            .bind(row.updated_at)
                            .bind(row.expires_at)
                            .bind(row.password_hash)
                            .bind(row.id)
                            .run();
    return status && db.changed() == 0 ? Status(absent()) : status;
  });
}

Status SqliteStore::delete_session(SessionId id) {
  return write([&](Connection& db) -> Status {
    const auto status = db.query("DELETE FROM collaboration_sessions WHERE id = ?").bind(id).run();
    return status && db.changed() == 0 ? Status(absent()) : status;
  });
}

}  // namespace tutti::store
