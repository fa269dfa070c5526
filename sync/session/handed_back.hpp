#pragma once

#include <cstddef>
#include <deque>

#include "protocol/wire/hub.hpp"
#include "sync/session/session.hpp"

namespace tutti::session {

/// Edits that were handed back, each proven to be its author's, and that cannot be taken yet: the merge has to be made ready
/// for them first, or the store is full. They carry no number by which their bringer could be told to send them again.
class HandedBack {
 public:
  /// False when there is no room for it.
  [[nodiscard]] bool keep(ConnectionId from, const wire::FileEdit& edit, const Limits& limits);

  [[nodiscard]] bool empty() const { return edits_.empty(); }
  [[nodiscard]] ConnectionId from() const { return edits_.front().from; }
  [[nodiscard]] wire::FileEdit& next() { return edits_.front().edit; }
  void pop();

  [[nodiscard]] bool any_from(ConnectionId connection) const;
  void forget(ConnectionId connection);

 private:
  struct Edit {
    ConnectionId from;
    wire::FileEdit edit;
    std::size_t bytes;
  };
  std::deque<Edit> edits_;  ///< oldest first
  std::size_t bytes_ = 0;
};

}  // namespace tutti::session
