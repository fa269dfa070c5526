#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.hpp"

/// URLs as far as a hub and its clients need them. Pure functions.
namespace tutti::net {

/// http, https, ws or wss. User information and fragments are refused: neither may reach the network.
struct Url {
  std::string scheme;
  std::string host;  ///< lower case; an IPv6 address without its brackets
  std::uint16_t port = 0;
  std::string target = "/";  ///< path and query, as sent

  [[nodiscard]] bool secure() const { return scheme == "https" || scheme == "wss"; }
  [[nodiscard]] bool is_default_port() const { return port == (secure() ? 443 : 80); }
  [[nodiscard]] std::string authority() const;    ///< always with the port, brackets where needed
  [[nodiscard]] std::string host_header() const;  ///< as `Host:` wants it
};

Result<Url> parse_url(std::string_view text);

/// "HOST:PORT", "[::1]:PORT" as `--listen` takes it.
struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};
Result<HostPort> parse_host_port(std::string_view text);
/// True for 127.0.0.0/8, ::1 and "localhost".
bool is_loopback(std::string_view host);
/// Whether a URL leads to this machine; false for what is none.
bool leads_to_loopback(std::string_view url);

Result<std::string> percent_decode(std::string_view text);
std::string percent_encode(std::string_view text);  ///< everything but unreserved characters
/// The decoded segments of a path. An empty segment, "." or "..", an encoded slash, a NUL or invalid UTF-8 is `invalid`.
/// "/" has no segments; one trailing slash is ignored.
Result<std::vector<std::string>> path_segments(std::string_view path);
/// The first value of a key in a query string, decoded ('+' is a space); nullopt if absent or badly encoded.
std::optional<std::string> query_value(std::string_view query, std::string_view key);

/// Values of HTTP_PROXY, HTTPS_PROXY and NO_PROXY as the environment spells them; empty means none.
struct ProxySettings {
  std::string http;
  std::string https;
  std::string no_proxy;  ///< comma-separated host names (also their subdomains), addresses, HOST:PORT, or "*"
};
/// Reads HTTPS_PROXY, HTTP_PROXY (also lower case) and NO_PROXY through `get`, which answers nullptr for what is not set.
ProxySettings proxy_settings(const std::function<const char*(const char*)>& get);

struct Proxy {
  std::string host;
  std::uint16_t port = 0;
  std::string authorization;  ///< value of Proxy-Authorization, or empty
};
/// The proxy to use for a URL; nullopt for a direct connection. Loopback is always direct.
Result<std::optional<Proxy>> proxy_for(const Url& url, const ProxySettings& settings);

}  // namespace tutti::net
