#include "sync/merge/walk/replay.hpp"

#include <algorithm>
#include <utility>

#include "sync/merge/walk/delta_sum.hpp"
#include "sync/merge/walk/integrate.hpp"
#include "sync/text/open_edit.hpp"

namespace tutti::merge {

void do_to(text::Rope& rope, const Log& log, const std::vector<Effect>& effects) {
  text::OpenEdit edit(rope);
  for (const Effect& effect : effects) {
    if (effect.bytes == 0) {
      edit.erase(effect.pos, effect.len);
    } else {
      edit.insert(effect.pos, {log.ops.content().data() + effect.content, effect.bytes}, effect.len);
    }
  }
  edit.close();
}

namespace {

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

bool do_plain(text::Rope& rope, const Ops& ops, Lv begin, Lv end, std::uint64_t& length) {
  text::OpenEdit edit(rope);
  bool inside = true;
  ops.each(begin, end, [&](const Op& op) {
    const std::uint64_t reach = op.erases ? std::uint64_t{op.pos} + op.len : op.pos;
    inside = inside && reach <= length;
    if (!inside) return;
    if (op.erases) {
      edit.erase(op.pos, op.len);
      length -= op.len;
    } else {
      edit.insert(op.pos, ops.text_of(op), op.len);
      length += op.len;
    }
  });
  edit.close();
  return inside;
}

bool replay(const Log& log, Lv begin, Lv end, text::Rope& rope, std::uint64_t& length) {
  Integrator integrator;
  std::vector<Effect> effects;
  const auto flush = [&] {
    do_to(rope, log, effects);
    effects.clear();
  };
  while (begin < end) {
    const Lv stop = std::min(end, log.graph.stretch_end(begin));
    if (log.graph.is_critical(begin)) {
      if (!do_plain(rope, log.ops, begin, stop, length)) return false;
    } else {
      if (!integrator.run(log, begin, stop, length, effects, flush)) return false;
      flush();
    }
    begin = stop;
  }
  return true;
}

}  // namespace tutti::merge
