#include "sync/net/url.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "sync/net/websocket/codec.hpp"

namespace tutti::net {

namespace {

Error bad(std::string message) {
  return error(ErrorCode::invalid, std::move(message));
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return out;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  unsigned value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size() || value > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(value);
}

bool is_ipv6(const std::string& host) {
  in6_addr ignored{};
  return ::inet_pton(AF_INET6, host.c_str(), &ignored) == 1;
}

bool is_host_name(std::string_view host) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
  };
  return !host.empty() && host.size() <= 253 && std::all_of(host.begin(), host.end(), allowed);
}

// "HOST", "HOST:PORT", "[IPV6]", "[IPV6]:PORT"; nullopt for the port when it is not there.
struct Authority {
  std::string host;
  std::optional<std::uint16_t> port;
};

Result<Authority> parse_authority(std::string_view text) {
  Authority out;
  std::string_view rest;
  if (!text.empty() && text.front() == '[') {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return bad("missing ] after an IPv6 address");
    out.host = lower(text.substr(1, end - 1));
    if (!is_ipv6(out.host)) return bad("not an IPv6 address: " + out.host);
    rest = text.substr(end + 1);
  } else {
    const std::size_t colon = std::min(text.find(':'), text.size());
    out.host = lower(text.substr(0, colon));
    if (!is_host_name(out.host)) return bad("not a host name: " + std::string(text.substr(0, colon)));
    rest = text.substr(colon);
  }
  if (rest.empty()) return out;
  out.port = rest.front() == ':' ? parse_port(rest.substr(1)) : std::nullopt;
  if (!out.port) return bad("not a port number: " + std::string(rest));
  return out;
}

bool target_is_clean(std::string_view target) {
  return std::all_of(target.begin(), target.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
         c == '~';
}

std::string bracketed(const std::string& host) {
  return host.find(':') == std::string::npos ? host : '[' + host + ']';
}

Result<std::string> decode_segment(std::string_view raw) {
  auto segment = percent_decode(raw);
  if (!segment) return segment.error();
  Utf8Check utf8;
  const bool text = utf8.feed(*segment) && utf8.complete();
  if (segment->empty() || *segment == "." || *segment == ".." || !text || segment->find('/') != std::string::npos ||
      segment->find('\0') != std::string::npos) {
    return bad("bad path segment");
  }
  return segment;
}

bool no_proxy_matches(std::string entry, const Url& url) {
  if (entry == "*") return true;
  const auto parsed = parse_authority(entry.starts_with('.') ? entry.substr(1) : entry);
  if (!parsed || (parsed->port && *parsed->port != url.port)) return false;
  return url.host == parsed->host || url.host.ends_with('.' + parsed->host);
}

bool goes_direct(const Url& url, std::string_view no_proxy) {
  while (!no_proxy.empty()) {
    const std::size_t end = std::min(no_proxy.find_first_of(", "), no_proxy.size());
    const std::string entry = lower(no_proxy.substr(0, end));
    if (!entry.empty() && no_proxy_matches(entry, url)) return true;
    no_proxy.remove_prefix(std::min(end + 1, no_proxy.size()));
  }
  return false;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j)
      group = (group << 8U) | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j) out += i + j <= bytes.size() ? digits[(group >> (18 - 6 * j)) & 63U] : '=';
  }
  return out;
}

Result<std::optional<Proxy>> parse_proxy(std::string_view text) {
  if (text.starts_with("http://")) text.remove_prefix(7);
  if (text.find("://") != std::string_view::npos) return bad("only http:// proxies can be used");
  text = text.substr(0, text.find('/'));
  Proxy proxy;
  if (const std::size_t at = text.rfind('@'); at != std::string_view::npos) {
    auto credentials = percent_decode(text.substr(0, at));
    if (!credentials) return bad("the proxy's user name or password is not well written");
    proxy.authorization = "Basic " + base64(*credentials);
    text.remove_prefix(at + 1);
  }
  auto authority = parse_authority(text);
  if (!authority) return bad("the proxy setting is not HOST:PORT");
  proxy.host = authority->host;
  proxy.port = authority->port.value_or(80);
  return std::optional(proxy);
}

}  // namespace

std::string Url::authority() const {
  return bracketed(host) + ':' + std::to_string(port);
}

std::string Url::host_header() const {
  return is_default_port() ? bracketed(host) : authority();
}

Result<Url> parse_url(std::string_view text) {
  const std::size_t mark = text.find("://");
  if (mark == std::string_view::npos) return bad("not a URL: it has no scheme");
  Url url;
  url.scheme = lower(text.substr(0, mark));
  constexpr std::array<std::string_view, 4> schemes = {"http", "https", "ws", "wss"};
  if (std::find(schemes.begin(), schemes.end(), url.scheme) == schemes.end()) return bad("unknown scheme: " + url.scheme);
  text.remove_prefix(mark + 3);
  if (text.find('#') != std::string_view::npos) return bad("a fragment must not reach the network");
  const std::size_t path = std::min(text.find_first_of("/?"), text.size());
  if (text.substr(0, path).find('@') != std::string_view::npos) return bad("a URL must not hold a user name");
  auto authority = parse_authority(text.substr(0, path));
  if (!authority) return authority.error();
  url.host = authority->host;
  url.port = authority->port.value_or(url.secure() ? 443 : 80);
  url.target = text.substr(path);
  if (url.target.empty() || url.target.front() == '?') url.target.insert(0, "/");
  if (!target_is_clean(url.target)) return bad("a URL must be ASCII without spaces");
  return url;
}

Result<HostPort> parse_host_port(std::string_view text) {
  auto authority = parse_authority(text);
  if (!authority) return authority.error();
  if (!authority->port) return bad("expected HOST:PORT, got " + std::string(text));
  return HostPort{authority->host, *authority->port};
}

bool is_loopback(std::string_view host) {
  const std::string name(host);
  in_addr v4{};
  if (::inet_pton(AF_INET, name.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24U) == 127;
  in6_addr v6{};
  if (::inet_pton(AF_INET6, name.c_str(), &v6) == 1) return IN6_IS_ADDR_LOOPBACK(&v6) != 0;
  return lower(host) == "localhost";
}

bool leads_to_loopback(std::string_view url) {
  const auto parsed = parse_url(url);
  return parsed && is_loopback(parsed->host);
}

Result<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) return bad("bad percent-encoding");
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4U];
    out += digits[byte & 15U];
  }
  return out;
}

Result<std::vector<std::string>> path_segments(std::string_view path) {
  if (path.empty() || path.front() != '/') return bad("a path begins with a slash");
  if (path.ends_with("//")) return bad("empty path segment");
  path.remove_prefix(1);
  if (!path.empty() && path.back() == '/') path.remove_suffix(1);
  std::vector<std::string> segments;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    auto segment = decode_segment(path.substr(0, slash));
    if (!segment) return segment.error();
    segments.push_back(std::move(*segment));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return segments;
}

std::optional<std::string> query_value(std::string_view query, std::string_view key) {
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    std::string pair(query.substr(0, end));
    std::replace(pair.begin(), pair.end(), '+', ' ');
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const auto name = percent_decode(std::string_view(pair).substr(0, equals));
    if (name && *name == key) {
      auto value = percent_decode(std::string_view(pair).substr(std::min(equals + 1, pair.size())));
      return value ? std::optional(std::move(*value)) : std::nullopt;
    }
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return std::nullopt;
}

ProxySettings proxy_settings(const std::function<const char*(const char*)>& get) {
  const auto either = [&](const char* upper_case, const char* lower_case) -> std::string {
    const char* value = get(upper_case);
    if (value == nullptr || *value == '\0') value = get(lower_case);
    return value == nullptr ? std::string() : std::string(value);
  };
  return {either("HTTP_PROXY", "http_proxy"), either("HTTPS_PROXY", "https_proxy"), either("NO_PROXY", "no_proxy")};
}

Result<std::optional<Proxy>> proxy_for(const Url& url, const ProxySettings& settings) {
  const std::string& proxy = url.secure() ? settings.https : settings.http;
  if (proxy.empty() || is_loopback(url.host) || goes_direct(url, settings.no_proxy)) return std::optional<Proxy>();
  return parse_proxy(proxy);
}

}  // namespace tutti::net
