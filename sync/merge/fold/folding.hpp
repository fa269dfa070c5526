#pragma once

#include <optional>

#include "sync/merge/change.hpp"
#include "sync/merge/fold/cut.hpp"
#include "sync/merge/log/log.hpp"

/// Cutting a log: its beginning is folded away, and what comes after goes on under the same local versions.
namespace tutti::merge {

/// An empty log that goes on at a cut.
[[nodiscard]] Log log_from(Cut cut);
/// The newest place at or before `end` where the log may be cut; 0, its beginning, if there is no other.
[[nodiscard]] Lv cut_before(const Log& log, Lv end);
/// The cut before the event `lv`, which is a place that `cut_before` names.
[[nodiscard]] Cut cut_at(const Log& log, Lv lv);

/// Appends to `to`, which ends where they begin, the log's events from there up to `end`, which is between two changes.
void append_part(Log& to, const Log& from, Lv end);

/// Steps that a log took that was put together from the beginning.
[[nodiscard]] std::uint64_t steps_for(const Log& log);

/// Whether taking the change in, or telling what it is, asks for events that are folded away.
[[nodiscard]] bool reaches_back(const Log& log, const Change& change);
/// Whether what somebody who holds `known` lacks is folded away in part.
[[nodiscard]] bool reaches_back(const Log& log, const Known& known);
/// Whether the version, or what it stands on, is folded away. That of the cut itself is not.
[[nodiscard]] bool reaches_back(const Log& log, const Version& version);

}  // namespace tutti::merge
