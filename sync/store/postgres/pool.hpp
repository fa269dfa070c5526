#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "sync/store/postgres/connection.hpp"

namespace tutti::store::postgres {

/// A few connections that take turns. Any thread.
///
///   take() ─▶ one that is idle, else a new one, else wait until somebody gives one back
///   connecting failed ─▶ nobody tries again before `first_wait`, doubled at each failure up to `longest_wait`; who asks
///                        meanwhile is told at once why
///
/// A lease gives its connection back when it ends, unless the connection was lost.
class Pool {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds first_wait{50};
  static constexpr std::chrono::milliseconds longest_wait{2000};

  /// `greet` is done with every new connection before anybody gets it.
  Pool(Options options, Watchdog& watchdog, std::size_t most, std::function<Status(Connection&)> greet = {});

  class Lease {
   public:
    Lease(Pool& pool, std::unique_ptr<Connection> connection, bool fresh)
        : pool_(&pool), connection_(std::move(connection)), fresh_(fresh) {}
    Lease(Lease&& other) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (connection_) pool_->give_back(std::move(connection_));
    }
    [[nodiscard]] bool fresh() const { return fresh_; }  ///< made just now, so it cannot have died of idleness
    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }

   private:
    Pool* pool_;
    std::unique_ptr<Connection> connection_;
    bool fresh_;
  };
  [[nodiscard]] Result<Lease> take();

 private:
  Result<std::unique_ptr<Connection>> open();
  Status may_try();
  void note(const Status& opened);
  void give_back(std::unique_ptr<Connection> connection);

  Options options_;
  Watchdog& watchdog_;
  std::size_t most_;
  std::function<Status(Connection&)> greet_;

  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::size_t out_ = 0;
  std::chrono::milliseconds wait_ = first_wait;
  Clock::time_point not_before_;
  Status refused_;
};

}  // namespace tutti::store::postgres
