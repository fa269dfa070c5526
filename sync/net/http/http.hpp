#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/base/result.hpp"
#include "sync/net/http/headers.hpp"
#include "sync/net/loop.hpp"
#include "sync/net/stream/stream.hpp"
#include "sync/net/stream/tls.hpp"
#include "sync/net/websocket/websocket.hpp"

/// HTTP/1.1 server. Decides nothing about routes: every well-formed request goes to `on_request`, with a Responder that may be
/// kept and used in a later turn. One request at a time per connection; a pipelined one waits for the answer before it.
///
/// Requests that are malformed or too large are answered here (400, 408, 413, 431, 501, 505) and the connection is closed;
/// handlers never see them.
///
///   accept ─▶ [TLS] ─▶ head ─▶ body ─▶ on_request ─▶ respond ─▶ head …
///                        └─▶ on_upgrade: Refusal? ─▶ answer, close
///                                  └─▶ 101 ─▶ on_websocket(request, socket)
///
/// The server owns its connections until one becomes a WebSocket, which its user then owns. Destroying the server closes the
/// listener and its connections at once, not the WebSockets; it may be destroyed in its own callbacks.
namespace tutti::net {

struct HttpRequest {
  std::string method;
  std::string path;   ///< as sent, still percent-encoded, without the query; see path_segments()
  std::string query;  ///< as sent, without '?'
  Headers headers;
  std::string body;
  std::string remote;   ///< the peer's numeric address, or "unix"
  bool secure = false;  ///< arrived over TLS
};

/// Also what a client gets. Content-Length, Connection and Date are added by the server.
struct HttpResponse {
  int status = 200;
  Headers headers;
  std::string body;
};

/// Answers one request. Copies share one answer: the first `respond` counts. If the last copy goes away unanswered, the
/// client gets a 500. Answering after the client has gone does nothing. Loop thread.
class Responder {
 public:
  void respond(HttpResponse response) const;
  [[nodiscard]] bool open() const;  ///< not answered yet, and the client is still there

  struct State;  // in server.cpp
  explicit Responder(std::shared_ptr<State> state) : state_(std::move(state)) {}

 private:
  std::shared_ptr<State> state_;
};

/// Why an upgrade is refused; nothing was promised to the client yet.
using Refusal = HttpResponse;

struct UpgradeAnswer {
  std::optional<Refusal> refusal;  ///< set: no upgrade
  std::string subprotocol;         ///< one of those the client offered, or empty
  WebSocketLimits limits;
};

struct HttpHandlers {
  std::function<void(HttpRequest, Responder)> on_request;
  /// A well-formed WebSocket handshake: look at path, Host, Origin, and accept or refuse. Absent: all are refused with 404.
  std::function<UpgradeAnswer(const HttpRequest&)> on_upgrade;
  /// The 101 is on its way. Call `start` on the socket, now or later; nothing is read before.
  std::function<void(HttpRequest, std::unique_ptr<WebSocket>)> on_websocket;
};

struct HttpLimits {
  std::size_t head_bytes = 16 * 1024;
  std::size_t head_fields = 64;
  std::size_t body_bytes = 1024 * 1024;
  std::size_t connections = 10'000;  ///< WebSockets included; beyond it new ones are closed on accept
  Duration handshake{5'000};         ///< TLS
  Duration head{5'000};              ///< first byte of a request to the end of its head
  Duration body{30'000};             ///< end of head to end of body
  Duration idle{30'000};             ///< between requests, and for the first byte of the first one
  Duration write{30'000};            ///< an answer that the client does not take
};

class HttpServer {
 public:
  struct Options {
    Endpoint endpoint;
    std::optional<TlsContext> tls;
    HttpLimits limits;
  };
  static Result<std::unique_ptr<HttpServer>> listen(Loop& loop, Options options, HttpHandlers handlers);
  ~HttpServer();

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::string url() const;  ///< "http://127.0.0.1:7420"
  [[nodiscard]] std::size_t connections() const;
  void set_tls(const TlsContext& tls);  ///< for connections accepted from now on

  /// Graceful end: no new connections, no new requests, running requests are answered, WebSockets are closed with 1001.
  /// `done` is called once, when all are gone or `patience` is over and the rest was cut off.
  void stop(Duration patience, std::function<void()> done);

 private:
  struct State;
  explicit HttpServer(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

std::string_view status_text(int status);

}  // namespace tutti::net
