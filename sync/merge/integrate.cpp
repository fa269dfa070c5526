#include "sync/merge/integrate.hpp"

#include <algorithm>

namespace tutti::merge {

namespace {

constexpr std::size_t kMaxEffects = 1024;

/// Some of the graph's runs, each after its parents, depth first. Of several that are ready the newest goes first: measured on
/// histories of branches, that moves the prepare version least (a half of oldest first, and less than lightest or heaviest
/// first).
class RunOrder {
 public:
  RunOrder(const Graph& graph, std::size_t first, std::size_t end)
      : first_(first), waits_(end - first), head_(end - first, kNone) {
    for (std::size_t run = end; run-- > first;) {
      for (const Lv parent : graph.run_parents(run)) {
        if (parent < graph.run(first).begin) continue;
        const std::size_t above = graph.run_of(parent) - first;
        edges_.push_back({static_cast<std::uint32_t>(run - first), head_[above]});
        head_[above] = static_cast<std::uint32_t>(edges_.size() - 1);
        ++waits_[run - first];
      }
    }
    for (std::size_t i = waits_.size(); i > 0; --i) {
      if (waits_[i - 1] == 0) ready_.push_back(static_cast<std::uint32_t>(i - 1));
    }
  }

  bool next(std::size_t& run) {
    if (ready_.empty()) return false;
    const std::uint32_t now = ready_.back();
    ready_.pop_back();
    for (std::uint32_t e = head_[now]; e != kNone; e = edges_[e].next) {
      if (--waits_[edges_[e].run] == 0) ready_.push_back(edges_[e].run);
    }
    run = first_ + now;
    return true;
  }

 private:
  static constexpr std::uint32_t kNone = 0xffffffffU;
  struct Edge {
    std::uint32_t run;
    std::uint32_t next;
  };
  std::size_t first_;
  std::vector<std::uint32_t> waits_;  ///< parents among the runs that are not done
  std::vector<std::uint32_t> head_;   ///< first edge to a child
  std::vector<Edge> edges_;
  std::vector<std::uint32_t> ready_;
};

}  // namespace

bool run_plain(const Log& log, Lv begin, Lv end, std::uint64_t& length, std::vector<Effect>& out) {
  bool inside = true;
  log.ops.each(begin, end, [&](const Op& op) {
    const std::uint64_t reach = op.erases ? std::uint64_t{op.pos} + op.len : op.pos;
    inside = inside && reach <= length;
    if (!inside) return;
    out.push_back({op.pos, op.len, op.content, op.bytes});
    length = op.erases ? length - op.len : length + op.len;
  });
  return inside;
}

bool Integrator::run(const Log& log, Lv begin, Lv end, std::uint64_t& length, std::vector<Effect>& out,
                     const std::function<void()>& flush) {
  while (begin < end) {
    const Lv stop = std::min(end, log.graph.stretch_end(begin));
    if (log.graph.is_critical(begin)) {
      if (!run_plain(log, begin, stop, length, out)) return false;
    } else {
      prepare_walker(log, begin, length);
      const std::uint32_t before = walker_.tracker().effect_length();
      if (!walk(log, begin, stop, out, flush)) return false;
      length += walker_.tracker().effect_length() - std::uint64_t{before};
    }
    begin = stop;
  }
  return true;
}

/// Walks the events in an order in which the prepare version moves little: depth first, a branch to its end before the next.
bool Integrator::walk(const Log& log, Lv begin, Lv end, std::vector<Effect>& out, const std::function<void()>& flush) {
  const std::size_t first = log.graph.run_of(begin);
  const std::size_t last = log.graph.run_of(end - 1);
  if (last - first < 2) return walker_.walk(log, begin, end, out);
  if (end - begin > begin - walker_.base()) walker_.expect(end);  // at most doubles what there is
  RunOrder order(log.graph, first, last + 1);
  for (std::size_t run = 0; order.next(run);) {
    const LvRange range = log.graph.run(run);
    if (!walker_.walk(log, std::max(begin, range.begin), std::min(end, range.end), out)) return false;
    if (flush && out.size() > kMaxEffects) flush();
  }
  walker_.set_covered(end);
  return true;
}

void Integrator::prepare_walker(const Log& log, Lv begin, std::uint64_t length) {
  Lv base = log.graph.critical_before(begin);
  const Lv first = base == kNoLv ? 0 : base + 1;
  const Lv oldest = log.graph.first();
  const bool fits = walker_.alive() && (walker_.base() == kNoLv || log.graph.is_critical(walker_.base()));
  if (!fits || walker_.covered() < first) {
    if (walker_.alive() && !fits && base != kNoLv) {
      // Somebody is further behind than the walker reaches. Go back by twice as much as last time, so that one who is always a
      // little further behind does not make us start over each time.
      const Lv reach = 2 * (walker_.covered() - walker_.base());
      if (reach < first - oldest) {
        base = std::min(base, log.graph.critical_before(first - reach + 1));
      } else {
        base = oldest == 0 ? kNoLv : oldest - 1;
      }
    }
    const Lv start = base == kNoLv ? 0 : base + 1;
    if (start == begin) {
      walker_.begin(base, static_cast<std::uint32_t>(length));
      return;
    }
    walker_.begin(base);
  }
  const bool unknown = walker_.covered() < begin;
  walker_.catch_up(log, begin);
  if (unknown) walker_.settle_length(length);
}

void Integrator::forget_before(Lv lv) {
  if (walker_.base() == kNoLv || walker_.base() + 1 < lv) walker_.drop();
}

void Integrator::forget_from(Lv size) {
  if (walker_.covered() > size) walker_.drop();
}

}  // namespace tutti::merge
