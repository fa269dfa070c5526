#include "sync/store/rows.hpp"
#include "sync/store/sqlite/transact.hpp"

/// Whole histories of documents, in one row each: what they are made from, and how they take its place.
namespace tutti::store {

using sqlite::Connection;

namespace {

std::int64_t number(Position position) {
  return static_cast<std::int64_t>(position.value);
}

/// One number; `none` where there is no row.
Result<std::int64_t> ask(sqlite::Query& query, std::int64_t none) {
  const auto found = query.step();
  if (!found) return found.error();
  return *found ? query.number() : none;
}

Status read_newest_snapshot(Connection& db, SessionId id, DocumentId document, Position upto, record::History& history) {
  std::vector<record::SnapshotRow> rows;
  auto query =
      db.query("SELECT document_id, position, events, body FROM document_snapshots WHERE session_id = ? AND document_id = ?");
  if (auto status = read_into(query.bind(id).bind(document), rows, read_snapshot<sqlite::Query>); !status) return status;
  if (rows.empty()) return {};
  if (rows.back().position > upto) return error(ErrorCode::conflict, "the history up to there is part of a later snapshot");
  history.snapshot = std::move(rows.back());
  return {};
}

Result<bool> is_document(Connection& db, SessionId id, DocumentId document) {
  auto query = db.query("SELECT 1 FROM documents WHERE session_id = ? AND id = ?");
  const auto found = ask(query.bind(id).bind(document), 0);
  return found ? Result<bool>(*found == 1) : found.error();
}

/// Events that a snapshot at `position` is to take the place of; `conflict` when that is not for it to do.
Result<std::int64_t> events_to_replace(Connection& db, SessionId id, DocumentId document, Position position) {
  auto newest = db.query("SELECT position FROM session_state WHERE session_id = ?");
  auto later = db.query("SELECT coalesce(max(position), 0) FROM document_snapshots WHERE session_id = ? AND document_id = ?");
  auto events = db.query(
      "SELECT (SELECT coalesce(sum(events), 0) FROM document_ops WHERE session_id = ?1 AND document_id = ?2 AND position <= ?3)"
      " + (SELECT coalesce(sum(events), 0) FROM document_snapshots WHERE session_id = ?1 AND document_id = ?2)");
  const auto stored = ask(newest.bind(id), -1);
  const auto other = ask(later.bind(id).bind(document), 0);
  if (!stored) return stored.error();
  if (!other) return other.error();
  if (*stored < 0) return error(ErrorCode::not_found, "no such session");
  if (number(position) > *stored || *other > number(position)) {
    return error(ErrorCode::conflict, "a snapshot of a position that is not there, or is past");
  }
  return ask(events.bind(id).bind(document).bind(number(position)), 0);
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
    const auto known = is_document(db, id, document);
    if (!known) return known.error();
    if (!*known) return error(ErrorCode::not_found, "no such document");
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
    const auto known = is_document(db, id, snapshot.document);
    if (!known) return known.error();
    if (!*known) return error(ErrorCode::not_found, "no such document");
    const auto events = events_to_replace(db, id, snapshot.document, snapshot.position);
    if (!events) return events.error();
    if (static_cast<std::uint64_t>(*events) != snapshot.events) {
      return error(ErrorCode::conflict, "a snapshot holds something else than what it was to take the place of");
    }
    return replace(db, id, snapshot);
  });
}

}  // namespace tutti::store
