#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "sync/merge/log/criticals.hpp"
#include "sync/merge/log/lv.hpp"
#include "sync/merge/log/minimality.hpp"
#include "sync/merge/log/run_search.hpp"

namespace tutti::merge {

/// What was typed after what. A run is a stretch of events of which each follows the one before; only its first has parents
/// of its own.
///
/// An event is *critical* when every other event is either in its past or after it: at that point of the order there was one
/// version only, and nobody who was elsewhere has been heard of since. Critical events are found as events arrive: a new event
/// ends the criticality of all that it does not follow, and since the critical ones form a chain, those are simply the ones
/// later than its latest parent.
class Graph {
 public:
  /// `parents` is ascending and minimal. Which of the events so far it names is all there is to know.
  void append(std::uint32_t count, std::span<const Lv> parents);
  /// The same with the whole frontier as parents.
  void append_at_tip(std::uint32_t count) {
    if (critical_.reach(size_)) {  // so the frontier is the last event
      size_ += count;
      critical_.grow(count);
      frontier_[0] = size_ - 1;
    } else {
      const Frontier parents = frontier_;
      append(count, parents);
    }
  }
  /// The first event will be `lv`, and follow all before it, of which nothing else is known.
  void begin_at(Lv lv) {
    append(lv, {});
    first_ = lv;
  }
  /// Room for so many more runs and parents.
  void expect(std::size_t runs, std::size_t parents) {
    runs_.reserve(runs_.size() + runs);
    parents_.reserve(parents_.size() + parents);
  }
  /// What is appended by `append` from here on may be taken back.
  void begin_batch();
  /// Forgets what came since, at the cost of that, and of writing down the frontier. Says how many events there are then.
  Lv take_back();

  [[nodiscard]] Lv size() const { return size_; }
  [[nodiscard]] const Frontier& frontier() const { return frontier_; }
  [[nodiscard]] std::size_t run_count() const { return runs_.size(); }
  [[nodiscard]] std::size_t run_of(Lv lv) const;
  [[nodiscard]] LvRange run(std::size_t index) const { return {runs_[index].start, end_of(index)}; }
  [[nodiscard]] std::span<const Lv> run_parents(std::size_t index) const {
    const std::size_t end = index + 1 < runs_.size() ? runs_[index + 1].first_parent : parents_.size();
    return std::span(parents_).subspan(runs_[index].first_parent, end - runs_[index].first_parent);
  }
  /// Calls `visit(parent, run)` for each of these and the run that holds it.
  template <class Visit>
  void each_parent(std::size_t index, Visit visit) const {
    const std::span<const Lv> parents = run_parents(index);
    for (std::size_t i = 0; i < parents.size(); ++i) {
      visit(parents[i], i < kNearParents ? runs_[index].parent_runs[i] : run_below(parents[i], index));
    }
  }
  /// How many parents all runs name together.
  [[nodiscard]] std::size_t parent_count() const { return parents_.size(); }
  /// The first run after `run` before which more than so many are named, from `run` on.
  [[nodiscard]] std::size_t run_after_parents(std::size_t run, std::size_t parents) const;
  /// Parents of any event.
  [[nodiscard]] Frontier parents_of(Lv lv) const;

  /// The first event that is known, and not only that it is there.
  [[nodiscard]] Lv first() const { return first_; }
  /// Whether these may be parents: none is from before what is known.
  [[nodiscard]] bool reaches(std::span<const Lv> parents) const {
    return first_ == 0 || (!parents.empty() && parents.front() >= first_ - 1);
  }
  /// No event of `version` is an ancestor of another.
  [[nodiscard]] bool is_minimal(std::span<const Lv> version) const {
    return is_plainly_minimal(version) || minimality_.judge(*this, version);
  }
  /// Looks whether it is, in parts of about so many steps: true once `is_minimal` says it at once, false to be called again.
  /// Others may ask in between, and the graph may grow.
  [[nodiscard]] bool judge_minimal(std::span<const Lv> version, std::uint64_t steps) const {
    return is_plainly_minimal(version) || minimality_.go_on(*this, version, steps);
  }

  [[nodiscard]] bool is_critical(Lv lv) const { return critical_.contains(lv); }
  /// The newest critical event before `lv`; kNoLv for none, which stands for the empty text.
  [[nodiscard]] Lv critical_before(Lv lv) const { return critical_.newest_before(lv); }
  /// Where the stretch that begins with `lv` ends: of critical events if `lv` is one, of others if not.
  [[nodiscard]] Lv stretch_end(Lv lv) const { return critical_.stretch_end(lv, size_); }

  /// Runs looked at so far: what the work grows with.
  [[nodiscard]] std::uint64_t steps() const { return steps_; }
  /// For those who look at runs from outside.
  void count_steps(std::uint64_t steps) const { steps_ += steps; }

 private:
  static constexpr std::size_t kNearParents = 2;
  struct Run {
    Lv start;
    std::uint32_t first_parent;                             ///< in `parents_`
    std::array<std::uint32_t, kNearParents> parent_runs{};  ///< the runs of the first ones: few have more
  };

  /// The run of an event that is older than the run `above`, and mostly not by much.
  [[nodiscard]] std::size_t run_below(Lv lv, std::size_t above) const {
    return find_run(std::span(runs_).first(above), &Run::start, lv, above - 1);
  }
  void begin_run(std::span<const Lv> parents);
  /// Nothing follows on any but the newest.
  [[nodiscard]] bool is_plainly_minimal(std::span<const Lv> version) const;
  [[nodiscard]] Lv end_of(std::size_t index) const { return index + 1 < runs_.size() ? runs_[index + 1].start : size_; }

  std::vector<Run> runs_;
  std::vector<Lv> parents_;
  Criticals critical_;
  Frontier frontier_;
  Lv size_ = 0;
  Lv batch_ = 0;   ///< events before the batch under way,
  Frontier left_;  ///< and what it took from their frontier
  Lv first_ = 0;
  mutable std::uint64_t steps_ = 0;
  mutable std::size_t near_ = 0;  ///< the run last asked for
  mutable Minimality minimality_;
};

}  // namespace tutti::merge
