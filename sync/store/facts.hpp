#pragma once

#include <map>
#include <set>
#include <span>
#include <tuple>
#include <vector>

#include "protocol/base/result.hpp"
#include "sync/record/record.hpp"

namespace tutti::store {

/// One session's facts as MemoryStore keeps them: a log, and an index of what it names.
class FactLog {
 public:
  /// All or none; the rules of `Store::append`.
  [[nodiscard]] Status append(std::span<const record::Fact> facts);
  void lose_tail(std::size_t facts);
  /// The rules of `Store::history` and `Store::compact`.
  [[nodiscard]] Result<record::History> history(DocumentId document, Position upto) const;
  [[nodiscard]] Status compact(const record::SnapshotRow& snapshot);
  /// Everything but the session's name and its replica reservation.
  [[nodiscard]] record::SessionImage image() const;

 private:
  using ChangeKey = std::tuple<DocumentId, ReplicaId, Seq>;
  /// What is named by the facts, so that a row is judged without reading them all.
  struct Index {
    std::map<ChangeKey, record::ChangeRow> changes;
    std::set<DocumentId> documents;
  };
  [[nodiscard]] const record::ChangeRow* kept(const Index& staged, const record::ChangeRow& like) const;
  [[nodiscard]] Status take(const record::ChangeRow& change, Index& staged, record::Fact& into) const;
  [[nodiscard]] Status compare(const record::Fact& fact, const Index& staged) const;
  [[nodiscard]] Status stage(const record::Fact& fact, Index& staged, std::vector<record::Fact>& fresh) const;
  void index(const record::Fact& fact);

  std::vector<record::Fact> facts_;
  std::map<DocumentId, record::SnapshotRow> snapshots_;
  Index index_;
};

}  // namespace tutti::store
