#include "sync/net/stream/tls.hpp"

#include "sync/net/log.hpp"
#include "tests/net/certificates.hpp"
#include "tests/net/support.hpp"

using namespace tutti;
using namespace tutti::net;
using namespace tutti::net::test;

namespace {

struct Secure {
  TempDir dir;
  Certificates good{dir.path(), "good", "DNS:localhost,IP:127.0.0.1"};
  Certificates other{dir.path(), "other", "DNS:elsewhere.example"};

  [[nodiscard]] static TlsContext server(const Certificates& certificates) {
    auto context = TlsContext::server(certificates.certificate_file, certificates.key_file);
    REQUIRE(context.ok());
    return *context;
  }
};

Result<HttpResponse> get_with(TestLoop& loop, const std::string& url, const std::string& ca_file) {
  HttpCallOptions call;
  call.url = url;
  call.connect.ca_file = ca_file;
  return fetch(loop, std::move(call));
}

}  // namespace

TEST_CASE("HTTPS and WSS work with a certificate that is trusted, by address and by name") {
  TestLoop loop;
  const Secure tls;
  const auto server = serve(loop, echo_handlers(), {}, Secure::server(tls.good));
  CHECK(server->url().starts_with("https://"));
  for (const std::string host : {"127.0.0.1", "localhost"}) {
    const auto answer = get_with(loop, "https://" + host + ':' + std::to_string(server->port()) + "/x", tls.good.ca_file);
    INFO((answer.ok() ? "" : answer.error().message));
    REQUIRE(answer.ok());
    CHECK(answer->body == "GET /x? ");
  }

  SocketServer sockets(loop, {}, {}, Secure::server(tls.good));
  sockets.echo = true;
  WebSocketConnectOptions options;
  options.connect.ca_file = tls.good.ca_file;
  Peer client;
  client.connect(loop, ws_url(*sockets.server), options);
  loop.until([&] { return client.opened; });
  std::vector<std::string> sent;
  for (int i = 0; i < 200; ++i) sent.push_back(std::to_string(i) + std::string(static_cast<std::size_t>(i) * 300, 'x'));
  for (const std::string& message : sent) client.socket->send_text(message);
  loop.until([&] { return client.texts.size() == sent.size(); });
  CHECK(client.texts == sent);
  client.socket->close(1000, "done");
  loop.until([&] { return client.end.has_value(); });
  CHECK(client.end->clean);
}

TEST_CASE("certificates that are not trusted are refused, with the reason") {
  TestLoop loop;
  const Secure tls;
  const auto good = serve(loop, echo_handlers(), {}, Secure::server(tls.good));
  const auto misnamed = serve(loop, echo_handlers(), {}, Secure::server(tls.other));
  struct Case {
    std::string url;
    std::string ca;
    std::string words;
  };
  const Case cases[] = {
      {good->url(), tls.other.ca_file, "certificate not trusted"},
      {good->url(), {}, "certificate not trusted"},
      {misnamed->url(), tls.other.ca_file, "it is not for 127.0.0.1"},
      {"https://localhost:" + std::to_string(misnamed->port()), tls.other.ca_file, "it is not for localhost"},
  };
  for (const Case& c : cases) {
    const auto answer = get_with(loop, c.url, c.ca);
    REQUIRE_FALSE(answer.ok());
    INFO(answer.error().message);
    CHECK(answer.error().code == ErrorCode::denied);
    CHECK(answer.error().message.find(c.words) != std::string::npos);
  }
  Peer client;
  WebSocketConnectOptions options;
  options.connect.ca_file = tls.other.ca_file;
  client.connect(loop, ws_url(*good), options);
  loop.until([&] { return client.end.has_value(); });
  CHECK(client.end->reason.find("certificate not trusted") != std::string::npos);
}

TEST_CASE("plain speech on a secure port, and secure speech on a plain one, fail cleanly") {
  TestLoop loop;
  const Secure tls;
  HttpLimits limits;
  limits.handshake = Duration(100);
  const auto secure = serve(loop, echo_handlers(), limits, Secure::server(tls.good));
  const auto plain = serve(loop, echo_handlers());
  const auto wrong = get_with(loop, "https://127.0.0.1:" + std::to_string(plain->port()), tls.good.ca_file);
  REQUIRE_FALSE(wrong.ok());
  CHECK(wrong.error().code == ErrorCode::unavailable);
  RawClient talks_plain(loop, endpoint_of(*secure));
  talks_plain.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  talks_plain.expect_end();
  RawClient silent(loop, endpoint_of(*secure));
  silent.expect_end();
  loop.until([&] { return secure->connections() == 0; });
}

TEST_CASE("a secure connection that is cut is not taken for an orderly end") {
  TestLoop loop;
  const Secure tls;
  auto context = TlsContext::client(tls.good.ca_file);
  REQUIRE(context.ok());
  std::unique_ptr<Stream> accepted;
  bool ready = false;
  auto listening = Listener::listen(loop, {"127.0.0.1", 0, {}}, [&](std::unique_ptr<Stream> stream) {
    accepted = std::move(stream);
    accepted->start({});
    accepted->start_tls(Secure::server(tls.good), {}, [&] { ready = true; });
  });
  REQUIRE(listening.ok());
  RawClient client(loop, {"127.0.0.1", (*listening)->port(), {}}, &*context, "localhost");
  loop.until([&] { return ready; });
  accepted->write(std::string("half"));
  client.expect("half");
  accepted.reset();
  client.expect_end();
  CHECK(client.why == "secure connection cut");

  ready = false;
  RawClient second(loop, {"127.0.0.1", (*listening)->port(), {}}, &*context, "localhost");
  loop.until([&] { return ready; });
  accepted->write(std::string(1'000'000, 'w'));
  accepted->finish(Duration(10'000));
  second.expect_end();
  CHECK(second.why.empty());
  CHECK(second.received.size() == 1'000'000);
}

TEST_CASE("a reader of a secure connection may pause between records") {
  TestLoop loop;
  const Secure tls;
  auto context = TlsContext::client(tls.good.ca_file);
  REQUIRE(context.ok());
  std::unique_ptr<Stream> accepted;
  auto listening = Listener::listen(loop, {"127.0.0.1", 0, {}}, [&](std::unique_ptr<Stream> stream) {
    accepted = std::move(stream);
    accepted->start({});
    accepted->start_tls(Secure::server(tls.good), {});
    for (int i = 0; i < 100; ++i) accepted->write(std::string(10'000, static_cast<char>('a' + i % 26)));
  });
  REQUIRE(listening.ok());
  RawClient client(loop, {"127.0.0.1", (*listening)->port(), {}}, &*context, "localhost");
  std::string got;
  bool paused = false;
  int stray = 0;
  Timer timer(loop);
  StreamCallbacks callbacks;
  callbacks.on_data = [&](std::string_view bytes) {
    if (paused) ++stray;
    got.append(bytes);
    client.stream->pause();
    paused = true;
    timer.once(Duration(0), [&] {
      paused = false;
      client.stream->resume();
    });
  };
  client.stream->start(std::move(callbacks));
  loop.until([&] { return got.size() == 1'000'000; });
  CHECK(stray == 0);
}

TEST_CASE("certificate files that do not fit are errors with a name") {
  const Secure tls;
  const auto mixed = TlsContext::server(tls.good.certificate_file, tls.other.key_file);
  REQUIRE_FALSE(mixed.ok());
  CHECK(mixed.error().message.find("other.key") != std::string::npos);
  CHECK_FALSE(TlsContext::server(tls.dir.path("none.pem"), tls.good.key_file).ok());
  CHECK_FALSE(TlsContext::client(tls.dir.path("none.pem")).ok());
}

TEST_CASE("a new certificate serves the connections that come after it") {
  TestLoop loop;
  const Secure tls;
  const auto server = serve(loop, echo_handlers(), {}, Secure::server(tls.other));
  CHECK_FALSE(get_with(loop, server->url(), tls.good.ca_file).ok());
  server->set_tls(Secure::server(tls.good));
  CHECK(get_with(loop, server->url(), tls.good.ca_file).ok());
}
