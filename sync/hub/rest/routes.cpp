#include "sync/hub/rest/call.hpp"

namespace tutti::hub {

namespace {

std::vector<std::string_view> split(std::string_view pattern) {
  std::vector<std::string_view> words;
  for (std::size_t at = 1; at < pattern.size();) {
    const auto end = std::min(pattern.find('/', at), pattern.size());
    words.push_back(pattern.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

std::string join(std::span<const std::string> segments) {
  std::string text;
  for (const auto& segment : segments) text += (text.empty() ? "" : "/") + segment;
  return text;
}

std::optional<std::vector<std::string>> fit(std::string_view pattern, std::span<const std::string> segments) {
  const auto words = split(pattern);
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i >= segments.size()) return std::nullopt;
    if (words[i].front() == '*') {
      parts.push_back(join(segments.subspan(i)));
      return parts;
    }
    if (words[i].front() == ':') {
      parts.push_back(segments[i]);
    } else if (words[i] != segments[i]) {
      return std::nullopt;
    }
  }
  return words.size() == segments.size() ? std::optional(parts) : std::nullopt;
}

}  // namespace

const std::vector<Route>& all_routes() {
  static const std::vector<Route> routes = [] {
    std::vector<Route> all;
    for (const auto family : {session_routes(), join_routes(), link_routes(), participant_routes(), file_routes()}) {
      all.insert(all.end(), family.begin(), family.end());
    }
    return all;
  }();
  return routes;
}

Matched match_route(std::string_view method, std::span<const std::string> segments) {
  Matched matched;
  for (const auto& route : all_routes()) {
    auto parts = fit(route.pattern, segments);
    if (!parts) continue;
    if (route.method == method) return {&route, std::move(*parts), false};
    matched.other_method = true;
  }
  return matched;
}

}  // namespace tutti::hub
