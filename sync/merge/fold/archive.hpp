#pragma once

#include <utility>
#include <vector>

#include "protocol/base/result.hpp"
#include "sync/merge/file/container.hpp"
#include "sync/merge/log/log.hpp"

namespace tutti::merge {

/// Some events, packed as they stand in a file.
struct Segment {
  OwnSection columns;
  OwnSection content;
};
// A segment has no more than about so many runs of events, so that none takes long to unpack.
#ifndef TUTTI_SMALL_NODES
inline constexpr std::size_t kSegmentBranches = 1U << 13U;  ///< of the graph
inline constexpr std::size_t kSegmentParents = 1U << 15U;
inline constexpr std::size_t kSegmentOps = 1U << 16U;
#else
inline constexpr std::size_t kSegmentBranches = 8;  // so that tests meet many
inline constexpr std::size_t kSegmentParents = 12;
inline constexpr std::size_t kSegmentOps = 64;
#endif
struct SegmentSize {
  std::size_t branches = kSegmentBranches;
  std::size_t parents = kSegmentParents;
  std::size_t ops = kSegmentOps;
};
/// Where a segment that begins with `range`, and is all or the beginning of it, ends: between two changes.
[[nodiscard]] Lv segment_end(const Log& log, LvRange range, const SegmentSize& most = {});
/// `range` begins and ends between two changes, and so do its segments. `pack`: by zstd.
[[nodiscard]] std::vector<Segment> pack_events(const Log& log, LvRange range, bool pack = true);

/// The beginning of a history, packed: events that are seldom asked for. In segments, so that adding to it costs what is added.
/// Append-only, as the history is.
class Archive {
 public:
  /// Events [0, end) are in it.
  [[nodiscard]] Lv end() const { return segments_.empty() ? 0 : segments_.back().columns.section.events.end; }
  [[nodiscard]] const std::vector<Segment>& segments() const { return segments_; }

  /// Packs the log's events from `end()` up to `end`.
  void extend(const Log& log, Lv end);
  /// Keeps a segment that continues the archive.
  void add(Segment segment) { segments_.push_back(std::move(segment)); }
  /// Keeps a copy of a segment that continues the archive, as it stands in a file.
  void keep(const Section& columns, const Section& content);

  /// Appends the next segment to a log that has those before it, or none. False when there are no more; `corrupt` when it
  /// cannot be read: nobody looks at it before.
  [[nodiscard]] Result<bool> unpack_next(Log& log) const;

 private:
  std::vector<Segment> segments_;
};

}  // namespace tutti::merge
