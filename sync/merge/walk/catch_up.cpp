#include "sync/merge/walk/catch_up.hpp"

#include <algorithm>

namespace tutti::merge {

namespace {

constexpr Lv kChunk = 1U << 16U;               // events that are ordered at once,
constexpr std::size_t kChunkRuns = 1U << 15U;  // and runs

LvRange chunk_from(const Graph& graph, Lv begin, Lv end) {
  const std::size_t beyond = graph.run_of(begin) + kChunkRuns;
  if (beyond < graph.run_count()) end = std::min(end, graph.run(beyond).begin);
  return {begin, std::min(end, begin + kChunk)};
}

}  // namespace

/// Makes `rest_` the next events to be walked, if there are any, and what comes next is known after so many steps.
CatchUp::Next CatchUp::next_range(const Log& log, Lv end, std::uint64_t steps) {
  while (true) {
    if (order_) {
      if (!order_->go_on(log.graph, steps)) return Next::later;
      if (std::size_t run = 0; order_->next(run)) {
        const LvRange range = log.graph.run(run);
        rest_ = {std::max(chunk_.begin, range.begin), std::min(chunk_.end, range.end)};
        return Next::range;
      }
      done_ = chunk_.end;
      order_.reset();
    }
    if (done_ >= end) return Next::none;
    chunk_ = Walker::is_all(steps) ? LvRange{done_, end} : chunk_from(log.graph, done_, end);
    order_.emplace(log.graph.run_of(chunk_.begin), log.graph.run_of(chunk_.end - 1) + 1);
  }
}

bool CatchUp::go_on(const Log& log, Lv end, std::uint64_t steps) {
  const std::uint64_t before = walker_->steps(log);
  const auto taken = [&] { return walker_->steps(log) - before; };
  const auto left = [&] { return steps - std::min(steps, taken()); };
  while (taken() <= steps) {
    if (rest_.begin == rest_.end) {
      const Next next = next_range(log, end, left());
      if (next == Next::later) return false;
      if (next == Next::range) continue;
      walker_->set_covered(end);
      return true;
    }
    if (!Walker::is_all(steps) && !walker_->learn_needed_origins(log, left())) return false;
    if (!walker_->approach_parents(log, rest_.begin, left())) return false;
    rest_.begin = walker_->walk_some(log, rest_, left(), effects_);
    if (!walker_->alive()) return true;  // and will be missed
    if (!tells_) effects_.clear();
    if (effects_.size() > Walker::kMaxEffects) return false;
  }
  return false;
}

}  // namespace tutti::merge
