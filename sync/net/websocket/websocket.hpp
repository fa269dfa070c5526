#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/base/result.hpp"
#include "sync/net/buffer.hpp"
#include "sync/net/http/headers.hpp"
#include "sync/net/loop.hpp"
#include "sync/net/stream/connect.hpp"

/// One WebSocket connection, of a server (made by HttpServer) or of a client (`connect`).
///
/// Owned by one unique_ptr, used on the loop thread. Destroying it cuts the connection and ends all callbacks; that is allowed
/// in its own callbacks. An orderly end is `close(code, reason)`: what is queued is sent first, and `on_close` follows,
/// at the latest after `WebSocketLimits::close_wait`. Strict RFC 6455, no extensions.
///
///   connect ─▶ (handshake) ─▶ on_open ─▶ on_text / on_binary … ─▶ on_close        each arrow at most once,
///                    └──────────────── failed ─────────────────▶ on_close        on_close exactly once
namespace tutti::net {

/// Close codes of RFC 6455 that this room itself sends or reports. Applications use 4000-4999.
namespace close_code {
inline constexpr std::uint16_t normal = 1000;
inline constexpr std::uint16_t going_away = 1001;
inline constexpr std::uint16_t protocol_error = 1002;
inline constexpr std::uint16_t unsupported = 1003;
inline constexpr std::uint16_t none = 1005;      ///< reported: the peer gave no code
inline constexpr std::uint16_t abnormal = 1006;  ///< reported: no close frame came
inline constexpr std::uint16_t invalid_text = 1007;
inline constexpr std::uint16_t policy = 1008;
inline constexpr std::uint16_t too_big = 1009;
inline constexpr std::uint16_t internal = 1011;
inline constexpr std::uint16_t try_later = 1013;
}  // namespace close_code

struct WebSocketLimits {
  std::size_t frame = 1024 * 1024;        ///< bytes of payload received
  std::size_t message = 4 * 1024 * 1024;  ///< bytes received, all fragments
  std::size_t fragments = 64;             ///< per message
  unsigned control_per_second = 5;        ///< pings (and unasked pongs) received; a burst of twice that passes
  std::size_t high_water = 256 * 1024;    ///< bytes queued for sending at which `send_*` begins to answer false
  std::size_t queue = 8 * 1024 * 1024;    ///< bytes queued for sending at which the connection is cut
  Duration ping_interval{20'000};         ///< silence after which a ping is sent
  Duration dead_after{45'000};            ///< silence after which (and at most 1 s more) the connection is cut
  Duration close_wait{5'000};             ///< for the peer's answer to a close frame, and for flushing before it
};

/// Why a connection ended, or could not be made.
struct WebSocketEnd {
  std::uint16_t code = close_code::abnormal;
  std::string reason;   ///< the peer's words, or plain words of ours: "connection refused"
  bool clean = false;   ///< close frames were exchanged
  bool opened = false;  ///< the handshake had succeeded
  int http_status = 0;  ///< of a refused handshake, else 0
};

struct WebSocketCallbacks {
  std::function<void()> on_open;  ///< clients only
  std::function<void(std::string message)> on_text;
  std::function<void(std::string message)> on_binary;
  std::function<void()> on_writable;  ///< the queue fell below half of high water after having been above it
  std::function<void(const WebSocketEnd&)> on_close;
};

/// A whole frame as a server sends it (unmasked): made once, sent to any number of connections.
struct SharedFrame {
  Buffer bytes;
};
SharedFrame frame_text(std::string_view payload);
SharedFrame frame_binary(std::string_view payload);

struct WebSocketConnectOptions {
  ConnectOptions connect;
  Duration handshake{10'000};  ///< from the request being sent to the answer
  Headers headers;             ///< Authorization and the like
  std::string subprotocol;     ///< offered if not empty; a server that names another one is refused
  WebSocketLimits limits;
};

class WebSocket {
 public:
  /// To a ws:// or wss:// URL. Callbacks never come before this returns.
  static std::unique_ptr<WebSocket> connect(Loop& loop, const std::string& url, WebSocketConnectOptions options,
                                            WebSocketCallbacks callbacks);
  ~WebSocket();

  /// Servers: begins reading. Clients: replaces the callbacks.
  void start(WebSocketCallbacks callbacks);

  /// False when the queue is above high water (the message is taken all the same), or when the connection is not open (it
  /// is dropped). Payloads are not copied on the server side. Text must be UTF-8.
  bool send_text(Buffer payload);
  bool send_binary(Buffer payload);
  bool send_text(std::string payload) { return send_text(buffer(std::move(payload))); }
  bool send_binary(std::string payload) { return send_binary(buffer(std::move(payload))); }
  bool send(const SharedFrame& frame);  ///< servers only

  [[nodiscard]] bool open() const;           ///< the handshake is done and no close was begun by either side
  [[nodiscard]] std::size_t queued() const;  ///< bytes waiting to be sent
  /// Since when something has been waiting to be sent without pause; nullopt when nothing is.
  [[nodiscard]] std::optional<Instant> behind_since() const;
  [[nodiscard]] const std::string& peer() const;  ///< numeric address
  [[nodiscard]] const std::string& subprotocol() const;

  void pause();  ///< stops reading (back-pressure on the peer); silence then does not count as death
  void resume();
  /// Orderly end, once; the code must be 1000, 1001, 1003, 1007-1014 or 3000-4999, the reason is cut at 123 bytes.
  void close(std::uint16_t code, std::string_view reason = {});

  struct State;  // in websocket.cpp
  explicit WebSocket(std::shared_ptr<State> state);

 private:
  std::shared_ptr<State> state_;
};

}  // namespace tutti::net
