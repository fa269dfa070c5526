#include <algorithm>
#include <utility>

#include "sync/merge/fold/folding.hpp"
#include "sync/merge/state.hpp"

// Folding, a part at a time:
//
//     archive ──▶ segments, one a part ──▶ place     what was written since the last fold is packed
//     folded text ──▶ replayed in parts ──▶ place    its text is made
//                                           place ──▶ segments, one a part ──▶ tip     what stays is copied behind the cut
//     then the archive, the text and the log are exchanged for these, at once
//
// Meanwhile the history grows, and the document is what it was. Should somebody write who knows less than what comes before the
// place, it is a cut no more: then all of it is given up, to begin again when there is enough to fold.

namespace tutti::merge {

namespace {

constexpr std::uint64_t kLeastSteps = 1024;   // of a part: shorter segments pack badly
constexpr std::uint64_t kEventsPerStep = 12;  // packed by zstd

/// Where a part ends that packs or copies about so many steps of the range, or all of it: between two changes.
Lv part_end(const Log& log, LvRange range, std::uint64_t steps) {
  const std::size_t most = std::min<std::uint64_t>(std::max(steps, kLeastSteps), kMaxEvents);
  const auto end = static_cast<Lv>(std::min<std::uint64_t>(range.end, range.begin + most * kEventsPerStep));
  const SegmentSize size{std::min(most, kSegmentBranches), std::min(most, kSegmentParents), std::min(most, kSegmentOps)};
  return segment_end(log, {range.begin, end}, size);
}

/// What packing or copying these takes.
std::uint64_t steps_for(const Log& log, LvRange range) {
  const auto runs = [&](const auto& table) { return 1 + table.run_of(range.end - 1) - table.run_of(range.begin); };
  return (range.end - range.begin) / kEventsPerStep + runs(log.graph) + runs(log.ops);
}

}  // namespace

bool Document::State::begin_fold(Lv keep, Lv least) {
  if (folding) return true;
  const Log& all = log();
  if (all.size() - std::max(all.folded(), archive.end()) < least) return false;
  if (archive.end() < all.folded()) return false;  // its past is elsewhere
  const Lv place = cut_before(all, all.size() - std::min(keep, all.size()));
  if (place <= all.folded() || place < archive.end() || place - archive.end() < least) return false;
  folding = std::make_unique<FoldUnderWay>();
  folding->place = place;
  folding->rest = log_from(cut_at(all, place));
  return true;
}

bool Document::State::fold_some(std::uint64_t steps) {
  if (!folding) return true;
  const Log& all = log();
  if (cut_before(all, folding->place) != folding->place) {
    folding.reset();
  } else if (packed_end() < folding->place) {
    pack_some(steps);
  } else if (!folding->has_text) {
    if (!make_folded_text(steps)) folding.reset();
  } else {
    if (folding->rest.size() < all.size()) copy_rest(steps);
    if (folding->rest.size() == all.size()) finish_fold();
  }
  return !folding;
}

Lv Document::State::packed_end() const {
  return folding->packed.empty() ? archive.end() : folding->packed.back().columns.section.events.end;
}

void Document::State::pack_some(std::uint64_t steps) {
  const Lv begin = packed_end();
  const LvRange part{begin, part_end(log(), {begin, folding->place}, steps)};
  std::vector<Segment> made = pack_events(log(), part);
  std::move(made.begin(), made.end(), std::back_inserter(folding->packed));
  carried_steps += steps_for(log(), part);
}

/// False where the history does not fit.
bool Document::State::make_folded_text(std::uint64_t steps) {
  FoldUnderWay& fold = *folding;
  if (fold.place == log().size()) {
    catch_up_rope(fold.place);
    fold.text = rope;
    fold.has_text = true;
    return true;
  }
  if (!fold.replay) {
    const Keyframes::Frame* const near = keyframes.before(fold.place, log().graph);
    const Keyframes::Frame start = near != nullptr ? *near : Keyframes::Frame{log().folded(), folded_text};
    fold.text = start.text;
    fold.replay.emplace(start.end, fold.place, start.text.size().value);
  }
  const Replay::Came came = fold.replay->go_on(log(), fold.text, steps);
  fold.has_text = came == Replay::Came::to_its_end;
  if (fold.has_text) fold.replay.reset();
  return came != Replay::Came::nowhere;
}

void Document::State::copy_rest(std::uint64_t steps) {
  Log& rest = folding->rest;
  const LvRange part{rest.size(), part_end(log(), {rest.size(), log().size()}, steps)};
  append_part(rest, log(), part.end);
  carried_steps += steps_for(log(), part);
}

void Document::State::finish_fold() {
  const std::unique_ptr<FoldUnderWay> fold = std::move(folding);
  catch_up_rope(log_.size());
  for (Segment& segment : fold->packed) archive.add(std::move(segment));
  unfolding = {};
  integrator.forget_before(fold->place);
  keyframes = {};
  folded_text = std::move(fold->text);
  carried_steps += log_.graph.steps();
  log_ = std::move(fold->rest);
  integrator.runs_changed();
  runs_in_rope = log_.ops.run_count();
}

}  // namespace tutti::merge
