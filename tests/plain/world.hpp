#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lsp-server/plain/link.hpp"
#include "tests/plain/client.hpp"
#include "tests/plain/clock.hpp"
#include "tests/plain/hub.hpp"

namespace tutti::plain {

/// Clients with a link and a replica each, a hub between them; everything at random from one seed.
class World {
 public:
  World(std::uint64_t seed, const std::vector<Temper>& clients);
  ~World();

  /// Everybody does `acts` things, then all comes to rest.
  void run(int acts);
  /// What is wrong now; empty when nothing is.
  [[nodiscard]] std::string fault() const;

  struct Figures {
    std::uint64_t pushes = 0, refused = 0, repaired = 0;
  };
  [[nodiscard]] const Figures& figures() const { return figures_; }

 private:
  struct Seat;
  void give(Seat& seat, const Event& event);
  void obey(Seat& seat, const Effects& effects);
  void wake_at(Seat& seat, Instant at);
  void person(Seat& seat, int acts);
  [[nodiscard]] bool is_at_rest() const;
  [[nodiscard]] std::string ledger_fault(const std::string& shared) const;

  bool unfinished_;  ///< the text began without a final newline
  Random random_;
  Clock clock_;
  Ledger ledger_;
  std::unique_ptr<Hub> hub_;
  std::vector<std::unique_ptr<Seat>> seats_;
  Figures figures_;
  bool acting_ = true;
};

}  // namespace tutti::plain
