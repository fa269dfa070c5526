#pragma once

#include "sync/merge/agents.hpp"
#include "sync/merge/cuts.hpp"
#include "sync/merge/graph.hpp"
#include "sync/merge/ops.hpp"

namespace tutti::merge {

/// The whole history, append-only: four tables over the same local versions.
struct Log {
  Graph graph;    ///< what followed what
  Ops ops;        ///< what was done
  Agents agents;  ///< who did it
  Cuts cuts;      ///< in which changes

  [[nodiscard]] Lv size() const { return graph.size(); }
  /// Forgets all events from `size` on, which must be where a change begins.
  void truncate(Lv size) {
    graph.truncate(size);
    ops.truncate(size);
    agents.truncate(size);
    cuts.truncate(size);
  }
};

}  // namespace tutti::merge
