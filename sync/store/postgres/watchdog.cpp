#include "sync/store/postgres/watchdog.hpp"

#include <sys/socket.h>

#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

namespace tutti::store::postgres {

struct Watchdog::State {
  std::mutex mutex;
  std::condition_variable changed;
  std::set<std::pair<Clock::time_point, int>> watched;  ///< earliest first
  Clock::time_point wakes = Clock::time_point::max();
  bool ends = false;
  std::thread thread;

  void run() {
    std::unique_lock lock(mutex);
    while (!ends) {
      const auto now = Clock::now();
      while (!watched.empty() && watched.begin()->first <= now) {
        ::shutdown(watched.begin()->second, SHUT_RDWR);  // its owner waits with the descriptor open
        watched.erase(watched.begin());
      }
      wakes = watched.empty() ? Clock::time_point::max() : watched.begin()->first;
      watched.empty() ? changed.wait(lock) : void(changed.wait_until(lock, wakes));
    }
  }
};

Watchdog::Watchdog() : state_(std::make_unique<State>()) {
  state_->thread = std::thread([state = state_.get()] { state->run(); });
}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->ends = true;
  }
  state_->changed.notify_one();
  state_->thread.join();
}

Watchdog::Watch::Watch(Watchdog& watchdog, int socket, std::chrono::milliseconds patience)
    : watchdog_(watchdog), until_(Clock::now() + patience), socket_(socket) {
  const std::lock_guard lock(watchdog_.state_->mutex);
  watchdog_.state_->watched.emplace(until_, socket_);
  if (until_ < watchdog_.state_->wakes) watchdog_.state_->changed.notify_one();
}

Watchdog::Watch::~Watch() {
  const std::lock_guard lock(watchdog_.state_->mutex);
  watchdog_.state_->watched.erase({until_, socket_});
}

}  // namespace tutti::store::postgres
