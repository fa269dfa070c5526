#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include "protocol/base/strong.hpp"

namespace tutti::plain {

/// Simulated time: what is to happen, in order. Things of one moment happen in the order in which they were planned.
class Clock {
 public:
  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] bool is_over() const { return plans_.empty(); }

  void at(Instant when, std::function<void()> what) { plans_.push({std::max(when, now_), ++count_, std::move(what)}); }
  void in(std::int64_t ms, std::function<void()> what) { at(now_ + ms, std::move(what)); }

  void go_on() {
    const Plan plan = plans_.top();
    plans_.pop();
    now_ = plan.when;
    plan.what();
  }

 private:
  struct Plan {
    Instant when;
    std::uint64_t number;
    std::function<void()> what;
    bool operator<(const Plan& other) const { return std::pair(other.when, other.number) < std::pair(when, number); }
  };
  std::priority_queue<Plan> plans_;
  std::uint64_t count_ = 0;
  Instant now_{1};
};

/// What is put in comes out in order, a while later.
class Pipe {
 public:
  explicit Pipe(Clock& clock) : clock_(clock) {}

  void send(std::int64_t ms, std::function<void()> what) {
    last_ = std::max(last_, clock_.now() + ms);
    clock_.at(last_, std::move(what));
  }
  /// Some ms after what was put in so far, and without what is put in later having to wait for it.
  void send_loose(std::int64_t ms, std::function<void()> what) {
    clock_.at(std::max(last_, clock_.now()) + ms, std::move(what));
  }

 private:
  Clock& clock_;
  Instant last_;
};

}  // namespace tutti::plain
