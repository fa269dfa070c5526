#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "sync/merge/change.hpp"
#include "sync/merge/log/lv.hpp"

namespace tutti::merge {

/// Who made which event: names to local versions and back, as runs.
class Agents {
 public:
  struct Run {
    Lv start;
    std::uint32_t agent;
    std::uint32_t seq;  ///< of the event `start`
  };

  /// The next `count` events are `replica`'s next ones.
  void append(ReplicaId replica, std::uint32_t count) {
    if (!runs_.empty() && agents_[runs_.back().agent].replica == replica) {
      agents_[runs_.back().agent].next += count;
      size_ += count;
    } else {
      append_run(replica, count);
    }
  }
  /// So many replicas will be met.
  void expect(std::size_t replicas);
  /// Room for so many more runs.
  void expect_runs(std::size_t runs) { runs_.reserve(runs_.size() + runs); }
  /// Forgets all events from `size` on.
  void truncate(Lv size);

  [[nodiscard]] Lv size() const { return size_; }
  [[nodiscard]] std::uint32_t next_seq(ReplicaId replica) const;
  [[nodiscard]] EventName name_of(Lv lv) const;
  [[nodiscard]] std::optional<Lv> lv_of(EventName name) const;
  [[nodiscard]] Known known() const;
  /// What is held of each replica before the event `lv`. Linear in the runs after it.
  [[nodiscard]] Known known_before(Lv lv) const;

  [[nodiscard]] std::size_t agent_count() const { return agents_.size(); }
  [[nodiscard]] ReplicaId replica(std::uint32_t agent) const { return agents_[agent].replica; }
  [[nodiscard]] const std::vector<Run>& runs() const { return runs_; }
  [[nodiscard]] Lv run_end(std::size_t run) const { return run + 1 < runs_.size() ? runs_[run + 1].start : size_; }
  /// Where the run that holds `lv` ends.
  [[nodiscard]] Lv run_end_of(Lv lv) const { return run_end(run_of(lv)); }
  /// Whether the event `a` stands before `b` where both were typed at one place: by replica, then by sequence.
  [[nodiscard]] bool before(Lv a, Lv b) const { return name_of(a) < name_of(b); }
  /// Calls `visit(range)` for the events that whoever holds `known` lacks, ascending, until it says false. Beside what is
  /// visited it costs what there are replicas.
  template <class Visit>
  void each_lacking(const Known& known, Visit visit) const {
    const std::vector<std::uint64_t> from = next_of_each(known);
    for (std::size_t i = first_run_lacking(from); i < runs_.size(); ++i) {
      const Run& run = runs_[i];
      const std::uint64_t skipped = std::max<std::uint64_t>(from[run.agent], run.seq) - run.seq;
      const Lv end = run_end(i);
      if (skipped < end - run.start && !visit(LvRange{run.start + static_cast<Lv>(skipped), end})) return;
    }
  }
  /// Local versions of `replica`'s events from `seq` on, ascending.
  void ranges_from(ReplicaId replica, std::uint64_t seq, std::vector<LvRange>& out) const;

 private:
  struct SeqRun {
    std::uint32_t seq;
    Lv start;
  };
  struct Agent {
    ReplicaId replica;
    std::uint32_t next = 0;
    std::vector<SeqRun> runs;
  };

  [[nodiscard]] const Agent* find(ReplicaId replica) const;
  [[nodiscard]] std::size_t run_of(Lv lv) const;
  /// What `known` says of each replica, in the order of `agents_`.
  [[nodiscard]] std::vector<std::uint64_t> next_of_each(const Known& known) const;
  [[nodiscard]] std::size_t first_run_lacking(const std::vector<std::uint64_t>& from) const;
  std::uint32_t find_or_add(ReplicaId replica);
  void append_run(ReplicaId replica, std::uint32_t count);

  std::vector<Run> runs_;
  std::vector<Agent> agents_;
  std::unordered_map<ReplicaId, std::uint32_t> index_;
  Lv size_ = 0;
};

}  // namespace tutti::merge
