#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "protocol/base/random.hpp"
#include "sync/session/session.hpp"
#include "sync/store/facts.hpp"

namespace tutti::sim {

/// Keeps facts some time after they were given to it, in order. A crash of the hub loses those that were not kept yet.
struct Disk {
  SessionId session;
  std::uint32_t reserved_replicas = 0;
  store::FactLog kept;
  std::deque<record::Fact> waiting;

  [[nodiscard]] record::SessionImage image() const;
  /// Keeps the first `count` of what waits; the position that is safe now, or why not.
  Result<Position> commit(std::size_t count);
};

/// The hub process: a session while it lives, and the disk that outlives it. Beside it perhaps one that served before, which
/// does not know yet that the disk is another's now: whatever it gives to the disk is refused.
class Hub {
 public:
  explicit Hub(std::uint64_t seed);

  [[nodiscard]] bool alive() const { return session_.has_value(); }
  [[nodiscard]] session::Session& session() { return *session_; }
  [[nodiscard]] const Disk& disk() const { return disk_; }
  [[nodiscard]] bool has_waiting() const { return !disk_.waiting.empty(); }

  /// Empty when it could start, else why not.
  std::string start();
  /// SIGKILL: some of what waits may have reached the disk.
  std::string kill();
  /// Another process takes the disk, as after `kill` and `start`; the old one lives on as `ghost`.
  std::string usurp();
  [[nodiscard]] session::Session* ghost() { return ghost_ ? &*ghost_ : nullptr; }
  void end_ghost() { ghost_.reset(); }
  void step(const session::Event& event, Instant now, session::Effects& effects);
  /// Commits some of what waits, and tells the session; empty, or what must not be.
  std::string commit(Instant now, session::Effects& effects);
  /// The store says no, for now.
  void refuse(Instant now, session::Effects& effects);
  /// The next commit is as good as any, but nobody hears of it: what it kept is given to the store once more.
  void lose_next_answer() { loses_answer_ = true; }
  void reserve(std::uint32_t end, Instant now, session::Effects& effects);
  /// Puts together what the session asked for, if the store does not refuse; empty, or what must not be.
  std::string compact(const session::Compact& what, Instant now, session::Effects& effects, bool refused);

 private:
  Random random_;
  bool loses_answer_ = false;
  bool in_trouble_ = false;
  Disk disk_;
  std::optional<session::Session> session_;
  std::optional<session::Session> ghost_;
};

}  // namespace tutti::sim
