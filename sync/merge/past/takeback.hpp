#pragma once

#include <span>
#include <vector>

#include "protocol/base/result.hpp"
#include "sync/merge/document.hpp"
#include "sync/merge/log/log.hpp"
#include "sync/merge/past/lettering.hpp"
#include "sync/merge/walk/tracker.hpp"
#include "sync/text/delta.hpp"
#include "sync/text/rope.hpp"

/// What a text would be had some of its events never been made, as an edit of the text as it is. takeback.cpp has the essay.
namespace tutti::merge {

/// Characters [copy, copy + count) brought back what the events from `erased` on had erased; `backward`: from `erased` down.
struct CopyRun {
  Lv copy = 0;
  Lv erased = 0;
  std::uint32_t count = 0;
  bool backward = false;
};

/// All ranges lie after the critical event `base` (kNoLv: none).
struct Takeback {
  Lv base = kNoLv;
  std::vector<LvRange> ignored;  ///< count as never made
  std::vector<LvRange> touched;  ///< only the characters that these inserted or erased may come or go
  std::vector<LvRange> kept;     ///< not ignored, and by the same person as the copies
  std::vector<CopyRun> copies;   ///< by ascending `copy`, all among the ignored
};

struct TakenBack {
  text::Delta delta;
  /// For each character that `delta` inserts, in order: the ignored event that had erased it.
  std::vector<Lv> revived;
};

/// More events than this after `base` are not walked: `limit`.
inline constexpr Lv kMostTakebackEvents = 1U << 20U;

[[nodiscard]] Status may_look_back(const Log& log, Lv base);

/// `tracker` is what a `PastWalk` after `what.base` came to.
[[nodiscard]] Result<TakenBack> take_back(const Log& log, const Takeback& what, const TextAt& text_at, Tracker tracker);

/// All that `replicas` did after the version `since`, as an edit that takes it back. What others wrote stays, and what others
/// erased as well stays away. `not_found` when the version is not held. For an instant it is the version that whoever asks
/// noted then (`Document::version`): neither the history nor the hub's rows of changes say when anything was written.
[[nodiscard]] Result<text::Delta> revert(const Document& document, std::span<const ReplicaId> replicas, const Version& since);

/// `Document::snapshot_at` at critical events.
[[nodiscard]] TextAt text_at(const Document& document);

}  // namespace tutti::merge
