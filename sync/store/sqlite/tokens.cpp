#include "sync/store/rows.hpp"
#include "sync/store/sqlite/people.hpp"
#include "sync/store/sqlite/transact.hpp"

namespace tutti::store {

using sqlite::Connection;
using sqlite::Query;

namespace sqlite {

Status insert_token(Connection& db, const TokenRow& row) {
  if (row.session) {
    if (auto status = expect_session(db, *row.session); !status) return status;
  }
  return db
      .query(
          "INSERT INTO tokens (hash, id, kind, user_id, session_id, role, created_at, expires_at, revoked, uses_left,"
          " password_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind_blob(row.hash)
      .bind(row.id)
      .bind(to_string(row.kind))
      .bind(row.user)
      .bind(row.session)
      .bind(to_string(row.role))
      .bind(row.created_at)
      .bind(row.expires_at)
      .bind(row.revoked)
      .bind(row.uses_left)
      .bind(row.password_hash)
      .run();
}

}  // namespace sqlite

namespace {

#define TUTTI_TOKEN_COLUMNS \
  "hash, id, kind, user_id, session_id, role, created_at, expires_at, revoked, uses_left, password_hash"
#define TUTTI_USABLE \
  "hash = ? AND revoked = 0 AND (expires_at IS NULL OR expires_at > ?) AND (uses_left IS NULL OR uses_left > 0)"

Result<TokenRow> one_token(Query& query) {
  return read_one(query, error(ErrorCode::denied, "this token is not valid"), read_token<Query>);
}

}  // namespace

Status SqliteStore::put_token(const TokenRow& token) {
  return write([&](Connection& db) { return sqlite::insert_token(db, token); });
}

Result<TokenRow> SqliteStore::token(const TokenHash& hash, UnixSeconds now) {
  return read([&](Connection& db) -> Result<TokenRow> {
    auto query = db.query("SELECT " TUTTI_TOKEN_COLUMNS " FROM tokens WHERE " TUTTI_USABLE);
    return one_token(query.bind_blob(hash).bind(now));
  });
}

Result<TokenRow> SqliteStore::redeem(const TokenHash& hash, UnixSeconds now) {
  auto seen = token(hash, now);
  if (!seen || !seen->uses_left) return seen;  // nothing to take, so nothing to write
  return write([&](Connection& db) -> Result<TokenRow> {
    auto query = db.query("UPDATE tokens SET uses_left = uses_left - 1 WHERE " TUTTI_USABLE " RETURNING " TUTTI_TOKEN_COLUMNS);
    auto row = one_token(query.bind_blob(hash).bind(now));
    if (row) {
      if (auto end = query.step(); !end) return end.error();
    }
    return row;
  });
}

Status SqliteStore::revoke_token(const TokenHash& hash) {
  return write([&](Connection& db) -> Status {
    auto status = db.query("UPDATE tokens SET revoked = 1 WHERE hash = ?").bind_blob(hash).run();
    return status && db.changed() == 0 ? Status(error(ErrorCode::not_found, "no such token")) : status;
  });
}

Status SqliteStore::revoke_tokens_of(ParticipantId user) {
  return write([&](Connection& db) { return db.query("UPDATE tokens SET revoked = 1 WHERE user_id = ?").bind(user).run(); });
}

Result<std::vector<TokenRow>> SqliteStore::links(SessionId session) {
  return read([&](Connection& db) -> Result<std::vector<TokenRow>> {
    auto query = db.query("SELECT " TUTTI_TOKEN_COLUMNS
                          " FROM tokens WHERE session_id = ? AND kind = 'link' AND revoked = 0 ORDER BY created_at, id");
    return read_all(query.bind(session), read_token<Query>);
  });
}

Status SqliteStore::revoke_link(SessionId session, TokenId link) {
  return write([&](Connection& db) -> Status {
    auto status = db.query("UPDATE tokens SET revoked = 1 WHERE session_id = ? AND id = ? AND kind = 'link' AND revoked = 0")
                      .bind(session)
                      .bind(link)
                      .run();
    return status && db.changed() == 0 ? Status(error(ErrorCode::not_found, "no such link")) : status;
  });
}

}  // namespace tutti::store
