#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/bucket.hpp"
#include "sync/net/http/http.hpp"

// How often joins may be tried. Three counts are kept of each: by address, by link, and by the token that came with it.
namespace tutti::hub {

/// Counts by a key, and says how long a key has to wait. The keys remembered are bounded; when there are more, those that have
/// waited longest are forgotten.
class Attempts {
 public:
  static constexpr std::size_t remembered = 10'000;

  explicit Attempts(Rate rate) : rate_(rate) {}
  /// Milliseconds; 0 is now.
  [[nodiscard]] std::int64_t wait(std::string_view key, Instant now) const;
  void count(std::string_view key, Instant now);

 private:
  struct Tries {
    Bucket bucket;
    Instant at;
  };
  void forget_old(Instant now);

  Rate rate_;
  std::map<std::string, Tries, std::less<>> tries_;
};

constexpr Rate per_minute(double times, double burst) {
  return {times / 60, burst};
}

struct JoinLimits {
  Rate by_address = per_minute(20, 60);  ///< a class of 60 behind one address comes in at once
  Rate by_token = per_minute(10, 20);
  Rate failed_by_address = per_minute(0.5, 20);
  Rate failed_by_link = per_minute(0.5, 10);  ///< who guesses a link's password waits, from however many addresses
  std::size_t body_bytes = 4096;              ///< it is read before anybody is known
  std::vector<std::string> proxies;           ///< in front of the hub, by address
};

/// What the limits are kept by; of secrets only hashes. Empty: there is none.
struct JoinKeys {
  std::string address, link, token;
};

class JoinGate {
 public:
  explicit JoinGate(const JoinLimits& limits = {});
  /// Milliseconds until a join with these keys may be tried. One that may is counted.
  [[nodiscard]] std::int64_t try_now(const JoinKeys& keys, Instant now);
  void failed(const JoinKeys& keys, Instant now);

 private:
  Attempts by_address_, by_token_, failed_by_address_, failed_by_link_;
};

/// Who asks: the nearest hop behind the proxies that are ours, which alone are believed (X-Forwarded-For); else the peer.
[[nodiscard]] std::string asking_address(const net::HttpRequest& request, const std::vector<std::string>& proxies);
/// The part of an address that one party controls: an IPv6 /64 counts as one.
[[nodiscard]] std::string address_group(std::string_view address);
/// `body` and `authorization` are as they came from whoever asks.
[[nodiscard]] JoinKeys join_keys(std::string_view address, std::string_view session, std::string_view body,
                                 std::string_view authorization);

}  // namespace tutti::hub
