#pragma once

#include "sync/store/postgres/postgres_store.hpp"

// The body of PostgresStore's transactions, for the files that share the class.
namespace tutti::store {

/// A connection that was idle may have died unnoticed; beginning finds that out, before anything was asked of it, and then
/// another one is taken, at last a fresh one.
template <class F>
auto PostgresStore::transact(postgres::Pool& pool, postgres::Transaction::Mode mode, F work)
    -> decltype(work(std::declval<postgres::Connection&>())) {
  for (;;) {
    auto lease = pool.take();
    if (!lease) return lease.error();
    auto& connection = **lease;
    postgres::Transaction transaction(connection, mode);
    if (!transaction.begun()) {
      if (connection.lost() && !lease->fresh()) continue;
      return transaction.begun().error();
    }
    auto answer = work(connection);
    if (!answer) return answer;
    if (auto status = transaction.commit(); !status) return status.error();
    return answer;
  }
}

}  // namespace tutti::store
