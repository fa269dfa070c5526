#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "sync/hub/entry/attempts.hpp"
#include "sync/hub/live/live_sessions.hpp"
#include "sync/net/http/http.hpp"
#include "sync/net/stream/tls.hpp"

/// A running hub: its two addresses, its workers and its sessions. Loop thread.
///
///   public address ─▶ Front ─┬─▶ records workers ─▶ store
///                            └─▶ Connection ⇄ LiveSession ─▶ writer worker ─▶ store
///   admin address ─▶ /metrics
///   Neighbours, Tenure: the other hubs on the same store
namespace tutti::hub {

class Hub {
 public:
  struct Options {
    net::Endpoint listen{"127.0.0.1", 7420, {}};
    net::Endpoint admin{"127.0.0.1", 0, {}};
    std::optional<net::TlsContext> tls;
    std::string public_url;  ///< empty: what `listen` amounts to
    session::Limits limits;
    JoinLimits joins;
    net::Duration unload_after{60'000};
    unsigned record_workers = 2;
    bool shares_store = false;         ///< with other hubs, of which one serves at a time
    std::function<void()> superseded;  ///< another hub serves from the store now: this one must stop
  };

  /// Blocks on the store for a moment before it listens.
  static Result<std::unique_ptr<Hub>> start(net::Loop& loop, std::shared_ptr<store::Store> store, Options options);
  ~Hub();

  [[nodiscard]] std::string url() const;
  [[nodiscard]] std::string admin_url() const;
  [[nodiscard]] const Metrics& metrics() const;
  [[nodiscard]] std::size_t live_sessions() const;
  void set_tls(const net::TlsContext& tls);

  /// Graceful end: nothing new, running requests are answered, connections are closed with 1001, what was taken is made
  /// durable. `done(everything is durable)` is called once, at the latest after `patience`.
  void stop(net::Duration patience, std::function<void(bool durable)> done);

 private:
  struct State;
  explicit Hub(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tutti::hub
