#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "protocol/base/result.hpp"
#include "sync/merge/log/graph.hpp"
#include "sync/text/rope.hpp"

namespace tutti::merge {

#ifndef TUTTI_SMALL_NODES
inline constexpr Lv kKeyframeEvery = 1U << 16U;  ///< events
#else
inline constexpr Lv kKeyframeEvery = 64;  // so that tests meet many
#endif

/// Texts at some critical events of the past, so that a text in between is made from the nearest one and not from nothing.
/// They are kept when the past is first asked for, share what they have in common, and are bounded: beyond that every
/// second one goes.
class Keyframes {
 public:
  static constexpr std::size_t kMost = 256;
  static constexpr std::uint64_t kMostBytes = 64U << 20U;  ///< of the texts, as if they shared nothing

  struct Frame {
    Lv end;  ///< all events before this one are in the text; the last of them was critical
    text::Rope text;
  };

  /// Does the events [begin, end) to a text that has all before them.
  using Replay = std::function<Status(Lv begin, Lv end, text::Rope& text)>;
  /// The text with all events before `end`, the last of which is critical, from the nearest keyframe on, or from `start`.
  [[nodiscard]] Result<text::Rope> text_up_to(Lv end, const Frame& start, const Graph& graph, const Replay& replay);

  /// The newest that has no event from `end` on, and can be gone on from; null if there is none.
  [[nodiscard]] const Frame* before(Lv end, const Graph& graph) const;
  /// Keeps a text that has all events before `end`.
  void keep(Lv end, const text::Rope& text);
  /// Events from `size` on are forgotten.
  void forget_from(Lv size);

  [[nodiscard]] std::size_t size() const { return frames_.size(); }

 private:
  void thin_out();

  std::vector<Frame> frames_;  ///< by ascending `end`
  std::uint64_t bytes_ = 0;
};

}  // namespace tutti::merge
