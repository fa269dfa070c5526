#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sync/hub/live/live_sessions.hpp"
#include "sync/net/pool.hpp"
#include "sync/net/websocket/websocket.hpp"

/// One participant's WebSocket, from its first frame to its end. Loop thread.
///
///   greeting ── hello, in 5 s ──▶ checking ── token, session, member ──▶ attached ──▶ ended
///       │  nothing, nonsense          │  what else arrives waits,            every frame is the session's
///       └─────▶ 4408, 4400            └─▶ 4401, 1011, 1013                      (bounded)
///
/// Rights are read on a worker while the loop goes on. If any right changed meanwhile, they are read again before the
/// connection is attached, so that nobody comes in with a role that was just taken away (D11).
///
/// Slow readers: presence is dropped as soon as the socket is behind; a connection that has 8 MiB waiting for ten seconds, or
/// 32 MiB at any time, is closed with 1013, and comes back to a fresh start.
namespace tutti::hub {

struct ConnectionContext {
  net::Loop& loop;
  net::WorkerPool& records;
  std::shared_ptr<store::Store> store;
  LiveSessions& sessions;
  Metrics& metrics;
};

class Connection final : public Outlet {
 public:
  static constexpr net::Duration hello_within{5'000};
  static constexpr std::size_t hello_bytes = 16 * 1024;
  static constexpr std::size_t early_bytes = 1024 * 1024;  ///< frames that arrive while the token is checked
  static constexpr std::size_t presence_above = 64 * 1024;
  static constexpr std::size_t behind_bytes = 8 * 1024 * 1024;
  static constexpr std::int64_t behind_ms = 10'000;
  static constexpr std::size_t most_bytes = 32 * 1024 * 1024;

  using Ended = std::function<void(session::ConnectionId)>;

  Connection(const ConnectionContext& context, session::ConnectionId id, SessionId session,
             std::unique_ptr<net::WebSocket> socket, Ended ended);
  ~Connection() override;

  void send(const session::Send& send) override;
  void close(std::uint16_t code, std::string_view reason) override;

  /// What a WebSocket of the hub accepts and keeps.
  [[nodiscard]] static net::WebSocketLimits limits();

 private:
  enum class Phase { greeting, checking, attached, ended };

  void on_text(std::string frame);
  void greet(const std::string& frame);
  void check(wire::Hello hello);
  void load(ParticipantId who, wire::Hello hello);
  void read_rights(ParticipantId who, wire::Hello hello);
  void attach(session::Member member, wire::Hello hello);
  void refuse(const Error& error, std::uint16_t code);
  void refuse(const Error& error);
  void keep_early(std::string frame);
  void on_close(const net::WebSocketEnd& end);
  [[nodiscard]] bool too_slow() const;

  ConnectionContext context_;
  session::ConnectionId id_;
  SessionId session_;
  std::unique_ptr<net::WebSocket> socket_;
  Ended ended_;
  Phase phase_ = Phase::greeting;
  net::Timer deadline_;
  std::vector<std::string> early_;
  std::size_t early_size_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace tutti::hub
