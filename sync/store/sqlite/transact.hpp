#pragma once

#include "sync/store/sqlite/sqlite_store.hpp"

// The body of SqliteStore's transactions, for the files that share the class.
namespace tutti::store {

/// Errors after which what a connection holds in memory may not be what the disk holds.
inline bool distrusted(ErrorCode code) {
  return code == ErrorCode::io || code == ErrorCode::corrupt;
}

template <class F>
auto SqliteStore::transact(Side& side, sqlite::Transaction::Mode mode, F work) -> decltype(work(*side.connection)) {
  const std::lock_guard lock(side.mutex);
  if (auto status = ready(side); !status) return status.error();
  auto result = [&]() -> decltype(work(*side.connection)) {
    sqlite::Transaction transaction(*side.connection, mode);
    if (!transaction.begun()) return transaction.begun().error();
    auto answer = work(*side.connection);
    if (!answer) return answer;
    if (auto status = transaction.commit(); !status) return status.error();
    return answer;
  }();
  if (!result && distrusted(result.error().code)) side.connection.reset();
  return result;
}

}  // namespace tutti::store
