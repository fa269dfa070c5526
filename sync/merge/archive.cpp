#include "sync/merge/archive.hpp"

#include "sync/merge/file/columns.hpp"

namespace tutti::merge {

namespace {

OwnSection own(const Section& section) {
  OwnSection copy{section, std::string(section.bytes)};
  copy.section.bytes = {};
  return copy;
}

}  // namespace

Segment pack_events(const Log& log, LvRange range, bool pack) {
  std::uint64_t memory = 0;
  const std::string columns = put_columns(log, range, memory);
  const std::string_view content = content_of(log, range);
  return {make_section(SectionKind::columns, range, memory, columns, pack),
          make_section(SectionKind::content, range, content.size(), content, pack)};
}

Status unpack_events(Unpacker& unpacker, const Section& columns, const Section& content, Log& log) {
  std::string tables;
  std::string text;
  const LvRange range = columns.events;
  if (range.begin != log.size() || range != content.events) return broken_file();
  if (!unpacker.unpack(columns, tables) || !unpacker.unpack(content, text)) return broken_file();
  if (!read_columns(tables, std::move(text), range.end - range.begin, columns.memory, log)) return broken_file();
  return {};
}

void Archive::keep(const Section& columns, const Section& content) {
  segments_.push_back({own(columns), own(content)});
}

Result<Log> Archive::unpack() const {
  Log log;
  Unpacker unpacker;
  for (const Segment& segment : segments_) {
    if (Status done = unpack_events(unpacker, segment.columns.view(), segment.content.view(), log); !done) return done.error();
  }
  return log;
}

}  // namespace tutti::merge
