#include "sync/merge/fold/keyframes.hpp"

#include <algorithm>

namespace tutti::merge {

namespace {

/// The first frame that ends after `end`.
auto after(const std::vector<Keyframes::Frame>& frames, Lv end) {
  return std::upper_bound(frames.begin(), frames.end(), end,
                          [](Lv at, const Keyframes::Frame& frame) { return at < frame.end; });
}

/// Where the next keyframe after one at `begin` should be: behind a critical event; `end`, which is one such place, if that is
/// near.
Lv next_place(const Graph& graph, Lv begin, Lv end) {
  if (end - begin <= kKeyframeEvery) return end;
  const Lv critical = graph.critical_before(begin + kKeyframeEvery);
  if (critical != kNoLv && critical >= begin) return critical + 1;
  return std::min(end, graph.stretch_end(begin) + 1);
}

}  // namespace

Result<text::Rope> Keyframes::text_up_to(Lv end, const Frame& start, const Graph& graph, const Replay& replay) {
  const Frame* const nearest = before(end, graph);
  const Frame& frame = nearest != nullptr ? *nearest : start;
  text::Rope text = frame.text;
  for (Lv at = frame.end; at < end;) {
    const Lv stop = next_place(graph, at, end);
    if (Status done = replay(at, stop, text); !done) return done.error();
    at = stop;
    if (at < end) keep(at, text);
  }
  return text;
}

const Keyframes::Frame* Keyframes::before(Lv end, const Graph& graph) const {
  // What arrives late takes criticality away from whatever it did not see.
  for (auto frame = after(frames_, end); frame != frames_.begin();) {
    --frame;
    if (graph.is_critical(frame->end - 1)) return &*frame;
  }
  return nullptr;
}

void Keyframes::keep(Lv end, const text::Rope& text) {
  const auto place = after(frames_, end);
  if (place != frames_.begin() && (place - 1)->end == end) return;
  bytes_ += text.summary().bytes.value;
  frames_.insert(place, {end, text});
  while (frames_.size() > kMost || (bytes_ > kMostBytes && frames_.size() > 1)) thin_out();
}

void Keyframes::thin_out() {
  std::vector<Frame> kept;
  bytes_ = 0;
  for (std::size_t i = frames_.size() % 2 == 0 ? 1 : 0; i < frames_.size(); i += 2) {  // the newest stays
    bytes_ += frames_[i].text.summary().bytes.value;
    kept.push_back(std::move(frames_[i]));
  }
  frames_ = std::move(kept);
}

void Keyframes::forget_from(Lv size) {
  while (!frames_.empty() && frames_.back().end > size) {
    bytes_ -= frames_.back().text.summary().bytes.value;
    frames_.pop_back();
  }
}

}  // namespace tutti::merge
