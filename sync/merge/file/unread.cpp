#include "sync/merge/file/unread.hpp"

#include <utility>

#include "sync/merge/file/columns.hpp"

namespace tutti::merge {

namespace {

constexpr std::uint64_t kBytesPerStep = 64;

}  // namespace

void Unread::add(const Section& columns, const Section& content, bool keeps) {
  Each& segment = segments_.emplace_back(Each{columns, content, {}, {}});
  if (keeps) segment.kept.append(columns.bytes).append(content.bytes);
}

Status Unread::go_on(Log& log) {
  const bool fine = unpacked_ < segments_.size() ? unpack_tables(segments_[unpacked_++]) : read_first(log);
  return fine ? Status() : broken_file();
}

bool Unread::unpack_tables(Each& segment) {
  if (!segment.kept.empty()) {
    segment.columns.bytes = std::string_view(segment.kept).substr(0, segment.columns.bytes.size());
    segment.content.bytes = std::string_view(segment.kept).substr(segment.columns.bytes.size());
  }
  Need need;
  if (!unpacker_.unpack(segment.columns, segment.tables) || !need_of(segment.tables, need)) return false;
  if (need.bytes() > segment.columns.memory) return false;
  steps_ += segment.tables.size() / kBytesPerStep;
  need_ += need;
  content_ += segment.content.size;
  return true;
}

bool Unread::read_first(Log& log) {
  if (!std::exchange(made_room_, true)) expect(log, need_, segments_.size() > 1 ? content_ : 0);  // one is taken as it is
  const bool fine = read(segments_.front(), log);
  segments_.pop_front();
  --unpacked_;
  return fine;
}

bool Unread::read(const Each& segment, Log& log) {
  std::string content;
  const LvRange events = segment.columns.events;
  if (events.begin != log.size() || events.begin == events.end || events != segment.content.events) return false;
  if (!unpacker_.unpack(segment.content, content)) return false;
  steps_ += content.size() / kBytesPerStep;
  return read_columns(segment.tables, std::move(content), events.end - events.begin, log);
}

}  // namespace tutti::merge
