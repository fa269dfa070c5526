#include "sync/store/facts.hpp"

#include <algorithm>

#include "protocol/base/planted.hpp"
#include "sync/store/succession.hpp"

namespace tutti::store {

namespace {

Error conflict(const char* what) {
  return error(ErrorCode::conflict, what);
}

constexpr const char* other_content = "a change with this name and other content is already kept";

}  // namespace

const record::ChangeRow* FactLog::kept(const Index& staged, const record::ChangeRow& like) const {
  const ChangeKey key{like.document, like.replica, like.seq};
  if (const auto found = staged.changes.find(key); found != staged.changes.end()) return &found->second;
  const auto found = index_.changes.find(key);
  return found == index_.changes.end() ? nullptr : &found->second;
}

Status FactLog::take(const record::ChangeRow& change, Index& staged, record::Fact& into) const {
  if (planted(Bug::change_not_written) && into.position.value % 50 == 0) return {};
  if (const auto* old = kept(staged, change)) return *old == change ? Status() : Status(conflict(other_content));
  if (!staged.documents.contains(change.document) && !index_.documents.contains(change.document)) {
    return conflict("a change of a document that was never created");
  }
  staged.changes.emplace(ChangeKey{change.document, change.replica, change.seq}, change);
  into.rows.emplace_back(change);
  return {};
}

Status FactLog::compare(const record::Fact& fact, const Index& staged) const {
  for (const auto& row : fact.rows) {
    const auto* change = std::get_if<record::ChangeRow>(&row);
    if (change == nullptr) continue;
    const auto* old = kept(staged, *change);
    if (old == nullptr) return conflict("a change comes at a position that is already taken");
    if (*old != *change) return conflict(other_content);
  }
  return {};
}

Status FactLog::stage(const record::Fact& fact, Index& staged, std::vector<record::Fact>& fresh) const {
  record::Fact taken{fact.position, {}};
  for (const auto& row : fact.rows) {
    if (const auto* change = std::get_if<record::ChangeRow>(&row)) {
      if (auto status = take(*change, staged, taken); !status) return status;
      continue;
    }
    if (const auto* document = std::get_if<record::DocumentRow>(&row)) staged.documents.insert(document->document);
    taken.rows.push_back(row);
  }
  fresh.push_back(std::move(taken));
  return {};
}

Status FactLog::append(std::span<const record::Fact> facts) {
  Index staged;
  std::vector<record::Fact> fresh;
  Position newest = facts_.empty() ? Position() : facts_.back().position;
  for (const auto& fact : facts) {
    const bool retry = fact.position <= newest;
    if (auto status = retry ? compare(fact, staged) : stage(fact, staged, fresh); !status) return status;
    newest = std::max(newest, fact.position);
  }
  for (auto& fact : fresh) {
    index(fact);
    facts_.push_back(std::move(fact));
  }
  return {};
}

void FactLog::index(const record::Fact& fact) {
  for (const auto& row : fact.rows) {
    if (const auto* document = std::get_if<record::DocumentRow>(&row)) index_.documents.insert(document->document);
    if (const auto* change = std::get_if<record::ChangeRow>(&row)) {
      index_.changes.emplace(ChangeKey{change->document, change->replica, change->seq}, *change);
    }
  }
}

void FactLog::lose_tail(std::size_t facts) {
  facts_.resize(facts_.size() - std::min(facts, facts_.size()));
  index_ = {};
  for (const auto& fact : facts_) index(fact);
}

Result<record::History> FactLog::history(DocumentId document, Position upto) const {
  if (!index_.documents.contains(document)) return error(ErrorCode::not_found, "no such document");
  record::History history;
  if (const auto found = snapshots_.find(document); found != snapshots_.end()) {
    if (auto status = may_begin(found->second, upto); !status) return status.error();
    history.snapshot = found->second;
  }
  for (const auto& fact : facts_) {
    for (const auto& row : fact.rows) {
      const auto* change = std::get_if<record::ChangeRow>(&row);
      if (change != nullptr && change->document == document && fact.position <= upto) history.changes.push_back(*change);
    }
  }
  return history;
}

Status FactLog::compact(const record::SnapshotRow& snapshot) {
  const auto before = history(snapshot.document, snapshot.position);
  if (!before) return before.error();
  Predecessors replaced{facts_.back().position, {}, 0};
  if (before->snapshot) {
    replaced.snapshot = before->snapshot->position;
    replaced.events = before->snapshot->events;
  }
  for (const auto& change : before->changes) replaced.events += change.events;
  if (auto status = may_succeed(snapshot, replaced); !status) return status;
  for (auto& fact : facts_) {
    std::erase_if(fact.rows, [&](const record::Row& row) {
      const auto* change = std::get_if<record::ChangeRow>(&row);
      const Position last = planted(Bug::snapshot_over_tail) ? snapshot.position + 1 : snapshot.position;
      return change != nullptr && change->document == snapshot.document && fact.position <= last;
    });
  }
  for (const auto& change : before->changes) index_.changes.erase({change.document, change.replica, change.seq});
  snapshots_[snapshot.document] = snapshot;
  return {};
}

record::SessionImage FactLog::image() const {
  std::map<DocumentId, record::DocumentRow> documents;
  std::map<ReplicaId, record::ReplicaRow> replicas;
  record::SessionImage image;
  for (const auto& fact : facts_) {
    image.position = fact.position;
    for (const auto& row : fact.rows) {
      if (const auto* document = std::get_if<record::DocumentRow>(&row)) documents[document->document] = *document;
      if (const auto* replica = std::get_if<record::ReplicaRow>(&row)) replicas[replica->replica] = *replica;
      const auto* change = std::get_if<record::ChangeRow>(&row);
      if (change == nullptr || (planted(Bug::tail_ignored) && snapshots_.contains(change->document))) continue;
      image.changes.push_back(*change);
    }
  }
  for (const auto& [id, row] : snapshots_) image.snapshots.push_back(row);
  for (auto& [id, row] : documents) image.documents.push_back(std::move(row));
  for (auto& [id, row] : replicas) image.replicas.push_back(row);
  return image;
}

}  // namespace tutti::store
