#pragma once

#include "protocol/base/result.hpp"
#include "sync/record/record.hpp"

namespace tutti::store {

/// What a snapshot is to take the place of, and how far the session has come.
struct Predecessors {
  Position newest;           ///< of the session
  Position snapshot;         ///< of the document's snapshot before; 0: there is none
  std::uint64_t events = 0;  ///< of that and of the changes up to the new one, together
};

/// The rule of `Store::compact`, the same for every store.
[[nodiscard]] Status may_succeed(const record::SnapshotRow& snapshot, const Predecessors& before);
/// The snapshot that a history up to `upto` begins with; `conflict` when it goes beyond.
[[nodiscard]] Status may_begin(const record::SnapshotRow& snapshot, Position upto);

}  // namespace tutti::store
