#include "sync/merge/integrate.hpp"

#include <algorithm>

namespace tutti::merge {

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

bool Integrator::run(const Log& log, Lv begin, Lv end, std::uint64_t& length, std::vector<Effect>& out) {
  while (begin < end) {
    const Lv stop = std::min(end, log.graph.stretch_end(begin));
    if (log.graph.is_critical(begin)) {
      if (!run_plain(log, begin, stop, length, out)) return false;
    } else {
      prepare_walker(log, begin, length);
      const std::uint32_t before = walker_.tracker().effect_length();
      if (!walker_.walk(log, begin, stop, out)) return false;
      length += walker_.tracker().effect_length() - std::uint64_t{before};
    }
    begin = stop;
  }
  return true;
}

void Integrator::prepare_walker(const Log& log, Lv begin, std::uint64_t length) {
  Lv base = log.graph.critical_before(begin);
  const Lv first = base == kNoLv ? 0 : base + 1;
  const bool fits = walker_.alive() && (walker_.base() == kNoLv || log.graph.is_critical(walker_.base()));
  if (!fits || walker_.covered() < first) {
    if (walker_.alive() && !fits && base != kNoLv) {
      // Somebody is further behind than the walker reaches. Go back by twice as much as last time, so that one who is always a
      // little further behind does not make us start over each time.
      const Lv reach = 2 * (walker_.covered() - walker_.base());
      if (reach < first) base = std::min(base, log.graph.critical_before(first - reach + 1));
      if (reach >= first) base = kNoLv;
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

void Integrator::forget_from(Lv size) {
  if (walker_.covered() > size) walker_.drop();
}

}  // namespace tutti::merge
