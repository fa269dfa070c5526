#include "sync/store/rows.hpp"
#include "sync/store/sqlite/transact.hpp"

/// Whole histories of documents, in one row each: what they are made from, and how they take its place.
namespace tutti::store {

using sqlite::Connection;

namespace {

std::int64_t number(Position position) {
  return static_cast<std::int64_t>(position.value);
}

Status is_there(Connection& db, SessionId id, DocumentId document) {
  auto query = db.query("SELECT 1 FROM documents WHERE session_id = ? AND id = ?");
  const auto found = query.bind(id).bind(document).step();
  if (!found) return found.error();
  return *found ? Status() : Status(error(ErrorCode::not_found, "no such document"));
}

Status read_newest_snapshot(Connection& db, SessionId id, DocumentId document, Position upto, record::History& history) {
  std::vector<record::SnapshotRow> rows;
  auto query =
      db.query("SELECT document_id, position, events, body FROM document_snapshots WHERE session_id = ? AND document_id = ?");
  if (auto status = read_into(query.bind(id).bind(document), rows, read_snapshot<sqlite::Query>); !status) return status;
  if (rows.empty()) return {};
  if (auto status = may_begin(rows.back(), upto); !status) return status;
  history.snapshot = std::move(rows.back());
  return {};
}

Result<Predecessors> predecessors(Connection& db, SessionId id, DocumentId document, Position position) {
  auto row = db.query(
      "SELECT (SELECT position FROM session_state WHERE session_id = ?1), coalesce(max(position), 0), coalesce(sum(events), 0)"
      " + (SELECT coalesce(sum(events), 0) FROM document_ops WHERE session_id = ?1 AND document_id = ?2 AND position <= ?3)"
      " FROM document_snapshots WHERE session_id = ?1 AND document_id = ?2");
  if (const auto found = row.bind(id).bind(document).bind(number(position)).step(); !found) return found.error();
  return read_predecessors(row);
}

Status replace(Connection& db, SessionId id, const record::SnapshotRow& row) {
  auto older = db.query("DELETE FROM document_snapshots WHERE session_id = ? AND document_id = ?");
  auto changes = db.query("DELETE FROM document_ops WHERE session_id = ? AND document_id = ? AND position <= ?");
  auto put =
      db.query("INSERT INTO document_snapshots (session_id, document_id, position, events, body) VALUES (?, ?, ?, ?, ?)");
  if (auto status = older.bind(id).bind(row.document).run(); !status) return status;
  if (auto status = changes.bind(id).bind(row.document).bind(number(row.position)).run(); !status) return status;
  return put.bind(id)
      .bind(row.document)
      .bind(number(row.position))
      .bind(static_cast<std::int64_t>(row.events))
      .bind_blob(row.body)
      .run();
}

}  // namespace

Result<record::History> SqliteStore::history(SessionId id, DocumentId document, Position upto) {
  return read([&](Connection& db) -> Result<record::History> {
    record::History history;
    if (auto status = is_there(db, id, document); !status) return status.error();
    if (auto status = read_newest_snapshot(db, id, document, upto, history); !status) return status.error();
    auto changes = db.query(
        "SELECT document_id, replica, seq, events, author_id, body FROM document_ops"
        " WHERE session_id = ? AND document_id = ? AND position <= ? ORDER BY position, ordinal");
    changes.bind(id).bind(document).bind(number(upto));
    if (auto status = read_into(changes, history.changes, read_change<sqlite::Query>); !status) return status.error();
    return history;
  });
}

Status SqliteStore::compact(SessionId id, const record::SnapshotRow& snapshot) {
  return write([&](Connection& db) -> Status {
    if (auto status = is_there(db, id, snapshot.document); !status) return status;
    const auto before = predecessors(db, id, snapshot.document, snapshot.position);
    if (!before) return before.error();
    const auto status = may_succeed(snapshot, *before);
    return status ? replace(db, id, snapshot) : status;
  });
}

}  // namespace tutti::store
