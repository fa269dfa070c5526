#pragma once

#include <functional>
#include <memory>

#include "sync/hub/standby/asking.hpp"
#include "sync/net/loop.hpp"
#include "sync/net/pool.hpp"
#include "sync/store/store.hpp"

// Which of several hubs on one store serves. The store's lock decides (`Store::hold`); this asks it. Loop thread; the store on
// a worker.
//
//   standing by ── nobody serves ──▶ hold ── ok ──▶ serving ── hold: conflict ──▶ standing by
//        ▲                            │ conflict:                (it was believed dead, and another took over)
//        └────────────────────────────┘ somebody was quicker
//
// When the store itself was away, its server let go of every hub's lock at once. Then the hub that served is given time to take
// it again, so that a restart of the database moves nobody.
namespace tutti::hub {

/// Waits until this hub may serve.
class Standby {
 public:
  struct Times {
    net::Duration every{250};
    net::Duration grace{5'000};  ///< after the store was away
  };

  Standby(net::Loop& loop, net::WorkerPool& worker, std::shared_ptr<store::Store> store, Times times,
          std::function<void()> may_serve);

 private:
  void ask();
  void take(const Status& held);

  net::Loop& loop_;
  net::WorkerPool& worker_;
  std::shared_ptr<store::Store> store_;
  Times times_;
  std::function<void()> may_serve_;
  net::Timer again_;
  bool away_ = false;
  Instant patient_until_;
  Asking asking_;
};

/// Asks again and again whether this hub may still serve.
class Tenure {
 public:
  Tenure(net::Loop& loop, net::WorkerPool& worker, std::shared_ptr<store::Store> store, net::Duration every,
         std::function<void()> ended);
  void begin();

 private:
  void ask();

  net::WorkerPool& worker_;
  std::shared_ptr<store::Store> store_;
  net::Duration every_;
  std::function<void()> ended_;
  net::Timer again_;
  Asking asking_;
};

}  // namespace tutti::hub
