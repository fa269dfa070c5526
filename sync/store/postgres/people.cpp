#include "sync/store/postgres/people.hpp"

#include "sync/store/postgres/transact.hpp"
#include "sync/store/rows.hpp"

namespace tutti::store {

using postgres::Answer;
using postgres::Connection;

namespace postgres {

Status expect_session(Connection& db, SessionId id) {
  auto row = db.ask("SELECT 1 FROM collaboration_sessions WHERE id = $1 FOR KEY SHARE", id);
  const auto found = row.step();
  if (!found) return found.error();
  return *found ? Status() : Status(error(ErrorCode::not_found, "no such session"));
}

namespace {

Status insert_user(Connection& db, const UserRow& user) {
  const char* sql = user.kind == wire::Kind::agent ? "INSERT INTO agents (id, name, created_at) VALUES ($1, $2,"
                                                     " to_timestamp($3)) ON CONFLICT (id) DO UPDATE SET name = excluded.name"
                                                   : "INSERT INTO users (id, name, created_at) VALUES ($1, $2,"
                                                     " to_timestamp($3)) ON CONFLICT (id) DO UPDATE SET name = excluded.name";
  return db.ask(sql, user.id, user.name, user.created_at).run();
}

Result<wire::Kind> kind_of(Connection& db, ParticipantId id) {
  auto row = db.ask("SELECT false FROM users WHERE id = $1 UNION ALL SELECT true FROM agents WHERE id = $1", id);
  return read_one(row, error(ErrorCode::not_found, "no such user"), read_kind<Answer>);
}

Status insert_participant(Connection& db, const ParticipantRow& row) {
  if (auto status = expect_session(db, row.session); !status) return status;
  const auto kind = kind_of(db, row.user);
  if (!kind) return kind.error();
  const bool person = *kind == wire::Kind::person;
  return db
      .ask(
          "INSERT INTO session_participants (session_id, user_id, agent_id, role, joined_at, last_active)"
          " VALUES ($1, $2, $3, $4, to_timestamp($5), to_timestamp($6)) ON CONFLICT (session_id, coalesce(user_id, agent_id))"
          " DO UPDATE SET role = excluded.role, last_active = excluded.last_active",
          row.session, person ? std::optional(row.user) : std::nullopt, person ? std::nullopt : std::optional(row.user),
          to_string(row.role), row.joined_at, row.last_active)
      .run();
}

}  // namespace

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

}  // namespace postgres

namespace {

#define TUTTI_PARTICIPANTS                                                                                            \
  "SELECT p.session_id, coalesce(p.user_id, p.agent_id), p.agent_id IS NOT NULL, p.role,"                             \
  " extract(epoch FROM p.joined_at)::bigint, extract(epoch FROM p.last_active)::bigint, coalesce(u.name, a.name, '')" \
  " FROM session_participants p LEFT JOIN users u ON u.id = p.user_id LEFT JOIN agents a ON a.id = p.agent_id"        \
  " WHERE p.session_id = $1"

}  // namespace

Status PostgresStore::put_user(const UserRow& user) {
  return write([&](Connection& db) { return postgres::insert_user(db, user); });
}

Result<UserRow> PostgresStore::user(ParticipantId id) {
  return read([&](Connection& db) -> Result<UserRow> {
    auto row = db.ask(
        "SELECT id, name, false, extract(epoch FROM created_at)::bigint FROM users WHERE id = $1"
        " UNION ALL SELECT id, name, true, extract(epoch FROM created_at)::bigint FROM agents WHERE id = $1",
        id);
    return read_one(row, error(ErrorCode::not_found, "no such user"), read_user<Answer>);
  });
}

Result<std::vector<UserRow>> PostgresStore::users() {
  return read([](Connection& db) -> Result<std::vector<UserRow>> {
    auto rows = db.ask(
        "SELECT id, name, false, extract(epoch FROM created_at)::bigint AS since FROM users"
        " UNION ALL SELECT id, name, true, extract(epoch FROM created_at)::bigint FROM agents ORDER BY since, id");
    return read_all(rows, read_user<Answer>);
  });
}

Status PostgresStore::admit(const Admission& admission) {
  return write([&](Connection& db) -> Status {
    // Spent and forgotten tickets are of no use to anybody; each join sweeps up after the earlier ones.
    const auto swept = db.ask("DELETE FROM tokens WHERE kind = 'ticket' AND expires_at < to_timestamp($1)",
                              admission.participant.last_active - 60);
    return swept.run() ? postgres::insert_admission(db, admission) : swept.run();
  });
}

Status PostgresStore::put_participant(const ParticipantRow& participant) {
  return write([&](Connection& db) { return postgres::insert_participant(db, participant); });
}

Result<ParticipantRow> PostgresStore::participant(SessionId session, ParticipantId user) {
  return read([&](Connection& db) -> Result<ParticipantRow> {
    auto row = db.ask(TUTTI_PARTICIPANTS " AND coalesce(p.user_id, p.agent_id) = $2", session, user);
    return read_one(row, error(ErrorCode::not_found, "no such participant"), read_participant<Answer>);
  });
}

Result<std::vector<ParticipantRow>> PostgresStore::participants(SessionId session) {
  return read([&](Connection& db) -> Result<std::vector<ParticipantRow>> {
    auto exists = db.ask("SELECT id FROM collaboration_sessions WHERE id = $1", session);
    const auto found = exists.step();
    if (!found) return found.error();
    if (!*found) return error(ErrorCode::not_found, "no such session");
    auto rows = db.ask(TUTTI_PARTICIPANTS " ORDER BY p.joined_at, p.id", session);
    return read_all(rows, read_participant<Answer>);
  });
}

Status PostgresStore::remove_participant(SessionId session, ParticipantId user) {
  return write([&](Connection& db) -> Status {
    const auto gone =
        db.ask("DELETE FROM session_participants WHERE session_id = $1 AND coalesce(user_id, agent_id) = $2", session, user);
    if (!gone.run()) return gone.run();
    if (gone.changed() == 0) return error(ErrorCode::not_found, "no such participant");
    return db.ask("UPDATE tokens SET revoked = true WHERE session_id = $1 AND user_id = $2 AND kind <> 'link'", session, user)
        .run();
  });
}

}  // namespace tutti::store
