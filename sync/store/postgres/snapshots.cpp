#include "sync/store/postgres/transact.hpp"
#include "sync/store/rows.hpp"

/// Whole histories of documents, in one row each: what they are made from, and how they take its place.
namespace tutti::store {

using postgres::Answer;
using postgres::Bytes;
using postgres::Connection;

namespace {

std::int64_t number(Position position) {
  return static_cast<std::int64_t>(position.value);
}

Status is_there(Answer row) {
  const auto found = row.step();
  if (!found) return found.error();
  return *found ? Status() : Status(error(ErrorCode::not_found, "no such document"));
}

Result<Predecessors> predecessors(Connection& db, SessionId id, DocumentId document, Position position) {
  auto row = db.ask(
      "SELECT (SELECT position FROM session_state WHERE session_id = $1), coalesce(max(s.position), 0),"
      " coalesce(sum(s.events), 0)::bigint + (SELECT coalesce(sum(o.events), 0) FROM document_ops o"
      " WHERE o.session_id = $1 AND o.document_id = $2 AND o.position <= $3)::bigint"
      " FROM document_snapshots s WHERE s.session_id = $1 AND s.document_id = $2",
      id, document, number(position));
  if (const auto found = row.step(); !found) return found.error();
  return read_predecessors(row);
}

Status replace(Connection& db, SessionId id, const record::SnapshotRow& row) {
  const auto older =
      db.ask("DELETE FROM document_snapshots WHERE session_id = $1 AND document_id = $2", id, row.document).run();
  if (!older) return older;
  const auto changes = db.ask("DELETE FROM document_ops WHERE session_id = $1 AND document_id = $2 AND position <= $3", id,
                              row.document, number(row.position))
                           .run();
  if (!changes) return changes;
  return db
      .ask("INSERT INTO document_snapshots (session_id, document_id, position, events, body) VALUES ($1, $2, $3, $4, $5)", id,
           row.document, number(row.position), row.events, Bytes{row.body})
      .run();
}

}  // namespace

Result<record::History> PostgresStore::history(SessionId id, DocumentId document, Position upto) {
  return read([&](Connection& db) -> Result<record::History> {
    auto status = is_there(db.ask("SELECT 1 FROM documents WHERE session_id = $1 AND id = $2", id, document));
    if (!status) return status.error();
    record::History history;
    std::vector<record::SnapshotRow> snapshots;
    status = read_into(db.ask("SELECT document_id, position, events, body FROM document_snapshots"
                              " WHERE session_id = $1 AND document_id = $2",
                              id, document),
                       snapshots, read_snapshot<Answer>);
    if (!status) return status.error();
    if (!snapshots.empty()) {
      status = may_begin(snapshots.back(), upto);
      if (!status) return status.error();
      history.snapshot = std::move(snapshots.back());
    }
    status = read_into(db.ask("SELECT document_id, replica, seq, events, author_id, body FROM document_ops"
                              " WHERE session_id = $1 AND document_id = $2 AND position <= $3 ORDER BY position, ordinal",
                              id, document, number(upto)),
                       history.changes, read_change<Answer>);
    return status ? history : Result<record::History>(status.error());
  });
}

Status PostgresStore::compact(SessionId id, const record::SnapshotRow& snapshot) {
  return write([&](Connection& db) -> Status {
    // The lock lets appends go on, and nobody else compact.
    auto status =
        is_there(db.ask("SELECT 1 FROM documents WHERE session_id = $1 AND id = $2 FOR NO KEY UPDATE", id, snapshot.document));
    if (!status) return status;
    const auto before = predecessors(db, id, snapshot.document, snapshot.position);
    if (!before) return before.error();
    status = may_succeed(snapshot, *before);
    return status ? replace(db, id, snapshot) : status;
  });
}

}  // namespace tutti::store
