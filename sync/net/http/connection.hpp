#pragma once

#include <memory>
#include <string>

#include "sync/net/http/codec.hpp"
#include "sync/net/http/http.hpp"

/// One connection of an HttpServer. Private to it.
///
///   waiting ─▶ handling (the user has a Responder) ─▶ writing (until the client takes the answer) ─▶ waiting …
///      └─────────────────────────────────────────────────────┴─▶ leaving (last answer written) ─▶ gone
///
/// Reading stops while a request is handled, so a client that pipelines is held back by its own socket.
namespace tutti::net {

class HttpConnection;

/// What a connection needs of its server. Outlives the server's public face by as long as connections hold it.
struct HttpHost {
  HttpHandlers handlers;
  HttpLimits limits;
  bool stopping = false;
  std::function<void(HttpConnection&)> on_gone;
  std::function<void(const std::shared_ptr<WebSocket::State>&)> on_upgraded;
};

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(Loop& loop, std::shared_ptr<HttpHost> host, std::unique_ptr<Stream> stream, std::shared_ptr<void> lease);

  void begin(const std::optional<TlsContext>& tls);
  /// The server stops: away with it unless a request is being handled, which is then the last one.
  void wind_down();
  /// Closes at once, without a word.
  void drop();

  void answer(std::uint64_t serial, const HttpResponse& response);
  [[nodiscard]] bool awaits(std::uint64_t serial) const { return phase_ == Phase::handling && serial == serial_; }

 private:
  enum class Phase { waiting, handling, writing, leaving, gone };
  enum class Clock { none, idle, head, body };

  void received(std::string_view bytes);
  void advance();
  bool step();
  void expect(Clock clock);
  void timed_out();
  void handle_head();
  void handle_request();
  void handle_upgrade();
  void upgrade(const HttpRequest& request, const UpgradeAnswer& answer);
  HttpRequest take_request();
  void refuse(int status, const std::string& reason);
  void write(const HttpResponse& response, bool keep_alive);
  void written();
  void watch_progress();
  void leave();
  void gone();

  Loop& loop_;
  std::shared_ptr<HttpHost> host_;
  std::unique_ptr<Stream> stream_;
  std::shared_ptr<void> lease_;
  HttpParser parser_;
  Timer alarm_;
  std::string input_;  ///< read but not parsed yet; at most one chunk while a request is handled
  Phase phase_ = Phase::waiting;
  Clock clock_ = Clock::none;
  std::uint64_t serial_ = 0;  ///< of the request being handled
  std::size_t last_queued_ = 0;
  bool keep_alive_ = false;
  bool head_only_ = false;
  bool last_ = false;  ///< no request after this one
  bool advancing_ = false;
};

}  // namespace tutti::net
