#include "sync/store/succession.hpp"

namespace tutti::store {

Status may_succeed(const record::SnapshotRow& snapshot, const Predecessors& before) {
  if (snapshot.position > before.newest || before.snapshot > snapshot.position) {
    return error(ErrorCode::conflict, "a snapshot of a position that is not there, or is past");
  }
  if (snapshot.events != before.events) {
    return error(ErrorCode::conflict, "a snapshot holds something else than what it was to take the place of");
  }
  return {};
}

Status may_begin(const record::SnapshotRow& snapshot, Position upto) {
  if (snapshot.position <= upto) return {};
  return error(ErrorCode::conflict, "the history up to there is part of a later snapshot");
}

}  // namespace tutti::store
