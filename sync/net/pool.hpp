#pragma once

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

#include "protocol/base/result.hpp"
#include "sync/net/loop.hpp"
#include "sync/net/task.hpp"

/// Blocking work off the loop thread: takes values, returns values.
///
/// `submit(work, done)` runs `work()` on a worker and then `done(its result)` on the loop thread. Both must own what they
/// use; `done` should carry the revision it was made for, so that a stale result can be dropped.
///
/// - 0 threads: work runs inside `submit`, done at the end of the turn, in order. Most tests use this.
/// - 1 thread: work runs, and done is called, in the order of submission. This is a writer queue.
/// - An accepted job is always run: the destructor (loop thread) finishes what is queued, blocking, but calls no more
///   `done`. Use `when_idle` for an orderly end, `discard_queued` for work that has lost its point.
/// - The queue is bounded: beyond `queue_limit` waiting jobs `submit` answers `limit` and runs nothing.
namespace tutti::net {

class WorkerPool {
 public:
  static constexpr std::size_t default_queue_limit = 1024;

  WorkerPool(Loop& loop, unsigned threads, std::size_t queue_limit = default_queue_limit);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// `Work`: () -> T, must not throw. `Done`: (T) -> void, or () for void work. Loop thread.
  template <class Work, class Done>
  Status submit(Work work, Done done) {
    return submit_job([work = std::move(work), done = std::move(done)]() mutable -> Task {
      if constexpr (std::is_void_v<std::invoke_result_t<Work&>>) {
        work();
        return Task(std::move(done));
      } else {
        return Task([value = work(), done = std::move(done)]() mutable { done(std::move(value)); });
      }
    });
  }

  [[nodiscard]] std::size_t pending() const;  ///< jobs whose `done` has not been called yet
  void discard_queued();                      ///< drops jobs that no worker has begun; their `done` is not called
  void when_idle(Task then);                  ///< called once, on the loop, as soon as nothing is pending

 private:
  struct Job {
    virtual ~Job() = default;
    virtual Task run() = 0;
  };
  template <class F>
  struct Bound final : Job {
    explicit Bound(F f) : function(std::move(f)) {}
    Task run() override { return function(); }
    F function;
  };
  template <class F>
  Status submit_job(F f) {
    return enqueue(std::make_unique<Bound<F>>(std::move(f)));
  }
  Status enqueue(std::unique_ptr<Job> job);

  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace tutti::net
