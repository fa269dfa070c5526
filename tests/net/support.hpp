#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "sync/net/http/client.hpp"
#include "sync/net/http/http.hpp"
#include "sync/net/loop.hpp"
#include "sync/net/stream/stream.hpp"
#include "sync/net/websocket/websocket.hpp"
#include "tests/support/catch.hpp"

namespace tutti::net::test {

/// A loop that is checked, at the end of its test, to close with nothing left open. Declare it first.
struct TestLoop {
  ~TestLoop() { CHECK(loop.close()); }
  operator Loop&() { return loop; }  // NOLINT(google-explicit-constructor)

  /// Turns the loop until the condition holds; far above what any test needs, so that a slow machine does not fail it.
  void until(const std::function<bool()>& condition) { REQUIRE(loop.run_until(condition, Duration(30'000))); }

  Loop loop;
};

/// Its own empty directory, removed at the end.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  [[nodiscard]] std::string path(const std::string& name = {}) const {
    return name.empty() ? root_.string() : (root_ / name).string();
  }

 private:
  std::filesystem::path root_;
};

void write_file(const std::string& path, std::string_view content);
std::string read_file(const std::string& path);

/// A bare connection that collects what it receives.
class RawClient {
 public:
  RawClient(TestLoop& loop, const Endpoint& endpoint, const TlsContext* tls = nullptr, const std::string& host = {});
  void send(std::string bytes) { stream->write(std::move(bytes)); }
  /// Waits until `text` has arrived.
  void expect(std::string_view text);
  /// Waits until the peer has closed.
  void expect_end();
  [[nodiscard]] std::size_t count(std::string_view text) const;

  std::unique_ptr<Stream> stream;
  std::string received;
  bool ended = false;
  std::string why;  ///< the error's words; empty for an orderly end

 private:
  TestLoop& loop_;
  std::unique_ptr<Connecting> connecting_;
};

/// One request by the room's own client; waits for the end.
Result<HttpResponse> fetch(TestLoop& loop, HttpCallOptions options);
Result<HttpResponse> get(TestLoop& loop, const std::string& url);

/// A listening server on a free port of the loopback.
std::unique_ptr<HttpServer> serve(TestLoop& loop, HttpHandlers handlers, const HttpLimits& limits = {},
                                  std::optional<TlsContext> tls = {});
/// Answers every request with its method, path, query and body.
HttpHandlers echo_handlers();
Endpoint endpoint_of(const HttpServer& server);
std::string ws_url(const HttpServer& server, const std::string& path = "/ws");

/// A WebSocket under test and what happened to it.
struct Peer {
  std::unique_ptr<WebSocket> socket;
  std::vector<std::string> texts;
  std::vector<std::string> binaries;
  std::optional<WebSocketEnd> end;
  bool opened = false;
  bool writable = false;

  [[nodiscard]] WebSocketCallbacks callbacks();
  void connect(Loop& loop, const std::string& url, WebSocketConnectOptions options = {});
};

/// A server that accepts every upgrade and keeps the sockets in the order they came.
struct SocketServer {
  explicit SocketServer(TestLoop& loop, const WebSocketLimits& limits = {}, const HttpLimits& http = {},
                        std::optional<TlsContext> tls = {});
  bool echo = false;
  std::vector<std::unique_ptr<Peer>> peers;
  std::unique_ptr<HttpServer> server;
};

}  // namespace tutti::net::test
