#include "sync/store/sqlite/rows.hpp"

namespace tutti::store::sqlite {

record::DocumentRow read_document(Query& query) {
  record::DocumentRow row;
  row.document = query.id<DocumentId>();
  row.path = query.text();
  const auto eol = wire::parse_eol(query.text());
  if (!eol) query.mark_corrupt();
  row.traits.eol = eol.value_or(wire::Eol::lf);
  row.traits.bom = query.flag();
  row.traits.executable = query.flag();
  row.deleted = query.flag();
  return row;
}

record::ChangeRow read_change(Query& query) {
  record::ChangeRow row;
  row.document = query.id<DocumentId>();
  row.replica = ReplicaId(static_cast<std::uint32_t>(query.number()));
  row.seq = Seq(static_cast<std::uint64_t>(query.number()));
  row.events = static_cast<std::uint64_t>(query.number());
  row.author = query.id<ParticipantId>();
  row.body = query.blob();
  return row;
}

record::ReplicaRow read_replica(Query& query) {
  record::ReplicaRow row;
  row.replica = ReplicaId(static_cast<std::uint32_t>(query.number()));
  row.participant = query.id<ParticipantId>();
  row.request = RequestId(static_cast<std::uint64_t>(query.number()));
  row.retired = query.number() != 0;
  return row;
}

record::SnapshotRow read_snapshot(Query& query) {
  record::SnapshotRow row;
  row.document = query.id<DocumentId>();
  row.position = Position(static_cast<std::uint64_t>(query.number()));
  row.events = static_cast<std::uint64_t>(query.number());
  row.body = query.blob();
  return row;
}

}  // namespace tutti::store::sqlite
