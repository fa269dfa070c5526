#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "sync/merge/document.hpp"

namespace tutti::merge {

inline constexpr std::size_t max_recent_changes = 256;         ///< some seconds of several people's typing
inline constexpr std::size_t max_recent_events = 64 * 1024;    ///< walked for it, which takes some milliseconds
inline constexpr std::size_t max_recent_unfolded = 1U << 19U;  ///< events, some 50 ms; more stay folded

/// The texts that this copy went through on the way to its tip, the present one first: one for each of the last changes, in
/// the order in which it took them in. Ends at a change that one of `own` made. Fewer where more would have to be unfolded or
/// walked; the present one is always there. May unfold the history, which a copy that was just fetched has to.
[[nodiscard]] std::vector<text::Snapshot> recent_texts(const Document& document, std::span<const ReplicaId> own);

}  // namespace tutti::merge
