#include "sync/store/postgres/batch.hpp"
#include "sync/store/postgres/transact.hpp"
#include "sync/store/rows.hpp"

/// Facts of sessions: what `append` keeps and `load` gives back.
///
/// One append is one transaction of a few statements, however many facts there are:
///
///   lock the session's row, read its position ─▶ documents ─▶ changes ─▶ (compare) ─▶ replicas and position ─▶ COMMIT
///
/// The lock is also what settles an unknown outcome. When the answer to a COMMIT was lost, the server may still be at it; the
/// retry waits at the row until that is decided, and then reads a position which says whether the facts are there. What is
/// there is compared and not written again, by (document, replica, seq); that makes every retry exact.
namespace tutti::store {

using postgres::Answer;
using postgres::Array;
using postgres::Batch;
using postgres::ChangeColumns;
using postgres::Connection;

namespace {

Error conflict(const char* what) {
  return error(ErrorCode::conflict, what);
}

Error absent() {
  return error(ErrorCode::not_found, "no such session");
}

Result<std::int64_t> stored_position(Connection& db, SessionId id) {
  auto row = db.ask("SELECT position FROM session_state WHERE session_id = $1 FOR UPDATE", id);
  return read_one(row, absent(), [](Answer& answer) { return answer.number(); });
}

Status keep_documents(Connection& db, SessionId id, const Batch& batch) {
  if (batch.documents.empty()) return {};
  Array ids, paths, eols, boms, executables, deleted, positions;
  for (const auto& [document, kept] : batch.documents) {
    ids.add(document);
    paths.add(kept.row.path);
    eols.add(to_string(kept.row.traits.eol));
    boms.add(kept.row.traits.bom);
    executables.add(kept.row.traits.executable);
    deleted.add(kept.row.deleted);
    positions.add(kept.position);
  }
  return db
      .ask(
          "INSERT INTO documents (session_id, id, path, eol, bom, executable, deleted, position)"
          " SELECT $1::uuid, d.* FROM unnest($2::uuid[], $3::text[], $4::text[], $5::boolean[], $6::boolean[], $7::boolean[],"
          " $8::bigint[]) AS d ON CONFLICT (session_id, id) DO UPDATE SET path = excluded.path, eol = excluded.eol,"
          " bom = excluded.bom, executable = excluded.executable, deleted = excluded.deleted, position = excluded.position",
          id, ids, paths, eols, boms, executables, deleted, positions)
      .run();
}

/// Whether all of these are there, equal.
Status compare(Connection& db, SessionId id, const ChangeColumns& changes) {
  auto row = db.ask(
      "SELECT count(*) FILTER (WHERE o.seq IS NULL),"
      " count(*) FILTER (WHERE o.events <> g.events OR o.author_id <> g.author OR o.body <> g.body)"
      " FROM unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::uuid[], $7::bytea[])"
      " AS g(document, replica, seq, events, author, body)"
      " LEFT JOIN document_ops o ON o.session_id = $1::uuid AND o.document_id = g.document AND o.replica = g.replica"
      " AND o.seq = g.seq",
      id, changes.documents, changes.replicas, changes.seqs, changes.events, changes.authors, changes.bodies);
  if (const auto found = row.step(); !found) return found.error();
  const auto missing = row.number();
  const auto different = row.number();
  if (different > 0) return conflict("a change with this name and other content is already kept");
  return missing == 0 ? Status() : Status(conflict("a change comes at a position that is already taken"));
}

Status keep_changes(Connection& db, SessionId id, const ChangeColumns& changes) {
  if (changes.count == 0) return {};
  const auto kept = db.ask(
      "INSERT INTO document_ops (session_id, document_id, replica, seq, events, author_id, position, ordinal, body)"
      " SELECT $1::uuid, c.* FROM unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::uuid[], $7::bigint[],"
      " $8::bigint[], $9::bytea[]) AS c ON CONFLICT (session_id, document_id, replica, seq) DO NOTHING",
      id, changes.documents, changes.replicas, changes.seqs, changes.events, changes.authors, changes.positions,
      changes.ordinals, changes.bodies);
  if (auto status = kept.run(); !status) {
    return status.error().code == ErrorCode::conflict ? conflict("a change of a document that was never created") : status;
  }
  return kept.changed() == changes.count ? Status() : compare(db, id, changes);
}

/// Who had asked for what, and up to where the facts have come.
Status keep_head(Connection& db, SessionId id, const Batch& batch) {
  Array replicas, participants, requests, retired;
  for (const auto& [replica, row] : batch.replicas) {
    replicas.add(static_cast<std::int64_t>(replica.value));
    participants.add(row.participant);
    requests.add(static_cast<std::int64_t>(row.request.value));
    retired.add(row.retired);
  }
  return db
      .ask(
          "WITH head AS (UPDATE session_state SET position = $2 WHERE session_id = $1::uuid)"
          " INSERT INTO replicas (session_id, replica, participant_id, request, retired)"
          " SELECT $1::uuid, r.* FROM unnest($3::bigint[], $4::uuid[], $5::bigint[], $6::boolean[]) AS r"
          " ON CONFLICT (session_id, replica) DO UPDATE SET participant_id = excluded.participant_id,"
          " request = excluded.request, retired = excluded.retired",
          id, batch.newest, replicas, participants, requests, retired)
      .run();
}

Status keep(Connection& db, SessionId id, const Batch& batch) {
  if (auto status = keep_documents(db, id, batch); !status) return status;
  if (auto status = keep_changes(db, id, batch.fresh); !status) return status;
  if (batch.repeated.count > 0) {
    if (auto status = compare(db, id, batch.repeated); !status) return status;
  }
  return keep_head(db, id, batch);
}

}  // namespace

Status PostgresStore::append(SessionId id, std::span<const record::Fact> facts) {
  return transact(facts_, postgres::Transaction::Mode::write, [&](Connection& db) -> Status {
    const auto stored = stored_position(db, id);
    if (!stored) return stored.error();
    return keep(db, id, postgres::make_batch(facts, *stored));
  });
}

Status PostgresStore::reserve_replicas(SessionId id, std::uint32_t end) {
  return transact(facts_, postgres::Transaction::Mode::write, [&](Connection& db) -> Status {
    const auto done =
        db.ask("UPDATE session_state SET reserved_replicas = greatest(reserved_replicas, $2) WHERE session_id = $1", id, end);
    return done.run() && done.changed() == 0 ? Status(absent()) : done.run();
  });
}

Result<record::SessionImage> PostgresStore::load(SessionId id) {
  return read([&](Connection& db) -> Result<record::SessionImage> {
    auto head = db.ask(
        "SELECT s.id, s.name, t.position, t.reserved_replicas FROM collaboration_sessions s JOIN session_state t ON"
        " t.session_id = s.id WHERE s.id = $1",
        id);
    auto image = read_one(head, absent(), read_head<Answer>);
    if (!image) return image;
    auto status =
        read_into(db.ask("SELECT id, path, eol, bom, executable, deleted FROM documents WHERE session_id = $1 ORDER BY id", id),
                  image->documents, read_document<Answer>);
    if (!status) return status.error();
    status = read_into(db.ask("SELECT document_id, position, events, body FROM document_snapshots WHERE session_id = $1"
                              " ORDER BY document_id",
                              id),
                       image->snapshots, read_snapshot<Answer>);
    if (!status) return status.error();
    status = read_into(db.ask("SELECT document_id, replica, seq, events, author_id, body FROM document_ops"
                              " WHERE session_id = $1 ORDER BY position, ordinal",
                              id),
                       image->changes, read_change<Answer>);
    if (!status) return status.error();
    status = read_into(
        db.ask("SELECT replica, participant_id, request, retired FROM replicas WHERE session_id = $1 ORDER BY replica", id),
        image->replicas, read_replica<Answer>);
    return status ? image : Result<record::SessionImage>(status.error());
  });
}

}  // namespace tutti::store
