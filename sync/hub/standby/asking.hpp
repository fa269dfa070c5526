#pragma once

#include <memory>
#include <utility>

#include "sync/net/pool.hpp"

namespace tutti::hub {

/// One question at a time to a worker, for whoever asks again and again. An answer that comes when the asker is gone is
/// dropped. Loop thread.
class Asking {
 public:
  /// Nothing while the question before is under way, or while the worker takes no more. `done` may destroy the asker.
  template <class Work, class Done>
  void ask(net::WorkerPool& worker, Work work, Done done) {
    if (std::exchange(*under_way_, true)) return;
    const Status sent =
        worker.submit(std::move(work), [weak = std::weak_ptr(under_way_), done = std::move(done)](auto answer) mutable {
          const auto under_way = weak.lock();
          if (!under_way) return;
          *under_way = false;
          done(std::move(answer));
        });
    if (!sent) *under_way_ = false;
  }

 private:
  std::shared_ptr<bool> under_way_ = std::make_shared<bool>(false);
};

}  // namespace tutti::hub
