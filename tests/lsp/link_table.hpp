#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/lsp/simulated_editor.hpp"

namespace tutti::link {

/// Editors with a Link each, one replica, and further people who write to it directly; everything at random from one seed.
/// Odd seeds: the link is healthy. Even seeds: documents leave the session and come back, come late, and messages get lost.
class Table {
 public:
  Table(std::uint64_t seed, const std::vector<Temper>& tempers);

  /// `steps` things happen, then all that is under way comes to rest.
  void run(int steps);
  /// What is wrong now; empty when nothing is.
  [[nodiscard]] std::string fault() const;

 private:
  struct Seat {
    Seat(const Temper& temper, Mint& mint, std::set<char32_t>& erased) : editor(temper, mint, erased), link(temper.habits) {}
    SimulatedEditor editor;
    Link link;
    std::deque<ToEditor> inbox;
    std::optional<Instant> wake;
    bool parted = false;
    bool viewer = false;
    std::optional<text::Snapshot> disk;   ///< as the workspace knows it: on the disk and in the replica
    std::optional<text::Snapshot> saved;  ///< on the disk, and not in the replica yet
  };

  void step();
  bool move(Seat& seat);
  void settle();
  void to_server(Seat& seat);
  void part(Seat& seat);
  void join(Seat& seat);
  void lose_message(Seat& seat);
  void give(Seat& seat, const Event& event);
  void commit(Seat& seat, const text::Delta& delta);
  void write(const text::Delta& delta, const Seat* author);
  void write_directly();
  [[nodiscard]] std::string ledger_fault() const;

  Random random_;
  bool settling_ = false;
  bool accidents_;
  bool blind_ = false;  ///< something was typed that no link knew of when the document was closed, or may have been
  Mint mint_;
  std::set<char32_t> erased_;  ///< by anybody; may be gone
  text::Rope replica_;
  std::vector<std::unique_ptr<Seat>> seats_;
  Instant now_;
};

}  // namespace tutti::link
