#pragma once

#include <chrono>
#include <memory>
#include <string>

namespace tutti::test {

/// Stands between a hub and its PostgreSQL server, and is the bad network between them.
class Proxy {
 public:
  /// What becomes of a connection that sends COMMIT.
  enum class Cut {
    none,
    answer_lost,    ///< the server commits; the hub's side is cut before it hears of it
    in_flight,      ///< the hub's side is cut at once; the server goes on and notices nothing
    never_arrived,  ///< the COMMIT is dropped and the hub's side cut; at the server the transaction stays open
  };

  explicit Proxy(int server_port);
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  /// The next COMMIT, once.
  void cut_next(Cut cut);
  /// Every answer of the server comes so much later.
  void delay(std::chrono::milliseconds by);
  /// Nothing goes through in either direction, and nobody is told, until it is false again; what was under way then is lost.
  void stall(bool on);
  /// The URL of the same database by way of this proxy.
  [[nodiscard]] std::string through(const std::string& url) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tutti::test
