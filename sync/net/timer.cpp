#include <uv.h>

#include <algorithm>
#include <utility>

#include "sync/net/loop.hpp"

namespace tutti::net {

struct Timer::State {
  uv_timer_t handle{};
  std::shared_ptr<std::function<void()>> fire;

  void start(Duration after, Duration repeat, std::function<void()> function);
};

void Timer::State::start(Duration after, Duration repeat, std::function<void()> function) {
  fire = std::make_shared<std::function<void()>>(std::move(function));
  const auto call = [](uv_timer_t* timer) {
    const auto keep = static_cast<State*>(timer->data)->fire;  // the callback may restart or destroy the timer
    (*keep)();
  };
  const auto ticks = [](Duration d, Duration least) { return static_cast<std::uint64_t>(std::max(d, least).count()); };
  // libuv (to 1.44) goes on with what is due at the loop's time until nothing is, and does not look at sockets before that.
  uv_timer_start(&handle, call, ticks(after, Duration(1)), ticks(repeat, Duration(0)));
}

Timer::Timer(Loop& loop) : state_(new State) {
  uv_timer_init(loop.raw(), &state_->handle);
  state_->handle.data = state_;
}

Timer::~Timer() {
  uv_close(reinterpret_cast<uv_handle_t*>(&state_->handle),
           [](uv_handle_t* handle) { delete static_cast<State*>(handle->data); });
}

void Timer::once(Duration after, std::function<void()> fire) {
  state_->start(after, Duration(0), std::move(fire));
}

void Timer::every(Duration interval, std::function<void()> fire) {
  state_->start(interval, interval, std::move(fire));
}

void Timer::stop() {
  uv_timer_stop(&state_->handle);
}

bool Timer::active() const {
  return uv_is_active(reinterpret_cast<const uv_handle_t*>(&state_->handle)) != 0;
}

}  // namespace tutti::net
