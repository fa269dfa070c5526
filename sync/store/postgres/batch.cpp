#include "sync/store/postgres/batch.hpp"

#include <algorithm>

namespace tutti::store::postgres {

namespace {

/// One row of a fresh fact.
struct Place {
  Batch& batch;
  std::int64_t position;
  std::int64_t ordinal;

  void operator()(const record::DocumentRow& row) const { batch.documents[row.document] = {row, position}; }
  void operator()(const record::ReplicaRow& row) const { batch.replicas[row.replica] = row; }
  void operator()(const record::ChangeRow& row) const { batch.fresh.add(row, position, ordinal); }
};

void add_fresh(Batch& batch, const record::Fact& fact) {
  std::int64_t ordinal = 0;
  for (const auto& row : fact.rows) std::visit(Place{batch, batch.newest, ordinal++}, row);
}

void add_repeated(Batch& batch, const record::Fact& fact) {
  for (const auto& row : fact.rows) {
    if (const auto* change = std::get_if<record::ChangeRow>(&row)) batch.repeated.add(*change, 0, 0);
  }
}

}  // namespace

void ChangeColumns::add(const record::ChangeRow& row, std::int64_t position, std::int64_t ordinal) {
  documents.add(row.document);
  replicas.add(static_cast<std::int64_t>(row.replica.value));
  seqs.add(static_cast<std::int64_t>(row.seq.value));
  events.add(static_cast<std::int64_t>(row.events));
  authors.add(row.author);
  positions.add(position);
  ordinals.add(ordinal);
  bodies.add(Bytes{row.body});
  ++count;
}

Batch make_batch(std::span<const record::Fact> facts, std::int64_t stored) {
  Batch batch;
  batch.newest = stored;
  for (const auto& fact : facts) {
    const auto position = static_cast<std::int64_t>(fact.position.value);
    if (position <= batch.newest) {
      add_repeated(batch, fact);
      continue;
    }
    batch.newest = position;
    add_fresh(batch, fact);
  }
  return batch;
}

}  // namespace tutti::store::postgres
