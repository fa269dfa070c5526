#include "sync/merge/past/recent.hpp"

#include <algorithm>

#include "sync/merge/log/history.hpp"
#include "sync/merge/walk/replay.hpp"
#include "sync/merge/walk/walker.hpp"

namespace tutti::merge {

namespace {

void unfold_if_small(const Document& document) {
  const Log& log = document.log();
  const bool is_short = log.size() - log.folded() < max_recent_changes;
  // Of a history that is damaged or elsewhere there is what follows the cut.
  if (log.folded() > 0 && is_short && log.folded() <= max_recent_unfolded) static_cast<void>(document.unfold());
}

/// Where each of the last changes begins that none of `own` made, oldest first.
std::vector<Lv> last_changes(const Log& log, std::span<const ReplicaId> own) {
  std::vector<Lv> begins;
  for (Lv end = log.size(); end > log.folded() && begins.size() < max_recent_changes; end = begins.back()) {
    const Lv begin = log.cuts.around(end - 1).begin;
    const bool is_own = std::find(own.begin(), own.end(), log.agents.name_of(end - 1).replica) != own.end();
    if (is_own || log.size() - begin > max_recent_events) break;
    begins.push_back(begin);
  }
  std::reverse(begins.begin(), begins.end());
  return begins;
}

/// Walks on from the critical event `base`, where the text is `text`, and keeps the text at each of `stops`, oldest first.
std::vector<text::Snapshot> texts_before(const Log& log, Lv base, text::Rope text, std::span<const Lv> stops) {
  std::vector<text::Snapshot> texts;
  std::vector<Effect> effects;
  Walker walker;
  walker.begin(base, static_cast<std::uint32_t>(text.size().value));
  Lv at = base == kNoLv ? 0 : base + 1;
  for (const Lv stop : stops) {
    effects.clear();
    if (at < stop && !walker.walk(log, at, stop, effects)) break;
    do_to(text, log, effects);
    texts.push_back(text.snapshot());
    at = stop;
  }
  return texts;
}

}  // namespace

std::vector<text::Snapshot> recent_texts(const Document& document, std::span<const ReplicaId> own) {
  std::vector<text::Snapshot> texts;
  unfold_if_small(document);
  const Log& log = document.log();
  const std::vector<Lv> stops = last_changes(log, own);
  if (!stops.empty()) {
    const Lv base = log.graph.critical_before(stops.front());
    const Lv first = base == kNoLv ? 0 : base + 1;
    const bool is_near = first >= log.folded() && log.size() - first <= max_recent_events;
    const auto start = is_near ? document.snapshot_at(base == kNoLv ? Version() : names_of(log, {&base, 1}))
                               : Result<text::Snapshot>(error(ErrorCode::limit, "too far back"));
    if (start) texts = texts_before(log, base, text::Rope(start->str()), stops);
  }
  texts.push_back(document.snapshot());
  std::reverse(texts.begin(), texts.end());
  return texts;
}

}  // namespace tutti::merge
