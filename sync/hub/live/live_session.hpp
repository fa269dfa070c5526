#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sync/hub/live/compactor.hpp"
#include "sync/hub/live/writer.hpp"
#include "sync/hub/metrics.hpp"
#include "sync/net/loop.hpp"
#include "sync/session/session.hpp"

/// One session in memory: the state machine, its writer and the connections it speaks to. Loop thread.
///
///   WebSocket ─▶ Connection ─▶ receive ─┐                       ┌─▶ Send, Close ──▶ Connection ─▶ WebSocket
///                                       ├─▶ Session::step ─▶ effects ─▶ Append ──▶ Writer ─▶ store
///   Writer: committed, trouble ─▶ apply ┘                       └─▶ ParticipantGone ─▶ records
///
/// This is the only place where events of all kinds meet, and each is one `step`: nothing is decided here. Effects are
/// performed after the step in their order; what they cause (a connection that breaks while it is written to) comes back as
/// an event of its own, never inside a step.
namespace tutti::hub {

/// What a session writes to. Owned by its WebSocket's owner; told to the session as long as it is attached.
class Outlet {
 public:
  virtual ~Outlet() = default;
  /// One frame, shared with other connections as `shared` when there are several.
  virtual void send(const session::Send& send) = 0;
  virtual void close(std::uint16_t code, std::string_view reason) = 0;
};

class LiveSession {
 public:
  static constexpr net::Duration tick{50};

  struct Told {
    std::function<void(ParticipantId, bool for_good)> gone;
    std::function<void()> quiet;  ///< no connection any more, or everything durable at last: perhaps it can go
  };

  struct Workers {
    net::WorkerPool& writer;   ///< facts, in order
    net::WorkerPool& records;  ///< everything else
  };

  LiveSession(net::Loop& loop, Workers workers, std::shared_ptr<store::Store> store, session::Session session, Metrics& metrics,
              Told told);
  ~LiveSession();

  void attach(session::ConnectionId connection, Outlet& outlet, session::Member member, wire::Hello hello);
  void receive(session::ConnectionId connection, std::string_view frame);
  void detach(session::ConnectionId connection);
  void change_role(ParticipantId participant, wire::Role role);
  void remove(ParticipantId participant);
  void tell_hubs(const std::vector<std::string>& urls);
  /// The session was deleted, or the hub stops.
  void close_all(std::uint16_t code, std::string_view reason);

  [[nodiscard]] const session::Session& session() const { return session_; }
  [[nodiscard]] bool idle() const;  ///< no connections, and all is durable
  [[nodiscard]] bool durable() const { return writer_.idle() && session_.all_durable(); }
  [[nodiscard]] std::optional<Instant> waiting_since() const { return writer_.waiting_since(); }

 private:
  void step(const session::Event& event);
  void perform(session::Effect& effect);
  void perform_one(session::Send& send);
  void perform_one(session::Close& close);
  void perform_one(session::Append& append);
  void perform_one(session::ReserveReplicas& reserve);
  void perform_one(session::Compact& compact);
  void perform_one(session::ParticipantGone& gone);
  Writer::Told writer_listener();

  net::Loop& loop_;
  session::Session session_;
  Metrics& metrics_;
  Told told_;
  std::unordered_map<session::ConnectionId, Outlet*> outlets_;
  session::Effects effects_;
  bool stepping_ = false;
  std::vector<session::ConnectionId> lost_;  ///< broke while effects were performed
  net::Timer ticker_;
  Writer writer_;
  Compactor compactor_;
};

}  // namespace tutti::hub
