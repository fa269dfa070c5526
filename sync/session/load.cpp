#include "sync/session/load.hpp"

#include <set>

#include "protocol/base/planted.hpp"
#include "sync/merge/file/live.hpp"

// From rows to a live session. The rows were written by this code and may have been damaged since, so everything that can be
// checked is: a session that is wrong in one place is not opened, since the next edit would make the damage everybody's.
//
// Path rules and classes are not checked here. They may grow stricter from one release to the next, and a file that was fine
// when it came must not lock its session.

namespace tutti::session {

namespace {

Error corrupt(const std::string& what) {
  return error(ErrorCode::corrupt, "The stored session does not hold together: " + what);
}

Status load_documents(Core& core, std::vector<record::DocumentRow> rows) {
  for (record::DocumentRow& row : rows) {
    if (core.files.find(row.document) != nullptr) return corrupt("document " + to_string(row.document) + " is there twice.");
    if (!row.deleted && core.files.in_the_way(row.path, row.document)) {
      return corrupt("document " + to_string(row.document) + " shares its path with another.");
    }
    core.files.add(row.document,
                   File{std::move(row.path), row.traits, row.deleted, merge::Document(merge_limits(core.config.limits))});
  }
  return {};
}

Status load_replicas(Core& core, const std::vector<record::ReplicaRow>& rows, std::uint32_t reserved) {
  for (const record::ReplicaRow& row : rows) {
    const std::string name = "replica " + std::to_string(row.replica.value);
    if (core.replicas.find(row.replica) != nullptr) return corrupt(name + " is there twice.");
    if (row.replica.value == 0 || row.replica.value >= reserved) return corrupt(name + " was never reserved.");
    Replica& replica = core.replicas.learn(row.replica, row.participant);
    replica.request = planted(Bug::number_ahead) ? row.request + 1 : row.request;
    replica.stored = true;
    if (row.retired && !planted(Bug::giving_up_not_kept)) replica.retired = Position();
  }
  return {};
}

/// The change in a row, if the row says the same as its body.
Result<merge::Change> read_change(const Core& core, const record::ChangeRow& row) {
  const std::string name = "change (" + to_string(row.document) + ", " + std::to_string(row.replica.value) + ", " +
                           std::to_string(row.seq.value) + ")";
  if (core.files.find(row.document) == nullptr) return corrupt(name + " is of no document.");
  const Replica* writer = core.replicas.find(row.replica);
  if (writer == nullptr || writer->participant != row.author) return corrupt(name + " is not its author's.");
  Result<merge::Change> change = merge::decode_change(row.body, {row.replica, row.seq});
  if (!change) return corrupt(name + " cannot be read: " + change.error().message);
  if (merge::event_count(*change) != row.events) return corrupt(name + " holds another change.");
  return change;
}

Status load_snapshots(Core& core, const std::vector<record::SnapshotRow>& rows) {
  for (const record::SnapshotRow& row : rows) {
    File* file = core.files.find(row.document);
    if (file == nullptr) return corrupt("a snapshot is of no document.");
    Result<merge::Document> text = open_snapshot(row, merge_limits(core.config.limits));
    if (!text) return text.error();
    for (const auto& [replica, next] : text->known()) {
      if (core.replicas.find(replica) == nullptr) return corrupt("a snapshot holds what a stranger wrote.");
    }
    file->text = std::move(*text);
    core.compaction.set_snapshot(row.document, row.body.size());
  }
  return {};
}

Status load_changes(Core& core, const std::vector<record::ChangeRow>& rows, Position position) {
  std::map<DocumentId, std::vector<merge::Change>> changes;
  for (const record::ChangeRow& row : rows) {
    Result<merge::Change> change = read_change(core, row);
    if (!change) return change.error();
    changes[row.document].push_back(std::move(*change));
    core.compaction.grow(row.document, row.body.size(), position, core.config.limits);
  }
  for (const auto& [document, made] : changes) {
    merge::Document& text = core.files.find(document)->text;
    const Result<text::Delta> applied = text.apply(made);
    text.fold();
    if (!applied) return corrupt("the changes of " + to_string(document) + " do not fit together: " + applied.error().message);
  }
  return {};
}

}  // namespace

Result<Core> load_core(record::SessionImage image, Config config) {
  Core core;
  core.id = image.session;
  core.name = std::move(image.name);
  core.config = config;
  Random random(planted(Bug::incarnation_kept) ? 0 : config.seed);
  core.incarnation = to_string(random_id<SessionId>(random));
  core.replicas = Replicas(image.reserved_replicas);
  core.ledger = Ledger(image.position);
  if (Status status = load_documents(core, std::move(image.documents)); !status) return status.error();
  if (Status status = load_replicas(core, image.replicas, image.reserved_replicas); !status) return status.error();
  if (planted(Bug::snapshot_ignored)) image.snapshots.clear();
  if (Status status = load_snapshots(core, image.snapshots); !status) return status.error();
  if (Status status = load_changes(core, image.changes, image.position); !status) return status.error();
  return core;
}

}  // namespace tutti::session
