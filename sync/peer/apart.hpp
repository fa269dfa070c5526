#pragma once

#include <vector>

#include "sync/merge/document.hpp"

namespace tutti::peer {

/// Other names for the events of two copies in which different events bear the same name, so that both can stand in one
/// document and be merged there.
///
///     hub    (7,0) … (7,4)  (7,5) theirs              ─▶  (2k,0) … (2k,4)  (2k,5)
///     ours   (7,0) … (7,4)  (7,5) ours  (7,6) ours    ─▶  (2k,0) … (2k,4)  (2k+1,0)  (2k+1,1)
///
/// Replicas keep their order among each other, for it decides which of two concurrent insertions stands first, and with that
/// what the positions of all later changes mean.
class Apart {
 public:
  /// `more`: what ours has and the hub has not, in order. Those of `own` among them may collide.
  Apart(const merge::Document& hub, const std::vector<merge::Change>& more, const std::vector<ReplicaId>& own);

  [[nodiscard]] Result<merge::Document> copy(const merge::Document& hub) const;
  [[nodiscard]] std::vector<merge::Change> ours(std::vector<merge::Change> changes) const;
  [[nodiscard]] merge::EventName ours(merge::EventName name) const;
  /// The name that the event had before.
  [[nodiscard]] merge::EventName former(merge::EventName name) const;

 private:
  struct Fork {
    ReplicaId replica;
    Seq first;  ///< of ours that the hub has not
  };
  [[nodiscard]] ReplicaId place(ReplicaId replica) const;
  [[nodiscard]] merge::EventName hubs(merge::EventName name) const { return {place(name.replica), name.seq}; }

  std::vector<ReplicaId> replicas_;  ///< sorted
  std::vector<Fork> forks_;
};

}  // namespace tutti::peer
