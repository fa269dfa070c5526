#include "sync/net/pool.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace tutti::net {

struct WorkerPool::State {
  State(Loop& l, std::size_t limit) : loop(l), queue_limit(limit) {}

  // Loop thread only.
  Loop& loop;
  const std::size_t queue_limit;
  std::vector<std::thread> threads;
  std::size_t pending = 0;
  bool abandoned = false;  ///< the pool is gone: results on their way are dropped
  std::vector<Task> idle;

  std::mutex mutex;  ///< guards the two below
  std::condition_variable changed;
  std::deque<std::unique_ptr<Job>> queue;
  bool closing = false;

  std::unique_ptr<Job> next();
  static void work(const std::shared_ptr<State>& self);
  void finished(Task& done);
  void settle(std::size_t count);
};

std::unique_ptr<WorkerPool::Job> WorkerPool::State::next() {
  std::unique_lock lock(mutex);
  changed.wait(lock, [this] { return closing || !queue.empty(); });
  if (queue.empty()) return nullptr;
  std::unique_ptr<Job> job = std::move(queue.front());
  queue.pop_front();
  return job;
}

void WorkerPool::State::work(const std::shared_ptr<State>& self) {
  while (std::unique_ptr<Job> job = self->next()) {
    Task done = job->run();
    job.reset();
    self->loop.post([self, done = std::move(done)]() mutable { self->finished(done); });
  }
}

void WorkerPool::State::finished(Task& done) {
  if (abandoned) return;
  done();
  settle(1);
}

void WorkerPool::State::settle(std::size_t count) {
  pending -= count;
  if (pending != 0 || abandoned) return;
  std::vector<Task> now;
  now.swap(idle);
  for (Task& task : now) task();
}

WorkerPool::WorkerPool(Loop& loop, unsigned threads, std::size_t queue_limit)
    : state_(std::make_shared<State>(loop, queue_limit)) {
  for (unsigned i = 0; i < threads; ++i) state_->threads.emplace_back(&State::work, state_);
}

WorkerPool::~WorkerPool() {
  state_->abandoned = true;
  {
    const std::lock_guard lock(state_->mutex);
    state_->closing = true;
  }
  state_->changed.notify_all();
  for (std::thread& thread : state_->threads) thread.join();
  state_->idle.clear();
}

Status WorkerPool::enqueue(std::unique_ptr<Job> job) {
  if (state_->threads.empty()) {
    ++state_->pending;
    state_->loop.defer([self = state_, done = job->run()]() mutable { self->finished(done); });
    return {};
  }
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->queue.size() >= state_->queue_limit) return error(ErrorCode::limit, "too much work is waiting");
    state_->queue.push_back(std::move(job));
  }
  ++state_->pending;
  state_->changed.notify_one();
  return {};
}

std::size_t WorkerPool::pending() const {
  return state_->pending;
}

void WorkerPool::discard_queued() {
  std::deque<std::unique_ptr<Job>> dropped;
  {
    const std::lock_guard lock(state_->mutex);
    dropped.swap(state_->queue);
  }
  if (dropped.empty()) return;
  state_->loop.defer([self = state_, count = dropped.size()] { self->settle(count); });
}

void WorkerPool::when_idle(Task then) {
  if (state_->pending == 0) {
    state_->loop.defer([self = state_, then = std::move(then)]() mutable {
      if (!self->abandoned) then();
    });
    return;
  }
  state_->idle.push_back(std::move(then));
}

}  // namespace tutti::net
