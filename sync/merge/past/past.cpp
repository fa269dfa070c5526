#include "sync/merge/past/past.hpp"

#include <algorithm>
#include <optional>

#include "sync/merge/log/divergence.hpp"
#include "sync/merge/log/history.hpp"
#include "sync/merge/past/past_walk.hpp"
#include "sync/merge/past/takeback.hpp"
#include "sync/merge/walk/walker.hpp"

namespace tutti::merge {

using text::Chars;

namespace {

void add(std::vector<BlameRun>& runs, ReplicaId replica, std::uint64_t count) {
  if (!runs.empty() && runs.back().replica == replica) {
    runs.back().count += count;
  } else {
    runs.push_back({Chars(count), replica});
  }
}

/// The stretch's characters are events of their own, of perhaps several replicas.
void add(std::vector<BlameRun>& runs, const Agents& agents, Lv begin, Lv end) {
  const auto& all = agents.runs();
  const auto after =
      std::upper_bound(all.begin(), all.end(), begin, [](Lv at, const Agents::Run& run) { return at < run.start; });
  for (auto run = static_cast<std::size_t>(after - all.begin()) - 1; begin < end; ++run) {
    const Lv stop = std::min(end, agents.run_end(run));
    add(runs, agents.replica(all[run].agent), stop - begin);
    begin = stop;
  }
}

/// The characters of a version as the tracker has them, and how they fare in another.
class Comparison {
 public:
  Comparison(const Document& document, Lv base) : document_(document), log_(document.log()), base_(base) {}

  void add_from(const Tracker& tracker) {
    tracker.each([&](const Tracker::Stretch& s) { from_.push_back({s.lv, s.len, s.prepared}); });
  }
  Result<text::Delta> add_to(const Tracker& tracker) {
    tracker.each([&](const Tracker::Stretch& s) { compare({s.lv, s.len, s.prepared}); });
    if (failed_) return *failed_;
    return std::move(delta_);
  }

 private:
  struct Piece {
    Lv lv;
    std::uint32_t len;
    bool visible;
  };

  /// Moving to another version cuts stretches finer, but never moves a character.
  void compare(Piece to) {
    while (to.len > 0) {
      Piece& from = from_[next_];
      const std::uint32_t len = std::min(from.len, to.len);
      if (from.visible && to.visible) delta_.retain(Chars(len));
      if (from.visible && !to.visible) delta_.erase(Chars(len));
      if (!from.visible && to.visible) insert(to.lv, len);
      from.len -= len;
      if (from.len == 0) ++next_;
      to.lv += len;
      to.len -= len;
    }
  }

  void insert(Lv lv, std::uint32_t len) {
    if (lv < kBefore) {
      log_.ops.each(lv, lv + len, [&](const Op& op) { delta_.insert(log_.ops.text_of(op), Chars(op.len)); });
      return;
    }
    if (!base_text_) {
      Result<text::Snapshot> text = text_at(document_)(base_);
      if (!text) failed_ = text.error();
      base_text_ = text ? *text : text::Snapshot();
    }
    const std::uint64_t at = lv - kBefore;
    delta_.insert(base_text_->str(Chars(at), Chars(at + len)), Chars(len));
  }

  const Document& document_;
  const Log& log_;
  Lv base_;
  std::vector<Piece> from_;
  std::size_t next_ = 0;
  text::Delta delta_;
  std::optional<text::Snapshot> base_text_;
  std::optional<Error> failed_;
};

/// All events of both versions after the critical event before which they have the same.
struct Span {
  Lv base = kNoLv;
  std::vector<LvRange> events;  ///< ascending
};

Span span_of(const Graph& graph, const Frontier& from, const Frontier& to) {
  const Divergence apart = divergence(graph, from, to, kNoLv);
  Lv first = graph.size();
  for (const LvRange& range : apart.only_a) first = std::min(first, range.begin);
  for (const LvRange& range : apart.only_b) first = std::min(first, range.begin);
  Span span;
  span.base = graph.critical_before(first);
  span.events = divergence(graph, from, {}, span.base).only_a;
  span.events.insert(span.events.end(), apart.only_b.begin(), apart.only_b.end());
  std::sort(span.events.begin(), span.events.end(), [](const LvRange& a, const LvRange& b) { return a.begin < b.begin; });
  return span;
}

}  // namespace

Result<std::vector<BlameRun>> blame(const Document& document) {
  if (Status whole = document.unfold(); !whole) return whole.error();
  const Log& log = document.log();
  std::vector<BlameRun> runs;
  tracker_since(log, kNoLv).each([&](const Tracker::Stretch& s) {
    if (s.present) add(runs, log.agents, s.lv, s.lv + s.len);
  });
  return runs;
}

Result<text::Delta> difference(const Document& document, const Version& from, const Version& to) {
  if (Status whole = document.unfold(); !whole) return whole.error();
  const Log& log = document.log();
  const auto old_lvs = lvs_of(log, from);
  const auto new_lvs = lvs_of(log, to);
  if (!old_lvs || !new_lvs) return error(ErrorCode::not_found, "this version is not in the document's history");
  if (*old_lvs == *new_lvs) return text::Delta();
  const Span span = span_of(log.graph, *old_lvs, *new_lvs);
  Walker walker;
  walker.begin(span.base);
  std::vector<Effect> effects;
  for (const LvRange& range : span.events) {
    effects.clear();
    if (!walker.walk(log, range.begin, range.end, effects)) return error(ErrorCode::corrupt, "the history does not fit");
  }
  Comparison comparison(document, span.base);
  walker.stand_at(log, *old_lvs);
  comparison.add_from(walker.tracker());
  walker.stand_at(log, *new_lvs);
  return comparison.add_to(walker.tracker());
}

}  // namespace tutti::merge
