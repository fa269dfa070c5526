#pragma once

#include "sync/store/sqlite/connection.hpp"
#include "sync/store/store.hpp"

// Rows that more than one transaction writes.
namespace tutti::store::sqlite {

Status insert_user(Connection& db, const UserRow& user);
Status insert_participant(Connection& db, const ParticipantRow& participant);
Status insert_token(Connection& db, const TokenRow& token);
Status insert_admission(Connection& db, const Admission& admission);
/// `not_found` unless there is such a session.
Status expect_session(Connection& db, SessionId id);

}  // namespace tutti::store::sqlite
