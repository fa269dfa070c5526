#include "sync/store/sqlite/people.hpp"

#include "sync/store/rows.hpp"
#include "sync/store/sqlite/transact.hpp"

namespace tutti::store {

using sqlite::Connection;
using sqlite::Query;

namespace sqlite {

Status expect_session(Connection& db, SessionId id) {
  auto query = db.query("SELECT 1 FROM collaboration_sessions WHERE id = ?");
  const auto found = query.bind(id).step();
  if (!found) return found.error();
  return *found ? Status() : Status(error(ErrorCode::not_found, "no such session"));
}

Status insert_user(Connection& db, const UserRow& user) {
  const char* sql = user.kind == wire::Kind::agent ? "INSERT INTO agents (id, name, created_at) VALUES (?, ?, ?)"
                                                     " ON CONFLICT (id) DO UPDATE SET name = excluded.name"
                                                   : "INSERT INTO users (id, name, created_at) VALUES (?, ?, ?)"
                                                     " ON CONFLICT (id) DO UPDATE SET name = excluded.name";
  return db.query(sql).bind(user.id).bind(user.name).bind(user.created_at).run();
}

namespace {

Result<wire::Kind> kind_of(Connection& db, ParticipantId id) {
  auto query = db.query("SELECT 0 FROM users WHERE id = ?1 UNION ALL SELECT 1 FROM agents WHERE id = ?1");
  const auto found = query.bind(id).step();
  if (!found) return found.error();
  if (!*found) return error(ErrorCode::not_found, "no such user");
  return query.number() == 0 ? wire::Kind::person : wire::Kind::agent;
}

}  // namespace

Status insert_participant(Connection& db, const ParticipantRow& row) {
  if (auto status = expect_session(db, row.session); !status) return status;
  const auto kind = kind_of(db, row.user);
  if (!kind) return kind.error();
  auto query = db.query(
      "INSERT INTO session_participants (session_id, user_id, agent_id, role, joined_at, last_active)"
      " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (session_id, coalesce(user_id, agent_id))"
      " DO UPDATE SET role = excluded.role, last_active = excluded.last_active");
  query.bind(row.session);
  *kind == wire::Kind::person ? query.bind(row.user).bind_null() : query.bind_null().bind(row.user);
  return query.bind(to_string(row.role)).bind(row.joined_at).bind(row.last_active).run();
}

Status insert_admission(Connection& db, const Admission& admission) {
  if (auto status = expect_session(db, admission.participant.session); !status) return status;
  if (admission.guest) {
    if (auto status = insert_user(db, *admission.guest); !status) return status;
  }
  if (auto status = insert_participant(db, admission.participant); !status) return status;
  for (const auto& row : admission.tokens) {
    if (auto status = insert_token(db, row); !status) return status;
  }
  return {};
}

}  // namespace sqlite

namespace {

#define TUTTI_PARTICIPANTS                                                                                             \
  "SELECT p.session_id, coalesce(p.user_id, p.agent_id), p.agent_id IS NOT NULL, p.role, p.joined_at, p.last_active, " \
  "coalesce(u.name, a.name, '') FROM session_participants p LEFT JOIN users u ON u.id = p.user_id "                    \
  "LEFT JOIN agents a ON a.id = p.agent_id WHERE p.session_id = ?"

}  // namespace

Status SqliteStore::put_user(const UserRow& user) {
  return write([&](Connection& db) { return sqlite::insert_user(db, user); });
}

Result<UserRow> SqliteStore::user(ParticipantId id) {
  return read([&](Connection& db) -> Result<UserRow> {
    auto query = db.query(
        "SELECT id, name, 0, created_at FROM users WHERE id = ?1"
        " UNION ALL SELECT id, name, 1, created_at FROM agents WHERE id = ?1");
    return read_one(query.bind(id), error(ErrorCode::not_found, "no such user"), read_user<Query>);
  });
}

Result<std::vector<UserRow>> SqliteStore::users() {
  return read([](Connection& db) -> Result<std::vector<UserRow>> {
    auto query = db.query(
        "SELECT id, name, 0, created_at FROM users UNION ALL SELECT id, name, 1, created_at FROM agents"
        " ORDER BY created_at, id");
    return read_all(query, read_user<Query>);
  });
}

Status SqliteStore::admit(const Admission& admission) {
  return write([&](Connection& db) -> Status {
    // Spent and forgotten tickets are of no use to anybody; each join sweeps up after the earlier ones.
    if (auto status = db.query("DELETE FROM tokens WHERE kind = 'ticket' AND expires_at < ?")
                          .bind(admission.participant.last_active - 60)
                          .run();
        !status) {
      return status;
    }
    return sqlite::insert_admission(db, admission);
  });
}

Status SqliteStore::put_participant(const ParticipantRow& participant) {
  return write([&](Connection& db) { return sqlite::insert_participant(db, participant); });
}

Result<ParticipantRow> SqliteStore::participant(SessionId session, ParticipantId user) {
  return read([&](Connection& db) -> Result<ParticipantRow> {
    auto query = db.query(TUTTI_PARTICIPANTS " AND coalesce(p.user_id, p.agent_id) = ?");
    return read_one(query.bind(session).bind(user), error(ErrorCode::not_found, "no such participant"),
                    read_participant<Query>);
  });
}

Result<std::vector<ParticipantRow>> SqliteStore::participants(SessionId session) {
  return read([&](Connection& db) -> Result<std::vector<ParticipantRow>> {
    if (auto status = sqlite::expect_session(db, session); !status) return status.error();
    auto query = db.query(TUTTI_PARTICIPANTS " ORDER BY p.joined_at, p.id");
    return read_all(query.bind(session), read_participant<Query>);
  });
}

Status SqliteStore::remove_participant(SessionId session, ParticipantId user) {
  return write([&](Connection& db) -> Status {
    auto status = db.query("DELETE FROM session_participants WHERE session_id = ? AND coalesce(user_id, agent_id) = ?")
                      .bind(session)
                      .bind(user)
                      .run();
    if (!status) return status;
    if (db.changed() == 0) return error(ErrorCode::not_found, "no such participant");
    return db.query("UPDATE tokens SET revoked = 1 WHERE session_id = ? AND user_id = ? AND kind <> 'link'")
        .bind(session)
        .bind(user)
        .run();
  });
}

}  // namespace tutti::store
