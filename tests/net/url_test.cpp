#include "sync/net/url.hpp"

#include <map>

#include "sync/net/http/headers.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;
using namespace tutti::net;

namespace {

std::string show(std::string_view text) {
  const auto url = parse_url(text);
  return url ? url->scheme + ' ' + url->host + ' ' + std::to_string(url->port) + ' ' + url->target + ' ' + url->host_header()
             : "error";
}

std::string show_segments(std::string_view path) {
  const auto segments = path_segments(path);
  if (!segments) return "error";
  std::string out;
  for (const std::string& segment : *segments) out += '<' + segment + '>';
  return out;
}

}  // namespace

TEST_CASE("URLs are taken apart") {
  const std::pair<const char*, const char*> cases[] = {
      {"http://Hub.Example.org", "http hub.example.org 80 / hub.example.org"},
      {"https://h/a/b?c=d", "https h 443 /a/b?c=d h"},
      {"ws://h:7420?x", "ws h 7420 /?x h:7420"},
      {"wss://[::1]:8443/ws", "wss ::1 8443 /ws [::1]:8443"},
      {"WSS://h:443/", "wss h 443 / h"},
      {"h/a", "error"},
      {"ftp://h", "error"},
      {"http://", "error"},
      {"http://h:", "error"},
      {"http://h:65536", "error"},
      {"http://h:-1", "error"},
      {"http://h:8x", "error"},
      {"http://u@h/", "error"},
      {"http://h/#secret", "error"},
      {"http://h/a b", "error"},
      {"http://h/\r\nX: y", "error"},
      {"http://h\r\n/", "error"},
      {"http://[::1/", "error"},
      {"http://[zz]/", "error"},
      {"http://h/\xc3\xa4", "error"},
  };
  for (const auto& [text, expected] : cases) {
    INFO(text);
    CHECK(show(text) == expected);
  }
}

TEST_CASE("a path's segments cannot leave it") {
  const std::pair<const char*, const char*> cases[] = {
      {"/", ""},           {"/a", "<a>"},        {"/a/b/", "<a><b>"},  {"/a%20b/%C3%A4", "<a b><\xc3\xa4>"},
      {"", "error"},       {"a", "error"},       {"//", "error"},      {"/a//b", "error"},
      {"/a//", "error"},   {"/a/../b", "error"}, {"/%2e%2e", "error"}, {"/.", "error"},
      {"/a%2fb", "error"}, {"/a%00b", "error"},  {"/%", "error"},      {"/%4", "error"},
      {"/%zz", "error"},   {"/%ff", "error"},    {"/a%5cb", "<a\\b>"}, {"/...", "<...>"},
  };
  for (const auto& [path, expected] : cases) {
    INFO(path);
    CHECK(show_segments(path) == expected);
  }
}

TEST_CASE("queries and percent-encoding") {
  CHECK(query_value("a=1&b=x%20y+z&c", "b") == "x y z");
  CHECK(query_value("a=1&b=2&a=3", "a") == "1");
  CHECK(query_value("c", "c") == "");
  CHECK_FALSE(query_value("a=1", "b"));
  CHECK_FALSE(query_value("", "b"));
  CHECK_FALSE(query_value("a=%zz", "a"));
  CHECK(percent_encode("a b/\xc3\xa4~") == "a%20b%2F%C3%A4~");
  CHECK(*percent_decode(percent_encode("a b/\xc3\xa4~")) == "a b/\xc3\xa4~");
}

TEST_CASE("addresses to listen on, and which of them are loopback") {
  const auto v6 = parse_host_port("[::1]:0");
  REQUIRE(v6.ok());
  CHECK(v6->host == "::1");
  CHECK_FALSE(parse_host_port("127.0.0.1").ok());
  CHECK(parse_host_port("127.0.0.1:7420")->port == 7420);
  for (const char* host : {"127.0.0.1", "127.9.9.9", "::1", "localhost"}) CHECK(is_loopback(host));
  for (const char* host : {"0.0.0.0", "128.0.0.1", "::", "localhost.example.org", "127.0.0.1.example.org", ""})
    CHECK_FALSE(is_loopback(host));
}

TEST_CASE("the proxy is chosen by scheme, host and exceptions") {
  const std::map<std::string, std::string> environment = {
      {"https_proxy", "http://proxy:3128/"},
      {"HTTP_PROXY", "plain.proxy"},
      {"NO_PROXY", "internal.example, .corp.example,other.example:8443 192.0.2.7"}};
  const ProxySettings settings = proxy_settings([&](const char* name) -> const char* {
    const auto found = environment.find(name);
    return found == environment.end() ? nullptr : found->second.c_str();
  });
  const auto proxy = [&](std::string_view url) -> std::string {
    const auto chosen = proxy_for(*parse_url(url), settings);
    if (!chosen) return "error";
    return *chosen ? (*chosen)->host + ':' + std::to_string((*chosen)->port) : "direct";
  };
  CHECK(proxy("https://example.org") == "proxy:3128");
  CHECK(proxy("wss://example.org") == "proxy:3128");
  CHECK(proxy("ws://example.org") == "plain.proxy:80");
  CHECK(proxy("https://internal.example") == "direct");
  CHECK(proxy("https://a.internal.example") == "direct");
  CHECK(proxy("https://notinternal.example") == "proxy:3128");
  CHECK(proxy("https://a.corp.example") == "direct");
  CHECK(proxy("https://other.example:8443") == "direct");
  CHECK(proxy("https://other.example") == "proxy:3128");
  CHECK(proxy("https://192.0.2.7") == "direct");
  CHECK(proxy("https://127.0.0.1:1") == "direct");
  CHECK(proxy("https://localhost") == "direct");
}

TEST_CASE("header fields are found without regard to case, and lists by their members") {
  Headers headers = {{"Connection", "keep-alive, Upgrade"}, {"X", " a "}, {"x", "b"}};
  CHECK(headers.get("X") == "a");
  CHECK(headers.count("x") == 2);
  CHECK(headers.has_token("connection", "UPGRADE"));
  CHECK_FALSE(headers.has_token("connection", "grade"));
  CHECK_FALSE(headers.find("absent"));
  headers.set("X", "c");
  CHECK(headers.count("X") == 1);
  CHECK(headers.get("x") == "c");
}
