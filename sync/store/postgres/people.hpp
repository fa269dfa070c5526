#pragma once

#include "sync/store/postgres/connection.hpp"
#include "sync/store/store.hpp"

// Rows that more than one transaction writes.
namespace tutti::store::postgres {

Status insert_token(Connection& db, const TokenRow& token);
Status insert_admission(Connection& db, const Admission& admission);
/// `not_found` unless there is such a session; it stays until the transaction ends.
Status expect_session(Connection& db, SessionId id);

}  // namespace tutti::store::postgres
