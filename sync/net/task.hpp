#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace tutti::net {

/// A move-only `void()`: unlike std::function it may own what cannot be copied (a result on its way, a unique_ptr).
class Task {
 public:
  Task() = default;
  template <class F, class = std::enable_if_t<!std::is_same_v<std::decay_t<F>, Task>>>
  Task(F&& f) : held_(std::make_unique<Holder<std::decay_t<F>>>(std::forward<F>(f))) {}  // NOLINT(google-explicit-constructor)

  explicit operator bool() const { return held_ != nullptr; }
  void operator()() { held_->call(); }

 private:
  struct Callable {
    virtual ~Callable() = default;
    virtual void call() = 0;
  };
  template <class F>
  struct Holder final : Callable {
    explicit Holder(F f) : function(std::move(f)) {}
    void call() override { function(); }
    F function;
  };
  std::unique_ptr<Callable> held_;
};

}  // namespace tutti::net
