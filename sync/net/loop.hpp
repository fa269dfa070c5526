#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "protocol/base/strong.hpp"
#include "sync/net/task.hpp"

struct uv_loop_s;

/// The event loop of a process and its timers.
///
/// One thread constructs the Loop, runs it and destroys it, and that thread owns every object of this room: nothing here is
/// locked, and only `Loop::post` (and logging) may be called from another thread. A Loop must outlive everything made with
/// it. Destroying any object of this room is always allowed, also from inside one of its own callbacks, and no callback of
/// it comes afterwards; its libuv handles finish closing in later turns on their own.
///
///   turn:  timers ─▶ [deferred] ─▶ poll: sockets, posts, signals ─▶ [deferred] ─▶ closing
///
/// What callbacks of one turn write to a connection is flushed once, by a deferred function.
namespace tutti::net {

using Duration = std::chrono::milliseconds;

class Loop {
 public:
  Loop();
  ~Loop();  ///< `close()` if that was not called; handles that leaked are logged as a bug
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void run();   ///< until `stop()`
  void stop();  ///< ends `run()` after the present turn; loop thread
  /// Runs turns until `condition` holds (asked once or twice a turn) or `limit` has passed; says whether it held. For tests
  /// and short tools.
  bool run_until(const std::function<bool()>& condition, Duration limit);

  /// The time at which the present turn began, in ms. Does not move within a callback.
  [[nodiscard]] Instant now() const;

  void post(Task task);   ///< any thread: run on the loop thread, in posting order; unbounded, so the poster bounds itself
  void defer(Task task);  ///< loop thread: run at the end of this turn's callbacks, before the loop sleeps

  /// Called with SIGTERM or SIGINT instead of the process dying. Replaces an earlier handler; empty restores the default.
  void on_terminate(std::function<void(int signal)> handler);
  /// The same for SIGHUP (read certificates again).
  void on_hangup(std::function<void()> handler);

  /// Finishes all closing handles. False, with the kinds logged, if one was never closed. No use of the Loop afterwards.
  [[nodiscard]] bool close();

  [[nodiscard]] uv_loop_s* raw() const;  ///< for this room only

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// One clock alarm. Destroying or restarting it cancels what was set; both may happen inside its own callback.
class Timer {
 public:
  explicit Timer(Loop& loop);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  /// In a later round of the loop, also after no time: who starts itself anew keeps nobody else waiting.
  void once(Duration after, std::function<void()> fire);
  void every(Duration interval, std::function<void()> fire);
  void stop();
  [[nodiscard]] bool active() const;

 private:
  struct State;
  State* state_;  ///< freed by libuv's close callback
};

}  // namespace tutti::net
