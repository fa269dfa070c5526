#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocol/base/strong.hpp"
#include "protocol/base/uuid.hpp"
#include "protocol/wire/hub.hpp"

// Plain rows: what a session wants kept and a store keeps. The one vocabulary between the two, which do not know each other.
namespace tutti::record {

/// A file came to be, moved, changed its traits or went away: its whole present state.
struct DocumentRow {
  DocumentId document;
  std::string path;
  wire::Traits traits;
  bool deleted = false;
  friend bool operator==(const DocumentRow&, const DocumentRow&) = default;
};

/// One change of one text. (document, replica, seq) is its key for ever: a second row with that key is dropped when equal.
struct ChangeRow {
  DocumentId document;
  ReplicaId replica;
  Seq seq;
  std::uint64_t events = 0;  ///< how many sequences it covers
  ParticipantId author;
  std::string body;  ///< the change without its name, as docs/FORMAT.md has it
  friend bool operator==(const ChangeRow&, const ChangeRow&) = default;
};

/// A text with its whole history up to a position, in the place of its changes up to there.
struct SnapshotRow {
  DocumentId document;
  Position position;
  std::uint64_t events = 0;  ///< in the history; never fewer than what it took the place of
  std::string body;          ///< the document's file, as docs/FORMAT.md has it
  friend bool operator==(const SnapshotRow&, const SnapshotRow&) = default;
};

/// Up to where a replica's requests have been taken, so that a resend is known after a restart.
struct ReplicaRow {
  ReplicaId replica;
  ParticipantId participant;
  RequestId request;
  bool retired = false;  ///< nothing more is taken under its name
  friend bool operator==(const ReplicaRow&, const ReplicaRow&) = default;
};

using Row = std::variant<DocumentRow, ChangeRow, ReplicaRow>;

/// One fact of a session and all that it changes: kept whole or not at all. Facts are kept in the order of their positions.
struct Fact {
  Position position;
  std::vector<Row> rows;
};

/// One document as the store has it, up to some position.
struct History {
  std::optional<SnapshotRow> snapshot;
  std::vector<ChangeRow> changes;  ///< after the snapshot, in the order of their positions
};

/// A session as the store has it.
struct SessionImage {
  SessionId session;
  std::string name;
  Position position;                    ///< newest fact
  std::uint32_t reserved_replicas = 0;  ///< ids below this may have been issued
  std::vector<DocumentRow> documents;   ///< deleted ones too
  std::vector<SnapshotRow> snapshots;   ///< at most one of a document
  std::vector<ChangeRow> changes;       ///< those that are in no snapshot, in the order of their positions
  std::vector<ReplicaRow> replicas;
};

}  // namespace tutti::record
