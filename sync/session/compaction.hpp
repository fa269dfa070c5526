#pragma once

#include <deque>
#include <map>
#include <optional>

#include "sync/merge/document.hpp"
#include "sync/session/session.hpp"

// A document's changes are kept one by one, and now and then put into one snapshot, with all their history.
//
//     change ordered ──▶ tail grows ──▶ long? waits until it is durable ──▶ Compact
//                                                                              │ hub, on a worker: store.history
//     tail is short again ◀── Compacted ◀── store.compact ◀── compacted() ◀────┘
//
// The snapshot is made from what the store has, never from what is in memory: so it is a proof that the store can be read, and
// the loop does none of the work. Nothing is forgotten, whoever comes back after whatever time finds the change that their
// edits begin at. What fails is tried again when the tail has grown by as much again; until then more is kept than need be.
namespace tutti::session {

/// What one document has beside its snapshot, for all documents of a session; and which is to be compacted next.
class Compaction {
 public:
  /// At load, and when a snapshot was made.
  void set_snapshot(DocumentId document, std::size_t bytes) { tails_[document].snapshot_bytes = bytes; }
  /// One more change of so many bytes is kept, or will be, at this position.
  void grow(DocumentId document, std::size_t bytes, Position position, const Limits& limits);
  /// At most one at a time: the next once `done` was called.
  [[nodiscard]] std::optional<Compact> next(Position durable);
  /// `bytes` of the new snapshot; 0 when there is none.
  void done(DocumentId document, std::size_t bytes, const Limits& limits);

 private:
  struct Tail {
    std::size_t bytes = 0, snapshot_bytes = 0;
    std::size_t due = 0;    ///< the length at which it is compacted; 0: as the limits say
    std::size_t taken = 0;  ///< what the compaction under way takes
    bool waits = false;
  };
  struct Waiting {
    DocumentId document;
    Position position;  ///< at which it became too long
  };
  std::map<DocumentId, Tail> tails_;
  std::deque<Waiting> waiting_;
  bool under_way_ = false;
};

/// One snapshot of a document's history up to `upto`, read back and compared before it is given out. Any thread. Errors: what
/// is kept makes no sense (`corrupt`, as in `load_core`).
[[nodiscard]] Result<record::SnapshotRow> compacted(DocumentId document, const record::History& history, Position upto,
                                                    const merge::Limits& limits);

/// The text that a snapshot holds; `corrupt` when it is not what its row says. Its history stays packed.
[[nodiscard]] Result<merge::Document> open_snapshot(const record::SnapshotRow& row, const merge::Limits& limits);

}  // namespace tutti::session
