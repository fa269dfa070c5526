#pragma once

#include <cstdint>

namespace tutti::merge {

/// What reading some columns takes in memory, at most, in bytes. The writer adds it up and states it in the file's directory; a
/// reader refuses a file that states more than it may, before it reads anything, and stops where the columns turn out to need
/// more than was stated.
struct Need {
  std::uint64_t columns = 0, replicas = 0, agent_runs = 0, graph_runs = 0, parents = 0, cuts = 0, ops = 0;

  [[nodiscard]] std::uint64_t bytes() const {
    return columns + 96 * replicas + 20 * agent_runs + 16 * graph_runs + 4 * parents + 8 * cuts + 16 * ops;
  }
  Need& operator+=(const Need& o) {
    columns += o.columns, replicas += o.replicas, agent_runs += o.agent_runs, graph_runs += o.graph_runs;
    parents += o.parents, cuts += o.cuts, ops += o.ops;
    return *this;
  }
  /// What a file of `size` bytes may need for all that it holds.
  [[nodiscard]] static std::uint64_t room(std::uint64_t size) { return 8 * size + 64 * 1024; }
};

}  // namespace tutti::merge
