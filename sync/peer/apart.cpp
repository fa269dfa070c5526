#include "sync/peer/apart.hpp"

#include <algorithm>

namespace tutti::peer {

namespace {

template <class Name>
merge::Change renamed(merge::Change change, const Name& name) {
  const merge::EventName first = name(merge::EventName{change.replica, change.seq});
  change.replica = first.replica;
  change.seq = first.seq;
  for (merge::EventName& parent : change.parents) parent = name(parent);
  std::sort(change.parents.begin(), change.parents.end());
  return change;
}

}  // namespace

Apart::Apart(const merge::Document& hub, const std::vector<merge::Change>& more, const std::vector<ReplicaId>& own) {
  for (const auto& [replica, next] : hub.known()) replicas_.push_back(replica);
  for (const merge::Change& change : more) {
    replicas_.push_back(change.replica);
    const bool mine = std::find(own.begin(), own.end(), change.replica) != own.end();
    const bool later =
        std::any_of(forks_.begin(), forks_.end(), [&](const Fork& fork) { return fork.replica == change.replica; });
    if (mine && !later) forks_.push_back({change.replica, change.seq});
  }
  std::sort(replicas_.begin(), replicas_.end());
  replicas_.erase(std::unique(replicas_.begin(), replicas_.end()), replicas_.end());
}

ReplicaId Apart::place(ReplicaId replica) const {
  const auto at = std::lower_bound(replicas_.begin(), replicas_.end(), replica);
  return ReplicaId(2 * static_cast<std::uint32_t>(at - replicas_.begin()));
}

merge::EventName Apart::ours(merge::EventName name) const {
  for (const Fork& fork : forks_) {
    if (fork.replica == name.replica && name.seq >= fork.first)
      return {ReplicaId(place(name.replica).value + 1), Seq(name.seq - fork.first)};
  }
  return hubs(name);
}

merge::EventName Apart::former(merge::EventName name) const {
  const ReplicaId replica = replicas_.at(name.replica.value / 2);
  for (const Fork& fork : forks_) {
    if (fork.replica == replica && name.replica.value % 2 == 1) name.seq += fork.first.value;
  }
  return {replica, name.seq};
}

Result<merge::Document> Apart::copy(const merge::Document& hub) const {
  Result<std::vector<merge::Change>> changes = hub.since({});
  if (!changes) return changes.error();
  for (merge::Change& change : *changes)
    change = renamed(std::move(change), [&](const merge::EventName& name) { return hubs(name); });
  merge::Document copy;
  const Result<text::Delta> applied = copy.apply(*changes);
  if (!applied) return applied.error();
  return copy;
}

std::vector<merge::Change> Apart::ours(std::vector<merge::Change> changes) const {
  for (merge::Change& change : changes)
    change = renamed(std::move(change), [&](const merge::EventName& name) { return ours(name); });
  return changes;
}

}  // namespace tutti::peer
