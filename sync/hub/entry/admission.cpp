#include "sync/hub/entry/admission.hpp"

#include <chrono>

#include "sync/hub/entry/secret.hpp"

namespace tutti::hub {

namespace {

Error not_valid() {
  return error(ErrorCode::denied, "This token is not valid for this session (wrong, used, expired or revoked).");
}

}  // namespace

Result<ParticipantId> redeem_hello(store::Store& store, SessionId session, std::string_view token, store::UnixSeconds now) {
  const auto kind = token_kind(token);
  if (kind != store::TokenKind::ticket && kind != store::TokenKind::participant) return not_valid();
  const auto hash = hash_token(token);
  const auto seen = store.token(hash, now);
  if (!seen) return seen.error().code == ErrorCode::denied ? not_valid() : seen.error();
  if (seen->kind != kind || seen->session != session || !seen->user) return not_valid();
  const auto row = store.redeem(hash, now);
  if (!row) return row.error().code == ErrorCode::denied ? not_valid() : row.error();
  return *row->user;
}

bool expired(const store::SessionRow& session, store::UnixSeconds now) {
  return session.expires_at && *session.expires_at <= now;
}

Result<session::Member> member_of(store::Store& store, SessionId session, ParticipantId who, store::UnixSeconds now) {
  const auto of = store.session(session);
  if (!of) return of.error().code == ErrorCode::not_found ? not_valid() : of.error();
  if (expired(*of, now)) return error(ErrorCode::denied, "The time of this session is over.");
  const auto row = store.participant(session, who);
  if (!row) return row.error().code == ErrorCode::not_found ? not_valid() : row.error();
  return session::Member{row->user, row->name, row->kind, row->role};
}

store::UnixSeconds unix_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace tutti::hub
