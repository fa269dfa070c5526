#pragma once

#include <functional>
#include <memory>
#include <string>

#include "protocol/base/result.hpp"
#include "sync/net/loop.hpp"
#include "sync/net/stream/stream.hpp"
#include "sync/net/url.hpp"

namespace tutti::net {

/// How a client gets to a server; the same for HTTP and WebSocket.
struct ConnectOptions {
  Duration timeout{10'000};  ///< name, connection, proxy and TLS together
  std::string ca_file;       ///< PEM; empty: the system's store
  ProxySettings proxy;       ///< empty: direct
  std::string unix_path;     ///< connect to this socket instead; the URL still gives the Host
};

/// A connection through proxy and TLS as the URL asks for it; it is handed over paused. Destroying the Dialing gives up, and
/// `done` is not called.
class Dialing {
 public:
  using Done = std::function<void(Result<std::unique_ptr<Stream>>)>;
  static std::unique_ptr<Dialing> to(Loop& loop, const Url& url, const ConnectOptions& options, Done done);
  ~Dialing();

 private:
  struct State;
  explicit Dialing(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace tutti::net
