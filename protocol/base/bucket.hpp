#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "protocol/base/strong.hpp"

namespace tutti {

/// How much of something may be had: `burst` at once, and `per_second` in the long run.
struct Rate {
  double per_second = 0;
  double burst = 0;
};

/// A token bucket: full at first, and it fills again as time passes. Time comes in; the rate may change between two calls.
class Bucket {
 public:
  /// Milliseconds until `amount` may be taken; 0 is now. What the bucket can never hold may be taken when it is full.
  [[nodiscard]] std::int64_t wait(const Rate& rate, double amount, Instant now) const {
    const double lacking = missing(rate, now) + std::min(amount, rate.burst) - rate.burst;
    return lacking <= 0 ? 0 : static_cast<std::int64_t>(std::ceil(lacking / rate.per_second * 1000 - a_hair));
  }
  /// Takes it whether or not it may be taken: `debt` grows.
  void take(const Rate& rate, double amount, Instant now) {
    missing_ = missing(rate, now) + amount;
    at_ = now;
  }
  [[nodiscard]] bool full(const Rate& rate, Instant now) const { return missing(rate, now) <= 0; }
  /// What was taken beyond the burst, and is not made good by time yet.
  [[nodiscard]] double debt(const Rate& rate, Instant now) const { return std::max(0.0, missing(rate, now) - rate.burst); }

 private:
  static constexpr double a_hair = 1e-6;  ///< what sums of fractions are off by

  [[nodiscard]] double missing(const Rate& rate, Instant now) const {
    return std::max(0.0, missing_ - static_cast<double>(now - at_) * rate.per_second / 1000);
  }

  double missing_ = 0;
  Instant at_;
};

}  // namespace tutti
