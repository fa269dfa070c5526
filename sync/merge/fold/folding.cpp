#include "sync/merge/fold/folding.hpp"

#include <algorithm>
#include <utility>

namespace tutti::merge {

namespace {

constexpr int kMostTries = 64;

Seq known_of(const Known& known, ReplicaId replica) {
  const auto it = std::lower_bound(known.begin(), known.end(), std::pair(replica, Seq(0)));
  return it != known.end() && it->first == replica ? it->second : Seq(0);
}

void append_runs(Log& to, const Log& from, LvRange range) {
  from.ops.each(range.begin, range.end, [&](const Op& op) { to.ops.append(op, from.ops.text_of(op)); });
  for (Lv at = range.begin; at < range.end;) {
    const Lv end = std::min(range.end, from.graph.run(from.graph.run_of(at)).end);
    to.graph.append(end - at, from.graph.parents_of(at));
    at = end;
  }
  for (Lv at = range.begin; at < range.end;) {
    const Lv end = std::min(range.end, from.agents.run_end_of(at));
    to.agents.append(from.agents.name_of(at).replica, end - at);
    at = end;
  }
  for (Lv at = range.begin; at < range.end;) {
    const LvRange change = from.cuts.around(at);
    const Lv end = std::min(range.end, from.cuts.run_end_of(at));
    const std::uint32_t len = change.end - change.begin;
    to.cuts.append(len, (end - at) / len);
    at = end;
  }
}

}  // namespace

Log log_from(Cut cut) {
  Log log;
  if (cut.events == 0) return log;
  log.ops.begin_at(cut.events);
  log.graph.begin_at(cut.events);
  log.agents.expect(cut.known.size());
  // Local versions before the cut stand for nothing, but for the head's.
  for (const auto& [replica, next] : cut.known) {
    if (replica != cut.head.replica) log.agents.append(replica, static_cast<std::uint32_t>(next.value));
  }
  log.agents.append(cut.head.replica, static_cast<std::uint32_t>(cut.head.seq.value + 1));
  log.cuts.append(cut.events);
  log.cut = std::move(cut);
  return log;
}

Lv cut_before(const Log& log, Lv end) {
  for (int tries = 0; tries < kMostTries; ++tries) {
    const Lv critical = log.graph.critical_before(end);
    if (critical == kNoLv || critical < log.folded()) break;
    const LvRange change = log.cuts.around(critical);
    if (change.end == critical + 1) return critical + 1;
    end = change.begin;
  }
  return log.folded();
}

Cut cut_at(const Log& log, Lv lv) {
  if (lv == log.folded()) return log.cut;
  return {lv, log.agents.known_before(lv), log.agents.name_of(lv - 1)};
}

void append_part(Log& to, const Log& from, Lv end) {
  append_runs(to, from, {to.size(), end});
}

std::uint64_t steps_for(const Log& log) {
  constexpr Lv events_per_step = 32;  // of plain typing
  constexpr std::size_t runs_per_step = 2;
  return log.size() / events_per_step +
         (log.graph.run_count() + log.graph.parent_count() + log.ops.run_count()) / runs_per_step;
}

bool reaches_back(const Log& log, const Change& change) {
  if (log.folded() == 0) return false;
  return change.seq < known_of(log.cut.known, change.replica) || reaches_back(log, change.parents);
}

bool reaches_back(const Log& log, const Known& known) {
  return std::any_of(log.cut.known.begin(), log.cut.known.end(),
                     [&](const auto& held) { return known_of(known, held.first) < held.second; });
}

bool reaches_back(const Log& log, const Version& version) {
  if (log.folded() == 0) return false;
  if (version.empty()) return true;
  return std::any_of(version.begin(), version.end(), [&](const EventName& name) {
    return name != log.cut.head && name.seq < known_of(log.cut.known, name.replica);
  });
}

}  // namespace tutti::merge
