#include "sync/store/rows.hpp"
#include "sync/store/sqlite/people.hpp"
#include "sync/store/sqlite/transact.hpp"

/// Facts of sessions: what `append` keeps and `load` gives back.
///
/// One append is one transaction. A fact at or below the stored position has been kept before (its commit's answer was lost
/// on the way), so its changes are compared with what is there instead of being written; that makes every retry exact.
namespace tutti::store {

using sqlite::Connection;
using sqlite::Query;

namespace {

Error conflict(const char* what) {
  return error(ErrorCode::conflict, what);
}

Result<std::int64_t> stored_position(Connection& db, SessionId id) {
  auto query = db.query("SELECT position FROM session_state WHERE session_id = ?");
  const auto found = query.bind(id).step();
  if (!found) return found.error();
  if (!*found) return error(ErrorCode::not_found, "no such session");
  return query.number();
}

/// Whether the change is there, equal; `conflict` when it is there with other content.
Result<bool> holds(Connection& db, SessionId id, const record::ChangeRow& row) {
  auto query = db.query(
      "SELECT events, author_id, body FROM document_ops WHERE session_id = ? AND document_id = ? AND replica = ?"
      " AND seq = ?");
  const auto found = query.bind(id)
                         .bind(row.document)
                         .bind(static_cast<std::int64_t>(row.replica.value))
                         .bind(static_cast<std::int64_t>(row.seq.value))
                         .step();
  if (!found) return found.error();
  if (!*found) return false;
  const bool events = static_cast<std::uint64_t>(query.number()) == row.events;
  const bool author = query.text() == to_string(row.author);
  const bool body = query.blob() == row.body;
  if (events && author && body) return true;
  return conflict("a change with this name and other content is already kept");
}

/// What writing one row needs to know beside it.
struct Place {
  Connection& db;
  SessionId session;
  std::int64_t position;
  std::int64_t ordinal;
};

Status write_row(const Place& place, const record::DocumentRow& row) {
  return place.db
      .query(
          "INSERT INTO documents (session_id, id, path, eol, bom, executable, deleted, position) VALUES (?, ?, ?, ?, ?, ?, ?, "
          "?)"
          " ON CONFLICT (session_id, id) DO UPDATE SET path = excluded.path, eol = excluded.eol, bom = excluded.bom,"
          " executable = excluded.executable, deleted = excluded.deleted, position = excluded.position")
      .bind(place.session)
      .bind(row.document)
      .bind(row.path)
      .bind(to_string(row.traits.eol))
      .bind(row.traits.bom)
      .bind(row.traits.executable)
      .bind(row.deleted)
      .bind(place.position)
      .run();
}

Status insert_change(const Place& place, const record::ChangeRow& row) {
  auto status =
      place.db
          .query(
              "INSERT INTO document_ops (session_id, document_id, replica, seq, events, author_id, position, ordinal,"
              " body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (session_id, document_id, replica, seq) DO NOTHING")
          .bind(place.session)
          .bind(row.document)
          .bind(static_cast<std::int64_t>(row.replica.value))
          .bind(static_cast<std::int64_t>(row.seq.value))
          .bind(static_cast<std::int64_t>(row.events))
          .bind(row.author)
          .bind(place.position)
          .bind(place.ordinal)
          .bind_blob(row.body)
          .run();
  if (status || status.error().code != ErrorCode::conflict) return status;
  return conflict("a change of a document that was never created");
}

Status write_row(const Place& place, const record::ChangeRow& row) {
  if (auto status = insert_change(place, row); !status) return status;
  if (place.db.changed() == 1) return {};
  const auto same = holds(place.db, place.session, row);
  return same ? Status() : Status(same.error());
}

Status write_row(const Place& place, const record::ReplicaRow& row) {
  return place.db
      .query(
          "INSERT INTO replicas (session_id, replica, participant_id, request, retired) VALUES (?, ?, ?, ?, ?)"
          " ON CONFLICT (session_id, replica) DO UPDATE SET participant_id = excluded.participant_id,"
          " request = excluded.request, retired = excluded.retired")
      .bind(place.session)
      .bind(static_cast<std::int64_t>(row.replica.value))
      .bind(row.participant)
      .bind(static_cast<std::int64_t>(row.request.value))
      .bind(static_cast<std::int64_t>(row.retired ? 1 : 0))
      .run();
}

Status write_fact(Connection& db, SessionId id, const record::Fact& fact) {
  Place place{db, id, static_cast<std::int64_t>(fact.position.value), 0};
  for (const auto& row : fact.rows) {
    auto status = std::visit([&](const auto& typed) { return write_row(place, typed); }, row);
    if (!status) return status;
    ++place.ordinal;
  }
  return {};
}

Status compare_fact(Connection& db, SessionId id, const record::Fact& fact) {
  for (const auto& row : fact.rows) {
    const auto* change = std::get_if<record::ChangeRow>(&row);
    if (change == nullptr) continue;
    const auto same = holds(db, id, *change);
    if (!same) return same.error();
    if (!*same) return conflict("a change comes at a position that is already taken");
  }
  return {};
}

}  // namespace

Status SqliteStore::append(SessionId id, std::span<const record::Fact> facts) {
  return transact(facts_, sqlite::Transaction::Mode::write, [&](Connection& db) -> Status {
    const auto stored = stored_position(db, id);
    if (!stored) return stored.error();
    auto newest = *stored;
    for (const auto& fact : facts) {
      const auto position = static_cast<std::int64_t>(fact.position.value);
      auto status = position <= newest ? compare_fact(db, id, fact) : write_fact(db, id, fact);
      if (!status) return status;
      newest = std::max(newest, position);
    }
    return db.query("UPDATE session_state SET position = ? WHERE session_id = ?").bind(newest).bind(id).run();
  });
}

Status SqliteStore::reserve_replicas(SessionId id, std::uint32_t end) {
  return transact(facts_, sqlite::Transaction::Mode::write, [&](Connection& db) -> Status {
    auto status = db.query("UPDATE session_state SET reserved_replicas = max(reserved_replicas, ?) WHERE session_id = ?")
                      .bind(static_cast<std::int64_t>(end))
                      .bind(id)
                      .run();
    return status && db.changed() == 0 ? Status(error(ErrorCode::not_found, "no such session")) : status;
  });
}

Result<record::SessionImage> SqliteStore::load(SessionId id) {
  return read([&](Connection& db) -> Result<record::SessionImage> {
    auto head = db.query(
        "SELECT s.id, s.name, t.position, t.reserved_replicas FROM collaboration_sessions s JOIN session_state t ON"
        " t.session_id = s.id WHERE s.id = ?");
    auto image = read_one(head.bind(id), error(ErrorCode::not_found, "no such session"), read_head<Query>);
    if (!image) return image;
    auto documents = db.query("SELECT id, path, eol, bom, executable, deleted FROM documents WHERE session_id = ? ORDER BY id");
    auto snapshots = db.query(
        "SELECT document_id, position, events, body FROM document_snapshots WHERE session_id = ? ORDER BY document_id");
    auto changes = db.query(
        "SELECT document_id, replica, seq, events, author_id, body FROM document_ops WHERE session_id = ?"
        " ORDER BY position, ordinal");
    auto replicas =
        db.query("SELECT replica, participant_id, request, retired FROM replicas WHERE session_id = ? ORDER BY replica");
    auto status = read_into(documents.bind(id), image->documents, read_document<Query>);
    if (status) status = read_into(snapshots.bind(id), image->snapshots, read_snapshot<Query>);
    if (status) status = read_into(changes.bind(id), image->changes, read_change<Query>);
    if (status) status = read_into(replicas.bind(id), image->replicas, read_replica<Query>);
    return status ? image : Result<record::SessionImage>(status.error());
  });
}

}  // namespace tutti::store
