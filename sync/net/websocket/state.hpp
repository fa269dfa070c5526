#pragma once

#include <deque>
#include <vector>

#include "sync/net/stream/stream.hpp"
#include "sync/net/websocket/codec.hpp"
#include "sync/net/websocket/websocket.hpp"

/// The inside of a WebSocket; shared with the two ways in: an HTTP server's upgrade and a client's handshake.
///
///   connecting ─▶ open ─▶ closing (our close frame is out) ─▶ ended
///        └──────────┴──────────────────────────────────────────▲
///
/// Whoever calls back into the user first takes a copy of `callbacks`, and looks at `phase` again afterwards: the user may have
/// closed or destroyed the WebSocket.
namespace tutti::net {

/// A client's way to an open connection; see connect.cpp.
class WebSocketHandshake {
 public:
  virtual ~WebSocketHandshake() = default;
};

struct WebSocket::State : std::enable_shared_from_this<WebSocket::State> {
  State(Loop& loop, WsParser::Side side, const WebSocketLimits& limits);

  enum class Phase { connecting, open, closing, ended };

  Loop& loop;
  const WsParser::Side side;
  const WebSocketLimits limits;
  Phase phase = Phase::connecting;
  std::shared_ptr<WebSocketCallbacks> callbacks;
  std::unique_ptr<WebSocketHandshake> handshake;
  std::string peer;
  std::string subprotocol;
  std::shared_ptr<void> lease;  ///< held while the connection lives; a server counts by it

  /// The handshake is done. `first` are bytes that came right behind it.
  void adopt(std::unique_ptr<Stream> connected, std::string first);
  void start(WebSocketCallbacks wanted);
  void read();

  bool send(WsOpcode opcode, const Buffer& payload);
  bool send_frame(Buffer frame);
  void pause();
  void resume();
  void close(std::uint16_t code, std::string_view reason);
  /// Cuts the connection and tells the user.
  void end(WebSocketEnd why);
  /// Cuts the connection and tells nobody.
  void drop();
  [[nodiscard]] const Stream* connection() const { return stream_.get(); }

 private:
  StreamCallbacks stream_callbacks();
  void received(std::string_view bytes);
  void dispatch();
  void handle(WsEvent event);
  void handle_ping(const std::string& payload);
  void handle_close(WsEvent event);
  void handle_failure(const WsEvent& event);
  bool allow_control();
  bool write_control(WsOpcode opcode, std::string_view payload);
  void finish(WebSocketEnd why);
  void stream_ended(const Status& status);
  void watch_silence(Duration after);
  void check_silence();

  std::unique_ptr<Stream> stream_;
  WsParser parser_;
  Timer alarm_;                ///< open: silence; closing: close_wait
  std::deque<WsEvent> inbox_;  ///< decoded but not handed on while paused; at most what one chunk held
  std::string first_;
  std::optional<WebSocketEnd> ending_;      ///< known reason, while the last bytes are flushed
  std::optional<WebSocketEnd> missed_end_;  ///< it ended before `start`, which will tell
  Instant last_heard_;
  Instant last_control_;
  double control_allowance_;
  unsigned pings_out_ = 0;  ///< pings of ours whose pong may still come
  bool started_ = false;
  bool paused_ = false;
  bool dispatching_ = false;
  bool doubted_ = false;  ///< silent for too long, and given a last chance
};

/// The server side, after its 101 was written to the stream.
std::unique_ptr<WebSocket> adopt_websocket(const std::shared_ptr<WebSocket::State>& state, std::unique_ptr<Stream> stream,
                                           std::string first);

}  // namespace tutti::net
