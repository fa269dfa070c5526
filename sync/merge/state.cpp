#include "sync/merge/state.hpp"

#include "protocol/base/utf.hpp"
#include "sync/merge/log/check.hpp"
#include "sync/merge/log/divergence.hpp"
#include "sync/merge/log/history.hpp"
#include "sync/merge/walk/replay.hpp"

namespace tutti::merge {

using text::Chars;
using text::Delta;
using text::Rope;

namespace {

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

/// Nobody compares the past of a file that was opened with its text before somebody writes on it; where they do not agree, the
/// places that merging comes to may be beyond the text.
bool fit(const std::vector<Effect>& effects, std::uint64_t length) {
  return std::all_of(effects.begin(), effects.end(),
                     [&](const Effect& each) { return fits_in(length, each.bytes == 0, each.pos, each.len); });
}

}  // namespace

// ---- the text

void Document::State::catch_up_rope(Lv end) {
  if (in_rope == end) return;
  const Ops& ops = log().ops;
  std::uint64_t there = rope.size().value;
  (void)do_plain(rope, ops, in_rope, end, there);
  in_rope = end;
  runs_in_rope = ops.run_count();
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

/// What does not go on where the last key was.
Status Document::State::replace(ReplicaId author, Chars at, Chars erase, std::string_view insert) {
  if (erase.value == 0 && insert.empty()) return {};
  if (at.value > length || erase.value > length - at.value) {
    return error(ErrorCode::invalid, "an edit reaches beyond the end of the text");
  }
  const bool ascii = utf8::ascii_prefix(insert) == insert.size();
  const auto chars = static_cast<std::uint32_t>(ascii ? insert.size() : utf8::count_chars(insert));
  Log& all = log();
  if (insert.size() > limits.insert_bytes || length - erase.value + chars > most_chars() ||
      !has_room(all, erase.value + chars + Pen::kMost, insert.size() + Pen::kMost)) {
    return error(ErrorCode::limit, "the document would become too long");
  }
  if (!ascii && !utf8::valid(insert)) return error(ErrorCode::invalid, "inserted text is not valid UTF-8");
  limit_lag();
  const auto place = static_cast<std::uint32_t>(at.value);
  if (ascii && erase.value == 0 && chars == 1) {
    pen.begin_insert(author, place, insert[0]);
  } else if (erase.value == 1 && chars == 0) {
    pen.begin_erase(author, place);
  } else {
    append_patch(all, author, place, static_cast<std::uint32_t>(erase.value), chars, insert);
  }
  length = length - erase.value + chars;
  return {};
}

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
  if (!fit(effects, length)) {
    take_back();
    return error(ErrorCode::corrupt, "text and history do not agree");
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
