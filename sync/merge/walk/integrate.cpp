#include "sync/merge/walk/integrate.hpp"

#include <algorithm>

#include "protocol/base/planted.hpp"
#include "sync/merge/log/run_order.hpp"

namespace tutti::merge {

namespace {

constexpr std::uint32_t kMostWaits = 64;  // for somebody who asked the walker to come and does not turn up

}  // namespace

bool run_plain(const Log& log, Lv begin, Lv end, std::uint64_t& length, std::vector<Effect>& out) {
  bool inside = true;
  log.ops.each(begin, end, [&](const Op& op) {
    inside = inside && fits_in(length, op.erases, op.pos, op.len);
    if (inside) out.push_back({op.pos, op.len, op.content, op.bytes});
  });
  return inside;
}

bool Integrator::run(const Log& log, Lv begin, Lv end, std::uint64_t& length, std::vector<Effect>& out) {
  while (begin < end) {
    const Lv stop = std::min(end, log.graph.stretch_end(begin));
    if (log.graph.is_critical(begin) || planted(Bug::branch_ignored)) {
      if (!run_plain(log, begin, stop, length, out)) return false;
    } else {
      prepare_walker(log, begin, length);
      awaited_.clear();
      const bool is_one_op = log.ops.run_of(stop - 1) == log.ops.run_of(begin);
      if (!is_one_op && !walker_.fits(log, begin, stop)) return false;
      const std::uint32_t before = walker_.tracker().effect_length();
      if (!walk(log, begin, stop, out)) return false;
      length += walker_.tracker().effect_length() - std::uint64_t{before};
    }
    begin = stop;
  }
  return true;
}

/// Walks the events in an order in which the prepare version moves little: depth first, a branch to its end before the next.
bool Integrator::walk(const Log& log, Lv begin, Lv end, std::vector<Effect>& out) {
  const std::size_t first = log.graph.run_of(begin);
  const std::size_t last = log.graph.run_of(end - 1);
  if (last - first < 2) return walker_.walk(log, begin, end, out);
  RunOrder order(first, last + 1);
  (void)order.go_on(log.graph, Walker::kAllSteps);
  for (std::size_t run = 0; order.next(run);) {
    const LvRange range = log.graph.run(run);
    if (!walker_.walk(log, std::max(begin, range.begin), std::min(end, range.end), out)) return false;
  }
  walker_.set_covered(end);
  return true;
}

/// Makes the walker one that has walked all events before `begin` and can go on with it.
void Integrator::prepare_walker(const Log& log, Lv begin, std::uint64_t length) {
  const Lv base = log.graph.critical_before(begin);
  const bool fits = walker_.alive() && (walker_.base() == kNoLv || log.graph.is_critical(walker_.base()));
  if (!fits || walker_.covered() < (base == kNoLv ? 0 : base + 1)) {
    begin_walker(log, begin, length, fits ? base : reach_back(log.graph, base));
  } else {
    catch_up_plain(log, begin);
  }
}

/// Somebody is further behind than the walker reaches. Goes back by twice as much as last time, so that one who is always a
/// little further behind does not make us start over each time.
Lv Integrator::reach_back(const Graph& graph, Lv base) const {
  if (!walker_.alive() || base == kNoLv) return base;
  const Lv oldest = graph.first();
  const Lv reach = 2 * (walker_.covered() - walker_.base());
  if (reach < base + 1 - oldest) return std::min(base, graph.critical_before(base + 2 - reach));
  return oldest == 0 ? kNoLv : oldest - 1;
}

void Integrator::begin_walker(const Log& log, Lv begin, std::uint64_t length, Lv base) {
  const Lv start = base == kNoLv ? 0 : base + 1;
  if (start == begin) {
    walker_.begin(base, static_cast<std::uint32_t>(length));
    return;
  }
  walker_.begin(base);
  CatchUp(walker_).finish(log, begin);
  walker_.settle_length(length);
}

/// What the walker has not walked was done without it, so each of these events follows all before it.
void Integrator::catch_up_plain(const Log& log, Lv end) {
  if (walker_.covered() == end) return;
  if (walker_.stands_at(log.graph.parents_of(walker_.covered()))) {
    ignored_.clear();
    (void)walker_.walk(log, walker_.covered(), end, ignored_);
  } else {
    walker_.take_in_plain(log, end);
  }
}

bool Integrator::prepare(const Log& log, std::span<const Lv> parents, std::uint64_t length, std::uint64_t steps) {
  if (std::equal(parents.begin(), parents.end(), log.graph.frontier().begin(), log.graph.frontier().end())) return true;
  const Lv end = log.size();
  const Lv base = log.graph.critical_before(parents.empty() ? 0 : parents.back() + 1);
  const Lv first = base == kNoLv ? 0 : base + 1;
  const auto reaches = [&](const Walker& walker) {
    if (!walker.alive()) return false;
    return walker.base() == kNoLv || (walker.base() < first && log.graph.is_critical(walker.base()));
  };
  const std::uint64_t before = this->steps() + log.graph.steps();
  const auto left = [&] { return steps - std::min(steps, this->steps() + log.graph.steps() - before); };
  const bool ready = reaches(walker_) && walker_.covered() >= first && end - walker_.covered() <= kFewEvents;
  if (!ready && end - first <= kFewEvents) return true;
  if (!ready) {
    if (!reaches(late_.walker)) late_.begin(base);
    if (!late_.catch_up.go_on(log, end, steps)) return false;
    late_.walker.settle_length(length);
    std::swap(walker_, late_.walker);
    late_.walker.drop();
    awaited_.clear();
  }
  return approach(log, parents, left()) && (!walker_.alive() || walker_.learn_origins(log, left()));
}

/// Who asked first goes first: two who are far apart would otherwise pull the walker to and fro, and neither would get it.
bool Integrator::approach(const Log& log, std::span<const Lv> parents, std::uint64_t steps) {
  if (!walker_.alive()) return true;
  catch_up_plain(log, log.size());
  const bool others = !awaited_.empty() && !std::equal(parents.begin(), parents.end(), awaited_.begin(), awaited_.end());
  if (others && (!walker_.approach(log, awaited_, steps) || ++waits_ < kMostWaits)) return false;
  if (others || awaited_.empty()) awaited_.assign(parents.begin(), parents.end()), waits_ = 0;
  if (!walker_.approach(log, parents, steps)) return false;
  awaited_.clear();
  return true;
}

void Integrator::forget_before(Lv lv) {
  for (Walker* walker : {&walker_, &late_.walker}) {
    if (walker->base() == kNoLv || walker->base() + 1 < lv) walker->drop();
  }
}

void Integrator::runs_changed() {
  walker_.runs_changed();
  late_.walker.drop();  // the order of what it has still to walk is one of runs
}

void Integrator::forget_from(Lv size) {
  for (Walker* walker : {&walker_, &late_.walker}) {
    if (walker->covered() > size) walker->drop();
  }
}

}  // namespace tutti::merge
