#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "protocol/base/strong.hpp"

namespace tutti::hub {

/// Counts failed joins by address (an IPv6 /64 counts as one) and says when an address has to wait. The addresses remembered
/// are bounded; when there are more, those that have waited longest are forgotten.
class Attempts {
 public:
  static constexpr double burst = 20;                    ///< failures that are free
  static constexpr double regained_per_ms = 30 / 3.6e6;  ///< then 30 an hour
  static constexpr std::size_t remembered = 10'000;      ///< addresses

  [[nodiscard]] bool may_try(std::string_view address, Instant now) const;
  void failed(std::string_view address, Instant now);

 private:
  struct Tries {
    double left = burst;
    Instant at;
  };
  [[nodiscard]] static double left(const Tries& tries, Instant now);
  void forget_old(Instant now);
  std::map<std::string, Tries, std::less<>> tries_;
};

/// The part of an address that one party controls.
[[nodiscard]] std::string address_group(std::string_view address);

}  // namespace tutti::hub
