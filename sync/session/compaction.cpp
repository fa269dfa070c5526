#include "sync/session/compaction.hpp"

#include <algorithm>
#include <utility>

#include "protocol/base/planted.hpp"
#include "sync/merge/file/live.hpp"

namespace tutti::session {

namespace {

/// What a store needs for a change beside its body.
constexpr std::size_t row_bytes = 128;

Error corrupt(DocumentId document, const std::string& what) {
  return error(ErrorCode::corrupt, "The history of " + to_string(document) + " does not hold together: " + what);
}

std::uint64_t events_of(const merge::Document& text) {
  std::uint64_t events = 0;
  for (const auto& [replica, next] : text.known()) events += next.value;
  return events;
}

Status replay(merge::Document& text, const std::vector<record::ChangeRow>& rows) {
  std::vector<merge::Change> changes;
  changes.reserve(rows.size());
  for (const record::ChangeRow& row : rows) {
    Result<merge::Change> change = merge::decode_change(row.body, {row.replica, row.seq});
    if (!change) return change.error();
    changes.push_back(std::move(*change));
  }
  if (planted(Bug::snapshot_short) && !changes.empty()) changes.pop_back();
  const Result<text::Delta> applied = text.apply(changes);
  return applied ? Status() : Status(applied.error());
}

bool same(const merge::Document& a, const merge::Document& b) {
  return a.known() == b.known() && a.version() == b.version() && a.text().str() == b.text().str();
}

}  // namespace

void Compaction::grow(DocumentId document, std::size_t bytes, Position position, const Limits& limits) {
  Tail& tail = tails_[document];
  tail.bytes += bytes + row_bytes;
  const std::size_t due = tail.due != 0 ? tail.due : std::max(limits.compact_bytes, tail.snapshot_bytes / 2);
  if (tail.waits || tail.bytes < due) return;
  tail.waits = true;
  waiting_.push_back({document, position});
}

std::optional<Compact> Compaction::next(Position durable) {
  if (under_way_ || waiting_.empty() || waiting_.front().position > durable) return std::nullopt;
  const DocumentId document = waiting_.front().document;
  waiting_.pop_front();
  under_way_ = true;
  tails_[document].taken = tails_[document].bytes;
  return Compact{document, durable};
}

void Compaction::done(DocumentId document, std::size_t bytes, const Limits& limits) {
  Tail& tail = tails_[document];
  under_way_ = false;
  tail.waits = false;
  const std::size_t taken = std::exchange(tail.taken, 0);
  tail.due = bytes != 0 ? 0 : tail.bytes + limits.compact_bytes;
  if (bytes == 0) return;
  tail.bytes -= taken;
  tail.snapshot_bytes = bytes;
}

Result<merge::Document> open_snapshot(const record::SnapshotRow& row, const merge::Limits& limits) {
  if (Status whole = merge::Document::check_bytes(row.body); !whole) return corrupt(row.document, whole.error().message);
  Result<merge::Document> text = merge::Document::open(row.body, limits);
  if (!text) return corrupt(row.document, text.error().message);
  if (events_of(*text) != row.events) return corrupt(row.document, "its snapshot is of another length.");
  return text;
}

Result<record::SnapshotRow> compacted(DocumentId document, const record::History& history, Position upto,
                                      const merge::Limits& limits) {
  Result<merge::Document> text =
      history.snapshot ? merge::Document::decode(history.snapshot->body, limits) : merge::Document(limits);
  if (!text) return corrupt(document, text.error().message);
  if (Status status = replay(*text, history.changes); !status) return corrupt(document, status.error().message);
  record::SnapshotRow row{document, upto, events_of(*text), text->encode(merge::Parts::history_and_text, merge::Favour::speed)};
  const Result<merge::Document> again = merge::Document::decode(row.body, limits);
  if (!again || !same(*text, *again)) return corrupt(document, "what was written of it reads otherwise.");
  return row;
}

}  // namespace tutti::session
