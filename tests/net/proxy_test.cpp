#include "sync/net/http/codec.hpp"
#include "tests/net/certificates.hpp"
#include "tests/net/support.hpp"

using namespace tutti;
using namespace tutti::net;
using namespace tutti::net::test;

namespace {

/// A proxy for tests: CONNECT leads to `target` whatever name was asked for; other requests are answered by itself.
class TestProxy {
 public:
  explicit TestProxy(TestLoop& loop) : loop_(loop) {
    auto listening =
        Listener::listen(loop, {"127.0.0.1", 0, {}}, [this](std::unique_ptr<Stream> stream) { accept(std::move(stream)); });
    REQUIRE(listening.ok());
    listener_ = std::move(*listening);
  }
  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(listener_->port()); }

  Endpoint target;
  std::string answer = "HTTP/1.1 200 Connection established\r\n\r\n";
  std::vector<std::string> heads;

 private:
  struct Tunnel {
    std::unique_ptr<Stream> client;
    std::unique_ptr<Stream> server;
    std::unique_ptr<Connecting> connecting;
    std::string head;
  };

  void accept(std::unique_ptr<Stream> stream) {
    tunnels_.push_back(std::make_unique<Tunnel>());
    Tunnel* tunnel = tunnels_.back().get();
    tunnel->client = std::move(stream);
    StreamCallbacks callbacks;
    callbacks.on_data = [this, tunnel](std::string_view bytes) {
      tunnel->head.append(bytes);
      if (tunnel->head.ends_with("\r\n\r\n")) asked(tunnel);
    };
    tunnel->client->start(std::move(callbacks));
  }
  void asked(Tunnel* tunnel) {
    heads.push_back(tunnel->head);
    if (!tunnel->head.starts_with("CONNECT ") || answer.find(" 200 ") == std::string::npos) {
      tunnel->client->write(answer);
      return;
    }
    tunnel->connecting =
        Connecting::to(loop_, target, Duration(10'000), [this, tunnel](Result<std::unique_ptr<Stream>> result) {
          REQUIRE(result.ok());
          tunnel->server = std::move(*result);
          join(*tunnel->client, *tunnel->server);
          join(*tunnel->server, *tunnel->client);
          tunnel->client->write(answer);
        });
  }
  static void join(Stream& from, Stream& to) {
    StreamCallbacks callbacks;
    callbacks.on_data = [&to](std::string_view bytes) { to.write(std::string(bytes)); };
    callbacks.on_end = [&to](const Status&) { to.finish(Duration(1'000)); };
    from.start(std::move(callbacks));
  }

  TestLoop& loop_;
  std::unique_ptr<Listener> listener_;
  std::vector<std::unique_ptr<Tunnel>> tunnels_;
};

}  // namespace

TEST_CASE("HTTPS and WSS go through a proxy's CONNECT, and the certificate is checked for the real host") {
  TestLoop loop;
  const TempDir dir;
  const Certificates certificates(dir.path(), "hub", "DNS:hub.example.org");
  auto tls = TlsContext::server(certificates.certificate_file, certificates.key_file);
  REQUIRE(tls.ok());
  SocketServer server(loop, {}, {}, *tls);
  server.echo = true;
  TestProxy proxy(loop);
  proxy.target = endpoint_of(*server.server);
  WebSocketConnectOptions options;
  options.connect.ca_file = certificates.ca_file;
  options.connect.proxy.https = "http://user:p%40ss@" + proxy.address();
  Peer client;
  client.connect(loop, "wss://hub.example.org/ws", options);
  loop.until([&] { return client.opened || client.end; });
  REQUIRE(client.opened);
  client.socket->send_text("through the tunnel");
  loop.until([&] { return client.texts.size() == 1; });
  REQUIRE(proxy.heads.size() == 1);
  CHECK(proxy.heads[0].starts_with("CONNECT hub.example.org:443 HTTP/1.1\r\nHost: hub.example.org:443\r\n"));
  CHECK(proxy.heads[0].find("Proxy-Authorization: Basic dXNlcjpwQHNz\r\n") != std::string::npos);

  HttpCallOptions call;
  call.url = "https://wrong.example.org/";
  call.connect = options.connect;
  const auto wrong = fetch(loop, call);
  REQUIRE_FALSE(wrong.ok());
  CHECK(wrong.error().message.find("it is not for wrong.example.org") != std::string::npos);
}

TEST_CASE("ws goes through CONNECT, http through the proxy's own request") {
  TestLoop loop;
  SocketServer server(loop);
  TestProxy proxy(loop);
  proxy.target = endpoint_of(*server.server);
  WebSocketConnectOptions options;
  options.connect.proxy.http = proxy.address();
  Peer client;
  client.connect(loop, "ws://hub.example.org:8080/ws", options);
  loop.until([&] { return client.opened || client.end; });
  CHECK(client.opened);
  CHECK(proxy.heads.at(0).starts_with("CONNECT hub.example.org:8080 "));

  proxy.answer = "HTTP/1.1 203 By Proxy\r\nContent-Length: 2\r\n\r\nhi";
  HttpCallOptions call;
  call.url = "http://hub.example.org/a?b";
  call.connect.proxy.http = proxy.address();
  const auto answer = fetch(loop, call);
  REQUIRE(answer.ok());
  CHECK(answer->status == 203);
  CHECK(proxy.heads.at(1).starts_with("GET http://hub.example.org/a?b HTTP/1.1\r\n"));
}

TEST_CASE("a proxy that refuses, babbles or is not there is named as the reason") {
  TestLoop loop;
  TestProxy proxy(loop);
  HttpCallOptions call;
  call.url = "https://hub.example.org/";
  call.connect.proxy.https = proxy.address();
  struct Case {
    std::string answer;
    std::string words;
  };
  const Case cases[] = {
      {"HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n", "proxy refuses (HTTP status 407)"},
      {"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 3\r\n\r\nbad", "proxy refuses (HTTP status 502)"},
      {"SMTP ready\r\n\r\n", "does not speak HTTP"},
  };
  for (const Case& c : cases) {
    proxy.answer = c.answer;
    const auto answer = fetch(loop, call);
    REQUIRE_FALSE(answer.ok());
    INFO(answer.error().message);
    CHECK(answer.error().message.find(c.words) != std::string::npos);
  }
  call.connect.proxy.https = "127.0.0.1:1";
  const auto none = fetch(loop, call);
  REQUIRE_FALSE(none.ok());
  CHECK(none.error().message.find("the proxy: connection refused") != std::string::npos);
  call.connect.proxy.https = "socks5://127.0.0.1:1";
  CHECK_FALSE(fetch(loop, call).ok());
}
