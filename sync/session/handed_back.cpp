#include "sync/session/handed_back.hpp"

#include <algorithm>

namespace tutti::session {

bool HandedBack::keep(ConnectionId from, const wire::FileEdit& edit, const Limits& limits) {
  const std::size_t bytes = wire::encode(edit).size();
  if (bytes_ + bytes > limits.handed_back_bytes) return false;
  edits_.push_back({from, edit, bytes});
  bytes_ += bytes;
  return true;
}

void HandedBack::pop() {
  bytes_ -= edits_.front().bytes;
  edits_.pop_front();
}

bool HandedBack::any_from(ConnectionId connection) const {
  return std::any_of(edits_.begin(), edits_.end(), [&](const Edit& each) { return each.from == connection; });
}

void HandedBack::forget(ConnectionId connection) {
  std::erase_if(edits_, [&](const Edit& each) {
    if (each.from != connection) return false;
    bytes_ -= each.bytes;
    return true;
  });
}

}  // namespace tutti::session
