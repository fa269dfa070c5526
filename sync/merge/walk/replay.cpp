#include "sync/merge/walk/replay.hpp"

#include <algorithm>
#include <utility>

#include "sync/merge/walk/delta_sum.hpp"
#include "sync/text/open_edit.hpp"

namespace tutti::merge {

namespace {

/// `Edit`: an `OpenEdit` or a `BulkEdit`.
template <class Edit>
void do_all(Edit& edit, const Log& log, const std::vector<Effect>& effects) {
  for (const Effect& effect : effects) {
    if (effect.bytes == 0) {
      edit.erase(effect.pos, effect.len);
    } else {
      edit.insert(effect.pos, {log.ops.content().data() + effect.content, effect.bytes}, effect.len);
    }
  }
}

template <class Edit>
bool do_all_plain(Edit& edit, const Ops& ops, LvRange events, std::uint64_t& length) {
  bool inside = true;
  ops.each(events.begin, events.end, [&](const Op& op) {
    inside = inside && fits_in(length, op.erases, op.pos, op.len);
    if (!inside) return;
    if (op.erases) {
      edit.erase(op.pos, op.len);
    } else {
      edit.insert(op.pos, ops.text_of(op), op.len);
    }
  });
  return inside;
}

/// Most are one.
text::Delta delta_of(const Log& log, const Effect& effect) {
  text::Delta delta;
  delta.retain(text::Chars(effect.pos));
  if (effect.bytes == 0) return std::move(delta.erase(text::Chars(effect.len)));
  const std::string_view words = std::string_view(log.ops.content()).substr(effect.content, effect.bytes);
  return std::move(delta.insert(words, text::Chars(effect.len)));
}

}  // namespace

text::Delta sum_of(const Log& log, const std::vector<Effect>& effects) {
  if (effects.size() == 1) return delta_of(log, effects.front());
  DeltaSum sum(log.ops.content());
  for (const Effect& effect : effects) {
    if (effect.bytes == 0) {
      sum.erase(effect.pos, effect.len);
    } else {
      sum.insert(effect.pos, effect.content, effect.bytes, effect.len);
    }
  }
  return sum.take();
}

void do_to(text::Rope& rope, const Log& log, const std::vector<Effect>& effects) {
  text::OpenEdit edit(rope);
  do_all(edit, log, effects);
  edit.close();
}

bool do_plain(text::Rope& rope, const Ops& ops, Lv begin, Lv end, std::uint64_t& length) {
  text::BulkEdit edit(rope, begin < end ? ops.run_of(end - 1) - ops.run_of(begin) + 1 : 0);
  const bool inside = do_all_plain(edit, ops, {begin, end}, length);
  edit.close();
  return inside;
}

bool replay(const Log& log, Lv begin, Lv end, text::Rope& rope, std::uint64_t& length) {
  Replay replay(begin, end, length);
  const bool fits = replay.go_on(log, rope, Walker::kAllSteps) == Replay::Came::to_its_end;
  length = replay.length();
  return fits;
}

Replay::Came Replay::go_on(const Log& log, text::Rope& rope, std::uint64_t steps) {
  text::BulkEdit text(rope, std::min<std::uint64_t>(steps, end_ - at_));
  const Came came = go_on(log, text, steps);
  text.close();
  return came;
}

Replay::Came Replay::go_on(const Log& log, text::BulkEdit& text, std::uint64_t steps) {
  for (std::uint64_t left = std::max<std::uint64_t>(steps, 1); at_ < end_;) {
    if (left == 0) return Came::so_far;
    const Lv stop = std::min(end_, log.graph.stretch_end(at_));
    if (log.graph.is_critical(at_)) {
      const Lv part = at_ + static_cast<Lv>(std::min<std::uint64_t>(left, stop - at_));
      if (!do_all_plain(text, log.ops, {at_, part}, length_)) return Came::nowhere;
      left -= part - at_;
      at_ = part;
    } else {
      const std::uint64_t before = walker_.steps(log);
      do_walked(log, stop, text, left);
      if (!walker_.alive()) return Came::nowhere;
      left -= std::min(left, walker_.steps(log) - before);
    }
  }
  return Came::to_its_end;
}

void Replay::do_walked(const Log& log, Lv stop, text::BulkEdit& text, std::uint64_t steps) {
  if (!catch_up_) {
    walker_.begin(log.graph.critical_before(at_), static_cast<std::uint32_t>(length_));
    catch_up_.emplace(walker_, true);
  }
  const bool done = catch_up_->go_on(log, stop, steps);
  do_all(text, log, catch_up_->effects());
  catch_up_->effects().clear();
  if (!done) return;
  length_ = walker_.tracker().effect_length();
  catch_up_.reset();
  at_ = stop;
}

}  // namespace tutti::merge
