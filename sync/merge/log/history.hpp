#pragma once

#include <vector>

#include "protocol/base/result.hpp"
#include "sync/merge/change.hpp"
#include "sync/merge/log/log.hpp"

/// The log as changes: taking them in, and giving them out as they were made.
namespace tutti::merge {

/// Names of the events, sorted.
[[nodiscard]] Version names_of(const Log& log, std::span<const Lv> lvs);
/// Ascending; nothing if one is not held.
[[nodiscard]] std::optional<Frontier> lvs_of(const Log& log, const Version& version);

/// What the first event follows on that the log lacks of the change. Nothing if it lacks none, or others before them.
[[nodiscard]] std::optional<Frontier> parents_to_come(const Log& log, const Change& change);
/// Appends what the log lacks of a change that `check` let pass. Positions are not looked at yet.
[[nodiscard]] Status take_in(Log& log, const Change& change);

/// Appends one patch made at the tip as a change. The caller has checked everything. Inline: this is what a keystroke costs.
inline void append_patch(Log& log, ReplicaId replica, std::uint32_t at, std::uint32_t erase, std::uint32_t chars,
                         std::string_view insert) {
  if (erase > 0) log.ops.erase(at, erase, true);
  if (chars > 0) log.ops.insert(at, chars, insert, erase == 0, erase == 0);
  log.graph.append_at_tip(erase + chars);
  log.agents.append(replica, erase + chars);
  log.cuts.append(erase + chars);
}
/// Whether the log's numbers reach for so many more events and bytes.
[[nodiscard]] inline bool has_room(const Log& log, std::uint64_t events, std::uint64_t bytes) {
  return log.ops.content().size() + bytes < 0xffffffffU && log.size() + events < kMaxEvents;
}

/// Whether the log holds all of the change; `conflict` if what it holds under these names is something else.
[[nodiscard]] Result<bool> holds(const Log& log, const Change& change);

/// The events [range.begin, range.end), which lie within one change.
[[nodiscard]] Change change_of(const Log& log, LvRange range);
/// The first `most` that whoever holds `known` lacks.
[[nodiscard]] std::vector<Change> changes_since(const Log& log, const Known& known, std::size_t most);
/// The events that `known` names and no others, in the log's order. `gap` when they are not all there.
[[nodiscard]] Result<Log> part_of(const Log& log, const Known& known);

}  // namespace tutti::merge
