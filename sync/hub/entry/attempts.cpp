#include "sync/hub/entry/attempts.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "sync/hub/entry/secret.hpp"

namespace tutti::hub {

namespace {

/// Secrets are not kept, their hashes are.
std::string key_of(std::string_view secret) {
  if (secret.empty()) return {};
  const auto hash = hash_token(secret);
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

std::string secret_in(std::string_view body) {
  const auto parsed = nlohmann::json::parse(body, nullptr, false);
  const auto found = parsed.is_object() ? parsed.find("secret") : parsed.end();
  return found != parsed.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// All hops that the request says it came by, the nearest last.
std::vector<std::string> hops(const net::HttpRequest& request) {
  std::vector<std::string> found;
  for (const auto& [name, value] : request.headers.fields()) {
    if (name != "x-forwarded-for") continue;
    std::istringstream list(value);
    for (std::string hop; std::getline(list, hop, ',');) {
      std::erase(hop, ' ');
      found.push_back(std::move(hop));
    }
  }
  return found;
}

}  // namespace

std::string asking_address(const net::HttpRequest& request, const std::vector<std::string>& proxies) {
  const auto ours = [&](const std::string& address) {
    return std::find(proxies.begin(), proxies.end(), address) != proxies.end();
  };
  std::string address = request.remote;
  for (auto told = hops(request); ours(address) && !told.empty(); told.pop_back()) address = told.back();
  return address;
}

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

JoinKeys join_keys(std::string_view address, std::string_view session, std::string_view body, std::string_view authorization) {
  const std::string secret = secret_in(body);
  const std::string link = secret.empty() ? secret : std::string(session) + '#' + secret;
  return {address_group(address), key_of(link), key_of(authorization)};
}

std::int64_t Attempts::wait(std::string_view key, Instant now) const {
  const auto found = tries_.find(key);
  return found == tries_.end() ? 0 : found->second.bucket.wait(rate_, 1, now);
}

void Attempts::count(std::string_view key, Instant now) {
  if (key.empty()) return;
  if (tries_.size() >= remembered && !tries_.contains(key)) forget_old(now);
  Tries& tries = tries_[std::string(key)];
  if (tries.bucket.debt(rate_, now) == 0) tries.bucket.take(rate_, 1, now);
  tries.at = now;
}

void Attempts::forget_old(Instant now) {
  std::erase_if(tries_, [&](const auto& entry) { return entry.second.bucket.full(rate_, now); });
  if (tries_.size() < remembered) return;
  const auto oldest =
      std::min_element(tries_.begin(), tries_.end(), [](const auto& a, const auto& b) { return a.second.at < b.second.at; });
  tries_.erase(oldest);
}

JoinGate::JoinGate(const JoinLimits& limits)
    : by_address_(limits.by_address),
      by_token_(limits.by_token),
      failed_by_address_(limits.failed_by_address),
      failed_by_link_(limits.failed_by_link) {}

std::int64_t JoinGate::try_now(const JoinKeys& keys, Instant now) {
  const std::int64_t wait = std::max({by_address_.wait(keys.address, now), by_token_.wait(keys.token, now),
                                      failed_by_address_.wait(keys.address, now), failed_by_link_.wait(keys.link, now)});
  if (wait > 0) return wait;
  by_address_.count(keys.address, now);
  by_token_.count(keys.token, now);
  return 0;
}

void JoinGate::failed(const JoinKeys& keys, Instant now) {
  failed_by_address_.count(keys.address, now);
  failed_by_link_.count(keys.link, now);
}

}  // namespace tutti::hub
