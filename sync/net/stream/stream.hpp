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
#include "sync/net/loop.hpp"
#include "sync/net/stream/tls.hpp"

/// A connection of bytes: TCP or a Unix socket, with TLS inside if asked for.
///
/// Owned by one unique_ptr and used on the loop thread. Destroying it closes the connection at once, drops what is queued
/// and ends all callbacks; this is allowed in its own callbacks. Nothing is read before `start`.
namespace tutti::net {

struct StreamLimits {
  std::size_t high_water = 256 * 1024;       ///< bytes queued at which `write` begins to answer false
  std::size_t hard_limit = 8 * 1024 * 1024;  ///< bytes queued at which the connection is closed with `limit`
};

struct StreamCallbacks {
  std::function<void(std::string_view bytes)> on_data;  ///< the view is valid during the call only
  std::function<void()> on_writable;                    ///< the queue fell below half of high water after being above it
  std::function<void(Status)> on_end;  ///< once, last: the peer ended (ok), `finish` is done (ok), or what went wrong
};

class Stream {
 public:
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  void start(StreamCallbacks callbacks);  ///< again: replaces the callbacks (an upgraded protocol takes over)
  void set_limits(const StreamLimits& limits);
  /// Begins TLS; bytes written meanwhile wait for the handshake. `host` is the name a client expects. A failed handshake is
  /// an `on_end` in plain words.
  void start_tls(const TlsContext& context, const std::string& host, std::function<void()> on_ready = {});

  /// Everything written in one turn leaves in one system call. False above high water: taken all the same.
  bool write(Buffer bytes);
  bool write(std::string bytes) { return write(buffer(std::move(bytes))); }
  [[nodiscard]] std::size_t queued() const;  ///< bytes not yet taken by the kernel
  /// Since when something has been waiting without pause; nullopt when nothing is.
  [[nodiscard]] std::optional<Instant> behind_since() const;

  void pause();  ///< stops reading, and so pushes back on the peer; at most one chunk (64 KiB) may be held
  void resume();
  /// Sends what is queued, then ends both directions; `on_end` follows, at the latest after `patience`.
  void finish(Duration patience);

  [[nodiscard]] const std::string& peer() const;  ///< "192.0.2.1", "::1" or "unix"
  [[nodiscard]] bool secure() const;

  struct State;  // in stream.cpp
  explicit Stream(std::shared_ptr<State> state);

 private:
  std::shared_ptr<State> state_;
};

/// Where to listen or connect: host and port, or the path of a Unix socket.
struct Endpoint {
  std::string host;  ///< for listening: an address literal or "localhost"
  std::uint16_t port = 0;
  std::string unix_path;  ///< if not empty, host and port are ignored
};

/// Accepts connections until destroyed. A Unix socket is created with mode 0600 and removed at the end; one left behind by
/// a dead process is replaced, one that answers is not.
class Listener {
 public:
  using OnStream = std::function<void(std::unique_ptr<Stream>)>;

  static Result<std::unique_ptr<Listener>> listen(Loop& loop, const Endpoint& endpoint, OnStream on_stream);
  ~Listener();

  [[nodiscard]] std::uint16_t port() const;          ///< the real one after listening on 0; 0 for a Unix socket
  [[nodiscard]] const std::string& address() const;  ///< numeric address, or the socket's path

 private:
  struct State;
  explicit Listener(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

/// A connection attempt on its way. Destroying it gives up, and `done` is not called.
class Connecting {
 public:
  using Done = std::function<void(Result<std::unique_ptr<Stream>>)>;
  /// Resolves the name and tries its addresses in turn. Errors say what happened in plain words.
  static std::unique_ptr<Connecting> to(Loop& loop, const Endpoint& endpoint, Duration timeout, Done done);
  ~Connecting();

  struct State;  // in connecting.cpp

 private:
  explicit Connecting(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace tutti::net
