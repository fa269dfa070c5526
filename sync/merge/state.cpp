#include "sync/merge/state.hpp"

#include <algorithm>

#include "sync/merge/log/check.hpp"
#include "sync/merge/log/divergence.hpp"
#include "sync/merge/log/history.hpp"
#include "sync/merge/walk/replay.hpp"

namespace tutti::merge {

using text::Delta;
using text::Rope;

namespace {

constexpr std::size_t kMaxLag = 64;              // runs that the rope may be behind
constexpr std::uint64_t kMostChars = 1U << 29U;  // beyond any `Limits`: positions and their sums stay in 32 bits

Error too_long() {
  return error(ErrorCode::limit, "the document would become too long");
}

/// Even if each of the events from `begin` on that erases takes a character away. To be known before they are walked: the
/// walker that has walked what is refused is lost, and others would have to wait for the next one.
bool is_surely_too_long(const Log& log, Lv begin, std::uint64_t length, std::uint64_t most) {
  if (length + (log.size() - begin) <= most) return false;
  std::uint64_t erased = 0;
  log.ops.each_kind({begin, log.size()}, [&](LvRange part, bool erases) { erased += erases ? part.end - part.begin : 0; });
  return length + (log.size() - begin - erased) > most + erased;
}

}  // namespace

std::uint64_t Document::State::most_chars() const {
  return std::min(limits.document_chars, kMostChars);
}

// ---- the text

void Document::State::catch_up_rope(Lv end) {
  if (in_rope == end) return;
  const Ops& ops = log().ops;
  std::uint64_t there = rope.size().value;
  (void)do_plain(rope, ops, in_rope, end, there);
  in_rope = end;
  runs_in_rope = ops.run_count();
}

void Document::State::limit_lag() {
  if (log().ops.run_count() > runs_in_rope + kMaxLag) catch_up_rope(log().size());
}

Result<Rope> Document::State::text_up_to(Lv end) {
  const Keyframes::Frame start{log().folded(), folded_text};
  return keyframes.text_up_to(end, start, log().graph, [this](Lv from, Lv to, Rope& text) -> Status {
    std::uint64_t chars = text.size().value;
    if (!replay(log(), from, to, text, chars)) return error(ErrorCode::corrupt, "the history does not fit");
    return {};
  });
}

/// From the newest critical event before it on, the part of what came after that the version has.
Result<text::Snapshot> Document::State::text_at(const Version& version) {
  const Log& all = log();
  const auto lvs = lvs_of(all, version);
  if (!lvs) return error(ErrorCode::not_found, "this version is not in the document's history");
  if (lvs->empty()) return text::Snapshot();
  const Lv base = all.graph.critical_before(lvs->back() + 1);
  Result<Rope> start = base == kNoLv ? Rope() : text_up_to(base + 1);
  if (!start) return start.error();
  Rope& text = *start;
  const std::vector<LvRange> part = divergence(all.graph, *lvs, {}, base).only_a;
  Walker walker;
  walker.begin(base, static_cast<std::uint32_t>(text.size().value));
  std::vector<Effect> done;
  for (auto range = part.rbegin(); range != part.rend(); ++range) {
    done.clear();
    if (!walker.walk(all, range->begin, range->end, done)) return error(ErrorCode::corrupt, "the history does not fit");
    do_to(text, all, done);
  }
  return text.snapshot();
}

// ---- taking in

Status Document::State::add(std::span<const Change> changes) {
  for (const Change& change : changes) {
    if (auto bad = check(change, limits); !bad) return bad;
    if (auto bad = take_in(log(), change); !bad) return bad;
  }
  return {};
}

void Document::State::take_back() {
  log().take_back();
  integrator.forget_from(log().size());
  keyframes.forget_from(log().size());
}

/// Does to the text what the events from `before` on say, or takes them back.
Result<Delta> Document::State::finish(Lv before) {
  const Log& all = log();
  effects.clear();
  std::uint64_t after = length;
  if (is_surely_too_long(all, before, length, most_chars())) {
    take_back();
    return too_long();
  }
  if (!integrator.run(all, before, all.size(), after, effects)) {
    take_back();
    return error(ErrorCode::invalid, "a position is outside the text that its author saw");
  }
  if (after > most_chars()) {
    take_back();
    return too_long();
  }
  length = after;
  const bool plain = before == all.size() || (all.graph.is_critical(before) && all.graph.stretch_end(before) == all.size());
  if (plain) {
    limit_lag();
  } else {
    catch_up_rope(before);
    do_to(rope, all, effects);
    in_rope = all.size();
    runs_in_rope = all.ops.run_count();
  }
  return sum_of(all, effects);
}

}  // namespace tutti::merge
