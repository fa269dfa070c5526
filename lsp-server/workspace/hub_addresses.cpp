#include "lsp-server/workspace/hub_addresses.hpp"

#include <algorithm>
#include <utility>

#include "sync/net/url.hpp"

namespace tutti::workspace {
namespace {

/// Whether the token may go there, and would find somebody: a hub that listens on its own machine alone says an address that
/// here is another's.
bool fits(const std::string& url, const std::string& first) {
  const auto there = net::parse_url(url);
  const auto known = net::parse_url(first);
  if (!there || !known || (there->scheme != "https" && there->scheme != "http")) return false;
  if (known->secure() && !there->secure()) return false;
  return net::is_loopback(known->host) || !net::is_loopback(there->host);
}

}  // namespace

HubAddresses::HubAddresses(std::string first, const std::vector<std::string>& others) : urls_{std::move(first)} {
  learn(others);
}

bool HubAddresses::learn(const std::vector<std::string>& urls) {
  std::vector<std::string> next{urls_.front()};
  for (const std::string& url : urls) {
    const bool new_here = std::find(next.begin(), next.end(), url) == next.end();
    if (new_here && next.size() < most && fits(url, urls_.front())) next.push_back(url);
  }
  if (next == urls_) return false;
  const auto here = std::find(next.begin(), next.end(), now());
  at_ = here == next.end() ? 0 : static_cast<std::size_t>(here - next.begin());
  urls_ = std::move(next);
  return true;
}

}  // namespace tutti::workspace
