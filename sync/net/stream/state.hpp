#pragma once

#include <uv.h>

#include <deque>
#include <vector>

#include "sync/net/stream/stream.hpp"
#include "sync/net/stream/tls_session.hpp"

/// The inside of a Stream; shared with the listener and the connector, which open its handle.
///
///   write ─▶ plain_ ─(TLS, up to 64 KiB at a time)─▶ wire_ ─▶ uv_try_write, and uv_write for the rest
///   write ────────────(no TLS)────────────────────▶ wire_
///
/// - One flush per loop turn, deferred by the first write of the turn. At most 256 KiB are handed to libuv at a time, in one
///   uv_write; its buffers stay in `wire_` until it is done.
/// - The libuv handle lies inside the State, so the State keeps itself alive (`self_`) from `opened` until the handle's close
///   callback. User callbacks live in a shared object that every call holds on to, so that the user may destroy or replace
///   anything from within.
namespace tutti::net {

inline constexpr std::size_t stream_chunk = 64 * 1024;  ///< bytes read, or encrypted, at a time

struct Stream::State : std::enable_shared_from_this<Stream::State> {
  explicit State(Loop& l) : loop(l) {}

  Loop& loop;
  union {
    uv_handle_t handle;
    uv_stream_t stream;
    uv_tcp_t tcp;
    uv_pipe_t pipe;
  };
  std::string peer = "unix";

  /// The handle was initialised by the caller: from now on `close` is needed to be rid of it.
  void opened();
  void learn_peer();

  void start(StreamCallbacks callbacks);
  void start_tls(const TlsContext& context, const std::string& host, std::function<void()> on_ready);
  bool write(Buffer bytes);
  void pause();
  void resume();
  void finish(Duration patience);
  /// Ends it all at once, without a word to the callbacks.
  void close();

  [[nodiscard]] std::size_t queued() const { return plain_bytes_ + wire_bytes_; }
  [[nodiscard]] bool live() const { return self_ != nullptr && !closing_; }

  StreamLimits limits;
  std::optional<Instant> behind_since;
  std::unique_ptr<TlsSession> tls;

 private:
  void end(Status status);
  void end_later(Error error);

  void read_more();
  void received(ssize_t size, const char* data);
  void received_cipher(std::string_view cipher);
  void deliver(std::string_view bytes);
  void pump_tls();
  bool advance_handshake();

  void push_wire(Buffer bytes);
  void flush_later();
  void flush();
  bool encrypt_some();
  bool send_some();
  bool send_rest(std::vector<uv_buf_t>& parts, std::size_t done, std::size_t rest);
  void drop_sent(std::size_t size);
  void sent(int status);
  void after_flush();
  void shut_down();

  std::shared_ptr<State> self_;
  std::shared_ptr<StreamCallbacks> callbacks_;
  std::function<void()> on_tls_ready_;
  std::unique_ptr<Timer> patience_;
  std::deque<Buffer> plain_;
  std::deque<Buffer> wire_;
  std::size_t plain_bytes_ = 0;
  std::size_t wire_bytes_ = 0;   ///< of wire_, less what of its front was sent
  std::size_t front_sent_ = 0;   ///< bytes of wire_.front() that were sent
  std::size_t handed_over_ = 0;  ///< bytes at the front of wire_ that a running uv_write has
  uv_write_t write_request_{};
  uv_shutdown_t shutdown_request_{};
  bool closing_ = false;
  bool paused_ = false;
  bool reading_ = false;
  bool flush_due_ = false;
  bool above_high_water_ = false;
  bool finishing_ = false;
  bool shut_down_ = false;
};

/// "127.0.0.1", "::1"; empty if it is neither IPv4 nor IPv6.
std::string address_text(const sockaddr* address);
/// What a libuv error of a connection means to a person.
std::string network_words(int code);

}  // namespace tutti::net
