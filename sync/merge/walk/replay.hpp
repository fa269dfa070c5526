#pragma once

#include <cstdint>
#include <vector>

#include "sync/merge/log/log.hpp"
#include "sync/merge/walk/pool.hpp"
#include "sync/merge/walk/tracker.hpp"
#include "sync/text/delta.hpp"
#include "sync/text/rope.hpp"

/// From events to text.
namespace tutti::merge {

void do_to(text::Rope& rope, const Log& log, const std::vector<Effect>& effects);
/// What the effects do together.
[[nodiscard]] text::Delta sum_of(const Log& log, const std::vector<Effect>& effects);

/// Does events that each follow all before them. False where a position is beyond the text, of which there are `length`
/// characters.
[[nodiscard]] bool do_plain(text::Rope& rope, const Ops& ops, Lv begin, Lv end, std::uint64_t& length);
/// Does any events to the text that has all before them. False where a position does not fit.
[[nodiscard]] bool replay(const Log& log, Lv begin, Lv end, text::Rope& rope, std::uint64_t& length);

}  // namespace tutti::merge
