#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "sync/hub/live/writer.hpp"

// The hub's own Writer on a real store, with edits as they are typed.
namespace tutti::bench {

struct Load {
  std::chrono::milliseconds lasts{2000};
  std::size_t outstanding = 0;  ///< so many edits are always waiting for their acknowledgement; 0: typed at `rate`
  double rate = 500;            ///< a second, whether or not those before were acknowledged
  hub::GroupBounds group;
};

struct Taken {
  double seconds = 0;          ///< until the last acknowledgement
  std::vector<double> ack_ms;  ///< of each edit, from when it was due
  bool ok = false;             ///< the store has each of them, once
};

/// One session of its own.
[[nodiscard]] Taken put_on(const std::shared_ptr<store::Store>& store, const Load& load);

}  // namespace tutti::bench
