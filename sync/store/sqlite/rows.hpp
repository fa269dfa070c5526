#pragma once

#include <vector>

#include "sync/record/record.hpp"
#include "sync/store/sqlite/connection.hpp"
#include "sync/store/sqlite/failure.hpp"

// Rows of a session's documents as queries give them, column by column in the order of the fields.
namespace tutti::store::sqlite {

[[nodiscard]] record::DocumentRow read_document(Query& query);
[[nodiscard]] record::ChangeRow read_change(Query& query);
[[nodiscard]] record::ReplicaRow read_replica(Query& query);
[[nodiscard]] record::SnapshotRow read_snapshot(Query& query);

/// All rows of a query whose parameters are bound; `corrupt` when one makes no sense.
template <class Row, class Read>
Status read_rows(Query& query, std::vector<Row>& rows, Read read) {
  for (;;) {
    const auto more = query.step();
    if (!more) return more.error();
    if (!*more) return query.corrupt() ? Status(damaged()) : Status();
    rows.push_back(read(query));
  }
}

}  // namespace tutti::store::sqlite
