#include "sync/store/postgres/people.hpp"
#include "sync/store/postgres/transact.hpp"
#include "sync/store/rows.hpp"

namespace tutti::store {

using postgres::Answer;
using postgres::Connection;

namespace postgres {

Status insert_token(Connection& db, const TokenRow& row) {
  if (row.session) {
    if (auto status = expect_session(db, *row.session); !status) return status;
  }
  return db
      .ask(
          "INSERT INTO tokens (hash, id, kind, user_id, session_id, role, created_at, expires_at, revoked, uses_left,"
          " password_hash) VALUES ($1, $2, $3, $4, $5, $6, to_timestamp($7), to_timestamp($8), $9, $10, $11)",
          std::span(row.hash), row.id, to_string(row.kind), row.user, row.session, to_string(row.role), row.created_at,
          row.expires_at, row.revoked, row.uses_left, row.password_hash)
      .run();
}

}  // namespace postgres

namespace {

#define TUTTI_TOKEN_COLUMNS                                                            \
  "hash, id, kind, user_id, session_id, role, extract(epoch FROM created_at)::bigint," \
  " extract(epoch FROM expires_at)::bigint, revoked, uses_left, password_hash"
#define TUTTI_USABLE                                                                    \
  "hash = $1 AND NOT revoked AND (expires_at IS NULL OR expires_at > to_timestamp($2))" \
  " AND (uses_left IS NULL OR uses_left > 0)"

Result<TokenRow> one_token(Answer rows) {
  return read_one(rows, error(ErrorCode::denied, "this token is not valid"), read_token<Answer>);
}

}  // namespace

Status PostgresStore::put_token(const TokenRow& token) {
  return write([&](Connection& db) { return postgres::insert_token(db, token); });
}

Result<TokenRow> PostgresStore::token(const TokenHash& hash, UnixSeconds now) {
  return read([&](Connection& db) {
    return one_token(db.ask("SELECT " TUTTI_TOKEN_COLUMNS " FROM tokens WHERE " TUTTI_USABLE, std::span(hash), now));
  });
}

Result<TokenRow> PostgresStore::redeem(const TokenHash& hash, UnixSeconds now) {
  auto seen = token(hash, now);
  if (!seen || !seen->uses_left) return seen;  // nothing to take, so nothing to write
  return write([&](Connection& db) {
    return one_token(db.ask("UPDATE tokens SET uses_left = uses_left - 1 WHERE " TUTTI_USABLE " RETURNING " TUTTI_TOKEN_COLUMNS,
                            std::span(hash), now));
  });
}

Status PostgresStore::revoke_token(const TokenHash& hash) {
  return write([&](Connection& db) -> Status {
    const auto done = db.ask("UPDATE tokens SET revoked = true WHERE hash = $1", std::span(hash));
    return done.run() && done.changed() == 0 ? Status(error(ErrorCode::not_found, "no such token")) : done.run();
  });
}

Status PostgresStore::revoke_tokens_of(ParticipantId user) {
  return write([&](Connection& db) { return db.ask("UPDATE tokens SET revoked = true WHERE user_id = $1", user).run(); });
}

Result<std::vector<TokenRow>> PostgresStore::links(SessionId session) {
  return read([&](Connection& db) -> Result<std::vector<TokenRow>> {
    auto rows = db.ask("SELECT " TUTTI_TOKEN_COLUMNS
                       " FROM tokens WHERE session_id = $1 AND kind = 'link' AND NOT revoked ORDER BY created_at, id",
                       session);
    return read_all(rows, read_token<Answer>);
  });
}

Status PostgresStore::revoke_link(SessionId session, TokenId link) {
  return write([&](Connection& db) -> Status {
    const auto done = db.ask(
        "UPDATE tokens SET revoked = true WHERE session_id = $1 AND id = $2 AND kind = 'link' AND NOT revoked", session, link);
    return done.run() && done.changed() == 0 ? Status(error(ErrorCode::not_found, "no such link")) : done.run();
  });
}

}  // namespace tutti::store
