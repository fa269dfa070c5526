#include "lsp-server/workspace/hub_addresses.hpp"

#include <algorithm>
#include <utility>

#include "sync/net/url.hpp"

namespace tutti::workspace {
namespace {

bool fits(const std::string& url, const std::string& first) {
  const auto parsed = net::parse_url(url);
  return parsed && (parsed->scheme == "https" || (parsed->scheme == "http" && first.starts_with("http:")));
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
