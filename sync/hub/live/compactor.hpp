#pragma once

#include <functional>
#include <memory>

#include "sync/hub/metrics.hpp"
#include "sync/net/loop.hpp"
#include "sync/net/pool.hpp"
#include "sync/session/session.hpp"
#include "sync/store/store.hpp"

namespace tutti::hub {

/// Puts histories of one session together in its store, on a worker (sync/session/compaction.hpp says why and when). Loop
/// thread. The session asks for one at a time; a destroyed Compactor tells nobody, and what its worker does is whole or not
/// done.
class Compactor {
 public:
  using Done = std::function<void(const session::Compacted&)>;
  Compactor(net::Loop& loop, net::WorkerPool& worker, std::shared_ptr<store::Store> store, SessionId session, Metrics& metrics,
            Done done);

  /// `done` is told later, never from here.
  void compact(const session::Compact& what);

 private:
  net::Loop& loop_;
  net::WorkerPool& worker_;
  std::shared_ptr<store::Store> store_;
  SessionId session_;
  Metrics& metrics_;
  std::shared_ptr<const Done> done_;
};

}  // namespace tutti::hub
