#pragma once

#include <map>
#include <set>
#include <span>
#include <vector>

#include "sync/record/record.hpp"
#include "sync/store/postgres/value.hpp"

namespace tutti::store::postgres {

/// Changes as columns, each an array parameter.
struct ChangeColumns {
  Array documents, replicas, seqs, events, authors, positions, ordinals, bodies;
  std::size_t count = 0;
  void add(const record::ChangeRow& row, std::int64_t position, std::int64_t ordinal);
};

/// A group of facts, sorted by what is to be done with it, so that it goes to the server in a few statements.
///
///   fact above the newest position ─▶ documents, replicas: the last state of each
///                                  ─▶ fresh: every change, in order
///   fact at or below it ────────────▶ repeated: changes that must be there already (a retry after an unknown outcome)
struct Batch {
  struct Document {
    record::DocumentRow row;
    std::int64_t position = 0;
  };
  std::map<DocumentId, Document> documents;
  std::map<ReplicaId, record::ReplicaRow> replicas;
  ChangeColumns fresh;
  ChangeColumns repeated;
  std::int64_t newest = 0;
};

/// `stored` is the position of the newest fact that the database has.
[[nodiscard]] Batch make_batch(std::span<const record::Fact> facts, std::int64_t stored);

}  // namespace tutti::store::postgres
