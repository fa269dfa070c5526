#include "sync/net/loop.hpp"

#include <uv.h>

#include <csignal>
#include <mutex>
#include <utility>
#include <vector>

#include "sync/net/log.hpp"

namespace tutti::net {

struct Loop::State {
  uv_loop_t loop{};
  uv_async_t async{};
  uv_prepare_t prepare{};
  uv_check_t check{};
  uv_timer_t wake{};                               ///< bounds run_until
  const std::function<bool()>* awaited = nullptr;  ///< what run_until waits for
  uv_signal_t terminate{};
  uv_signal_t interrupt{};
  uv_signal_t hangup{};
  std::shared_ptr<std::function<void(int)>> on_terminate;
  std::shared_ptr<std::function<void()>> on_hangup;
  std::vector<Task> deferred;
  bool stopped = false;
  bool closed = false;

  std::mutex mutex;  ///< guards the two below
  std::vector<Task> posted;
  bool accepting = true;

  void init();
  void before_sleep();
  void run_deferred();
  void run_posted();
  void drop_tasks();
  void close_own_handles();
  unsigned close_leaked();
};

void Loop::State::init() {
  uv_loop_init(&loop);
  loop.data = this;
  uv_async_init(&loop, &async, [](uv_async_t* handle) { static_cast<State*>(handle->loop->data)->run_posted(); });
  uv_prepare_init(&loop, &prepare);
  uv_prepare_start(&prepare, [](uv_prepare_t* handle) { static_cast<State*>(handle->loop->data)->before_sleep(); });
  uv_check_init(&loop, &check);
  uv_check_start(&check, [](uv_check_t* handle) { static_cast<State*>(handle->loop->data)->run_deferred(); });
  uv_timer_init(&loop, &wake);
  uv_signal_init(&loop, &terminate);
  uv_signal_init(&loop, &interrupt);
  uv_signal_init(&loop, &hangup);
}

// What timers and deferred functions did may be what run_until waits for, and then there is nothing to sleep for.
void Loop::State::before_sleep() {
  run_deferred();
  if (awaited != nullptr && (*awaited)()) uv_stop(&loop);
}

void Loop::State::run_deferred() {
  while (!deferred.empty()) {
    std::vector<Task> now;
    now.swap(deferred);
    for (Task& task : now) task();
  }
}

void Loop::State::run_posted() {
  std::vector<Task> now;
  {
    const std::lock_guard lock(mutex);
    now.swap(posted);
  }
  for (Task& task : now) task();
}

// What tasks own may itself close handles or defer again when it goes.
void Loop::State::drop_tasks() {
  for (;;) {
    std::vector<Task> gone;
    {
      const std::lock_guard lock(mutex);
      accepting = false;
      gone.swap(posted);
    }
    std::vector<Task> gone_too;
    gone_too.swap(deferred);
    if (gone.empty() && gone_too.empty()) return;
  }
}

void Loop::State::close_own_handles() {
  const auto close = [](auto* handle) { uv_close(reinterpret_cast<uv_handle_t*>(handle), nullptr); };
  close(&async);
  close(&prepare);
  close(&check);
  close(&wake);
  close(&terminate);
  close(&interrupt);
  close(&hangup);
}

unsigned Loop::State::close_leaked() {
  unsigned leaked = 0;
  const auto visit = [](uv_handle_t* handle, void* count) {
    if (uv_is_closing(handle) != 0) return;
    ++*static_cast<unsigned*>(count);
    log_error("handle leaked: destroy everything made with a loop before the loop",
              {{"kind", uv_handle_type_name(handle->type)}});
    uv_close(handle, nullptr);
  };
  uv_walk(&loop, visit, &leaked);
  return leaked;
}

Loop::Loop() : state_(std::make_unique<State>()) {
  std::signal(SIGPIPE, SIG_IGN);  // a peer that has gone is an error of the write, not the end of the process
  state_->init();
}

Loop::~Loop() {
  if (!state_->closed) static_cast<void>(close());
}

void Loop::run() {
  state_->stopped = false;
  while (!state_->stopped) uv_run(&state_->loop, UV_RUN_ONCE);
}

void Loop::stop() {
  state_->stopped = true;
  uv_stop(&state_->loop);
}

bool Loop::run_until(const std::function<bool()>& condition, Duration limit) {
  uv_update_time(&state_->loop);
  const Instant deadline = now() + limit.count();
  bool held = condition();
  state_->awaited = &condition;
  for (; !held && now() < deadline; held = condition()) {
    uv_timer_start(
        &state_->wake, [](uv_timer_t*) {}, static_cast<std::uint64_t>(deadline - now()), 0);
    uv_run(&state_->loop, UV_RUN_ONCE);
  }
  state_->awaited = nullptr;
  uv_timer_stop(&state_->wake);
  return held;
}

Instant Loop::now() const {
  return Instant(static_cast<std::int64_t>(uv_now(&state_->loop)));
}

void Loop::post(Task task) {
  const std::lock_guard lock(state_->mutex);
  if (!state_->accepting) return;
  state_->posted.push_back(std::move(task));
  uv_async_send(&state_->async);
}

void Loop::defer(Task task) {
  if (!state_->closed) state_->deferred.push_back(std::move(task));
}

void Loop::on_terminate(std::function<void(int)> handler) {
  uv_signal_stop(&state_->terminate);
  uv_signal_stop(&state_->interrupt);
  state_->on_terminate = std::make_shared<std::function<void(int)>>(std::move(handler));
  if (!*state_->on_terminate) return;
  const auto call = [](uv_signal_t* handle, int number) {
    const auto keep = static_cast<State*>(handle->loop->data)->on_terminate;
    (*keep)(number);
  };
  uv_signal_start(&state_->terminate, call, SIGTERM);
  uv_signal_start(&state_->interrupt, call, SIGINT);
}

void Loop::on_hangup(std::function<void()> handler) {
  uv_signal_stop(&state_->hangup);
  state_->on_hangup = std::make_shared<std::function<void()>>(std::move(handler));
  if (!*state_->on_hangup) return;
  const auto call = [](uv_signal_t* handle, int) {
    const auto keep = static_cast<State*>(handle->loop->data)->on_hangup;
    (*keep)();
  };
  uv_signal_start(&state_->hangup, call, SIGHUP);
}

bool Loop::close() {
  if (state_->closed) return true;
  state_->drop_tasks();
  state_->on_terminate.reset();
  state_->on_hangup.reset();
  state_->close_own_handles();
  const unsigned leaked = state_->close_leaked();
  uv_run(&state_->loop, UV_RUN_DEFAULT);  // no handle is open any more: this ends with the last close and the last request
  state_->drop_tasks();
  state_->closed = true;
  return uv_loop_close(&state_->loop) == 0 && leaked == 0;
}

uv_loop_s* Loop::raw() const {
  return &state_->loop;
}

}  // namespace tutti::net
