#include "sync/hub/attempts.hpp"

#include <arpa/inet.h>

#include <algorithm>

namespace tutti::hub {

std::string address_group(std::string_view address) {
  in6_addr six{};
  const std::string text(address.substr(0, address.find('%')));
  if (inet_pton(AF_INET6, text.c_str(), &six) != 1) return text;
  if (IN6_IS_ADDR_V4MAPPED(&six)) return text;
  std::fill(six.s6_addr + 8, six.s6_addr + 16, std::uint8_t{0});
  char group[INET6_ADDRSTRLEN];
  inet_ntop(AF_INET6, &six, group, sizeof group);
  return std::string(group) + "/64";
}

double Attempts::left(const Tries& tries, Instant now) {
  return std::min(burst, tries.left + static_cast<double>(now - tries.at) * regained_per_ms);
}

bool Attempts::may_try(std::string_view address, Instant now) const {
  const auto found = tries_.find(address_group(address));
  return found == tries_.end() || left(found->second, now) >= 1;
}

void Attempts::failed(std::string_view address, Instant now) {
  if (tries_.size() >= remembered) forget_old(now);
  auto& tries = tries_.try_emplace(address_group(address), Tries{burst, now}).first->second;
  tries.left = std::max(0.0, left(tries, now) - 1);
  tries.at = now;
}

void Attempts::forget_old(Instant now) {
  std::erase_if(tries_, [&](const auto& entry) { return left(entry.second, now) >= burst; });
  if (tries_.size() < remembered) return;
  const auto oldest =
      std::min_element(tries_.begin(), tries_.end(), [](const auto& a, const auto& b) { return a.second.at < b.second.at; });
  tries_.erase(oldest);
}

}  // namespace tutti::hub
