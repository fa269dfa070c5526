#include "sync/merge/fold/archive.hpp"

#include <algorithm>

#include "sync/merge/file/columns.hpp"
#include "sync/merge/file/unread.hpp"

namespace tutti::merge {

namespace {

OwnSection own(const Section& section) {
  OwnSection copy{section, std::string(section.bytes)};
  copy.section.bytes = {};
  return copy;
}

Segment pack_segment(const Log& log, LvRange range, bool pack) {
  std::uint64_t memory = 0;
  const std::string columns = put_columns(log, range, memory);
  const std::string_view content = content_of(log, range);
  return {make_section(SectionKind::columns, range, memory, columns, pack),
          make_section(SectionKind::content, range, content.size(), content, pack)};
}

}  // namespace

Lv segment_end(const Log& log, LvRange range, const SegmentSize& most) {
  Lv end = range.end;
  const std::size_t first = log.graph.run_of(range.begin);
  const std::size_t branch = std::min(first + most.branches, log.graph.run_after_parents(first, most.parents));
  const std::size_t op = log.ops.run_of(range.begin) + most.ops;
  if (branch < log.graph.run_count()) end = std::min(end, log.graph.run(branch).begin);
  if (op < log.ops.run_count()) end = std::min(end, log.ops.run(op).lv);
  return log.cuts.around(end - 1).end;
}

std::vector<Segment> pack_events(const Log& log, LvRange range, bool pack) {
  std::vector<Segment> segments;
  while (range.begin < range.end) {
    const LvRange part{range.begin, segment_end(log, range)};
    segments.push_back(pack_segment(log, part, pack));
    range.begin = part.end;
  }
  return segments;
}

void Archive::keep(const Section& columns, const Section& content) {
  add({own(columns), own(content)});
}

void Archive::extend(const Log& log, Lv end) {
  for (Segment& segment : pack_events(log, {this->end(), end})) add(std::move(segment));
}

Result<bool> Archive::unpack_next(Log& log) const {
  const auto next = std::partition_point(segments_.begin(), segments_.end(),
                                         [&](const Segment& each) { return each.columns.section.events.begin < log.size(); });
  if (next == segments_.end() || next->columns.section.events.begin != log.size()) return false;
  Unread segment;
  segment.add(next->columns.view(), next->content.view(), false);
  while (!segment.empty()) {
    if (Status done = segment.go_on(log); !done) return done.error();
  }
  return true;
}

}  // namespace tutti::merge
