#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "sync/hub/live/live_session.hpp"
#include "sync/hub/live/notice.hpp"

/// The sessions of this hub: which exist, and which of them are in memory. Loop thread.
///
///   open(id) ── live? ──────────────────────────▶ done(session)
///       └─ loading? join the waiting ─┐
///       └─ else worker: store.load, Session::load ─▶ live ─▶ done for all who waited
///                                            └─ error: told to all of them; nothing stays, the next open tries again
///
///   quiet (no connection, all durable) ── `unload_after` ──▶ still quiet? gone from memory
///
/// A session that cannot be loaded is an error and never an empty session: clients would take emptiness for the truth.
namespace tutti::hub {

class LiveSessions {
 public:
  struct Options {
    session::Config session;
    net::Duration unload_after{60'000};
  };
  /// Answered with a pointer that is good for this call only.
  using Opened = std::function<void(Result<LiveSession*>)>;
  using Gone = std::function<void(SessionId, ParticipantId, bool for_good)>;

  LiveSessions(net::Loop& loop, net::WorkerPool& records, net::WorkerPool& writer, std::shared_ptr<store::Store> store,
               Options options, Metrics& metrics, Gone gone);
  ~LiveSessions();
  LiveSessions(const LiveSessions&) = delete;
  LiveSessions& operator=(const LiveSessions&) = delete;

  void know(const std::vector<SessionId>& sessions);
  [[nodiscard]] bool exists(SessionId id) const { return known_.contains(id); }

  void open(SessionId id, Opened done);
  [[nodiscard]] LiveSession* find(SessionId id);
  void apply(const Notice& notice);
  /// Where all hubs on this store are reached.
  void tell_hubs(const std::vector<std::string>& urls);
  /// Grows with every change of rights: whoever read rights before asks again if it has.
  [[nodiscard]] std::uint64_t authority() const { return authority_; }

  [[nodiscard]] bool durable() const;
  [[nodiscard]] std::size_t size() const { return live_.size(); }
  /// Age of the oldest fact that is not durable.
  [[nodiscard]] std::int64_t lag_ms() const;
  void close_all(std::uint16_t code, std::string_view reason);

 private:
  struct Entry;
  void loaded(SessionId id, Result<session::Session> session);
  void quiet(SessionId id);
  void apply_one(const SessionBegun& notice);
  void apply_one(const SessionEnded& notice);
  void apply_one(const RoleGiven& notice);
  void apply_one(const ParticipantOut& notice);

  net::Loop& loop_;
  net::WorkerPool& records_;
  net::WorkerPool& writer_;
  std::shared_ptr<store::Store> store_;
  Options options_;
  Metrics& metrics_;
  Gone gone_;
  std::uint64_t authority_ = 0;
  std::vector<std::string> hubs_;
  std::unordered_set<SessionId> known_;
  std::unordered_map<SessionId, std::vector<Opened>> loading_;
  std::unordered_map<SessionId, std::unique_ptr<Entry>> live_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace tutti::hub
