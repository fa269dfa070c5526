#pragma once

#include <chrono>
#include <memory>

namespace tutti::store::postgres {

/// Sees to it that nobody waits for ever: a statement that is not answered in time gets its socket shut down, and libpq, which
/// has no deadline of its own, then answers that the connection is lost. One thread, asleep unless somebody waits.
class Watchdog {
 public:
  using Clock = std::chrono::steady_clock;

  Watchdog();
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  /// As long as it lives, `socket` is watched. The socket must outlive it.
  class Watch {
   public:
    Watch(Watchdog& watchdog, int socket, std::chrono::milliseconds patience);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    Watchdog& watchdog_;
    Clock::time_point until_;
    int socket_;
  };

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tutti::store::postgres
