#include "sync/merge/log/history.hpp"

#include <algorithm>

#include "protocol/base/utf.hpp"
#include "sync/merge/log/comparison.hpp"

namespace tutti::merge {

namespace {

constexpr std::size_t kNamesPerStep = 2;

Error reused() {
  return error(ErrorCode::conflict, "an event of this name with other content is here already");
}

/// The change's parents, and its events before `next`, are those held under their names; at least its first is held.
bool same_as_held(const Log& log, const Change& change, std::uint64_t next) {
  const Lv first = *log.agents.lv_of({change.replica, change.seq});
  const Frontier parents = log.graph.parents_of(first);
  log.graph.count_steps(parents.size() / kNamesPerStep);
  if (parents.size() != change.parents.size() || names_of(log, parents) != change.parents) return false;
  Comparison held(log, {change.replica, change.seq}, next - change.seq.value);
  for (const Patch& patch : change.patches) {
    if (!held.erase(patch.at.value, patch.erase.value) || !held.insert(patch.at.value, patch.insert)) return false;
  }
  return true;
}

/// The change without its first `skip` events.
std::vector<Patch> rest_of(const std::vector<Patch>& patches, std::uint64_t skip) {
  std::vector<Patch> rest;
  for (Patch patch : patches) {
    const std::uint64_t erased = std::min(skip, patch.erase.value);
    patch.erase = patch.erase - erased;
    skip -= erased;
    const std::uint64_t inserted = std::min(skip, utf8::count_chars(patch.insert));
    patch.insert.erase(0, utf8::skip_chars(patch.insert, inserted));
    patch.at += inserted;
    skip -= inserted;
    if (patch.erase.value > 0 || !patch.insert.empty()) rest.push_back(std::move(patch));
  }
  return rest;
}

void append(Log& log, ReplicaId replica, std::span<const Lv> parents, std::span<const Patch> patches) {
  const Lv before = log.ops.size();
  bool joins = true;
  for (const Patch& patch : patches) {
    const auto at = static_cast<std::uint32_t>(patch.at.value);
    if (patch.erase.value > 0) log.ops.erase(at, static_cast<std::uint32_t>(patch.erase.value), joins);
    if (!patch.insert.empty()) {
      const auto chars = static_cast<std::uint32_t>(utf8::count_chars(patch.insert));
      log.ops.insert(at, chars, patch.insert, patch.erase.value == 0, joins && patch.erase.value == 0);
    }
    joins = false;
  }
  const std::uint32_t count = log.ops.size() - before;
  log.graph.append(count, parents);
  log.agents.append(replica, count);
  log.cuts.append(count);
}

void append_patches(std::vector<Patch>& patches, const Log& log, const Op& op) {
  if (!op.erases) {
    const bool joins = !op.starts_patch && !patches.empty() && patches.back().insert.empty();
    if (!joins) patches.push_back({text::Chars(op.pos), {}, {}});
    patches.back().insert = log.ops.text_of(op);
  } else if (op.backward) {
    for (std::uint32_t i = op.len; i > 0; --i) patches.push_back({text::Chars(op.pos + i - 1), text::Chars(1), {}});
  } else {
    patches.push_back({text::Chars(op.pos), text::Chars(op.len), {}});
  }
}

}  // namespace

Version names_of(const Log& log, std::span<const Lv> lvs) {
  Version names;
  names.reserve(lvs.size());
  for (const Lv lv : lvs) names.push_back(log.agents.name_of(lv));
  std::sort(names.begin(), names.end());
  return names;
}

std::optional<Frontier> lvs_of(const Log& log, const Version& version) {
  Frontier lvs;
  lvs.reserve(version.size());
  for (const EventName& name : version) {
    const auto lv = log.agents.lv_of(name);
    if (!lv) return std::nullopt;
    lvs.push_back(*lv);
  }
  std::sort(lvs.begin(), lvs.end());
  return lvs;
}

Result<bool> holds(const Log& log, const Change& change) {
  const std::uint64_t next = log.agents.next_seq(change.replica);
  const std::uint64_t count = event_count(change);
  if (change.seq.value >= next) return false;
  if (!same_as_held(log, change, next)) return reused();
  return count <= next - change.seq.value;
}

std::optional<Frontier> parents_to_come(const Log& log, const Change& change) {
  const std::uint64_t next = log.agents.next_seq(change.replica);
  if (change.seq.value > next) return std::nullopt;
  if (change.seq.value == next) return lvs_of(log, change.parents);
  if (event_count(change) <= next - change.seq.value) return std::nullopt;
  return Frontier{*log.agents.lv_of({change.replica, Seq(next - 1)})};
}

Status take_in(Log& log, const Change& change) {
  const std::uint64_t next = log.agents.next_seq(change.replica);
  const std::uint64_t count = event_count(change);
  if (change.seq.value > next) return error(ErrorCode::gap, "events before this change are missing");
  if (change.seq.value < next) {
    if (!same_as_held(log, change, next)) return reused();
    if (count <= next - change.seq.value) return {};
  }
  std::uint64_t bytes = 0;
  for (const Patch& patch : change.patches) bytes += patch.insert.size();
  if (!has_room(log, count, bytes)) return error(ErrorCode::limit, "the history is full");
  if (change.seq.value < next) {
    const Lv previous = *log.agents.lv_of({change.replica, Seq(next - 1)});
    append(log, change.replica, {&previous, 1}, rest_of(change.patches, next - change.seq.value));
    return {};
  }
  const auto parents = lvs_of(log, change.parents);
  if (!parents) return error(ErrorCode::gap, "a parent of this change is missing");
  if (!log.graph.is_minimal(*parents)) return error(ErrorCode::invalid, "a parent is an ancestor of another");
  append(log, change.replica, *parents, change.patches);
  return {};
}

Change change_of(const Log& log, LvRange range) {
  const EventName name = log.agents.name_of(range.begin);
  Change change{name.replica, name.seq, names_of(log, log.graph.parents_of(range.begin)), {}};
  log.ops.each(range.begin, range.end, [&](const Op& op) { append_patches(change.patches, log, op); });
  return change;
}

Result<Log> part_of(const Log& log, const Known& known) {
  Log part;
  for (Change& change : changes_since(log, {}, ~std::size_t{0})) {
    const auto it = std::lower_bound(known.begin(), known.end(), std::pair(change.replica, Seq(0)));
    const Seq end = it != known.end() && it->first == change.replica ? it->second : Seq(0);
    if (change.seq >= end) continue;
    if (Status taken = take_in(part, change); !taken) return taken.error();
  }
  if (part.agents.known() != known) return error(ErrorCode::gap, "not all of these events are here");
  return part;
}

std::vector<Change> changes_since(const Log& log, const Known& known, std::size_t most) {
  std::vector<Change> changes;
  log.agents.each_lacking(known, [&](LvRange range) {
    while (range.begin < range.end && changes.size() < most) {
      const Lv stop = std::min(log.cuts.around(range.begin).end, range.end);
      changes.push_back(change_of(log, {range.begin, stop}));
      range.begin = stop;
    }
    return changes.size() < most;
  });
  return changes;
}

}  // namespace tutti::merge
