#pragma once

#include "sync/merge/fold/cut.hpp"
#include "sync/merge/log/agents.hpp"
#include "sync/merge/log/cuts.hpp"
#include "sync/merge/log/graph.hpp"
#include "sync/merge/log/ops.hpp"

namespace tutti::merge {

/// The history, append-only: four tables over the same local versions. All of it, or what came after a cut: then the local
/// versions before the cut stand for nothing that could be asked for, but for the last one, which is that of the cut's head.
struct Log {
  Graph graph;    ///< what followed what
  Ops ops;        ///< what was done
  Agents agents;  ///< who did it
  Cuts cuts;      ///< in which changes
  Cut cut;        ///< what is folded away; nothing, mostly

  [[nodiscard]] Lv folded() const { return cut.events; }
  [[nodiscard]] Lv size() const { return graph.size(); }
  /// The changes taken in from here on may be taken back,
  void begin_batch() {
    graph.begin_batch();
    ops.begin_batch();
  }
  /// at the cost of what they added.
  void take_back() {
    const Lv size = graph.take_back();
    ops.take_back();
    agents.truncate(size);
    cuts.truncate(size);
  }
};

}  // namespace tutti::merge
