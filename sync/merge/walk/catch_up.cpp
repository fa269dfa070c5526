#include "sync/merge/walk/catch_up.hpp"

#include <algorithm>

namespace tutti::merge {

namespace {

constexpr Lv kChunk = 1U << 16U;               // events that are ordered at once,
constexpr std::size_t kChunkRuns = 1U << 15U;  // and runs
constexpr Lv kSlice = 1024;                    // events between two looks at what it has taken

/// Nobody waits: there is no need to look up in between, nor to cut what stands together.
bool is_all(std::uint64_t steps) {
  return steps > Walker::kAllSteps / 2;
}

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
    chunk_ = is_all(steps) ? LvRange{done_, end} : chunk_from(log.graph, done_, end);
    order_.emplace(log.graph.run_of(chunk_.begin), log.graph.run_of(chunk_.end - 1) + 1);
  }
}

bool CatchUp::go_on(const Log& log, Lv end, std::uint64_t steps) {
  const std::uint64_t before = walker_->steps(log);
  while (true) {
    const std::uint64_t taken = walker_->steps(log) - before;
    if (taken > steps) return false;
    if (rest_.begin == rest_.end) {
      const Next next = next_range(log, end, steps - taken);
      if (next == Next::none) break;
      if (next == Next::later) return false;
      continue;
    }
    if (!is_all(steps) && !walker_->learn_needed_origins(log, steps - taken)) return false;
    if (!walker_->approach_parents(log, rest_.begin, steps - taken)) return false;
    const Lv stop = is_all(steps) ? rest_.end : std::min(rest_.end, rest_.begin + kSlice);
    if (!walker_->walk(log, rest_.begin, stop, effects_)) {
      walker_->drop();  // it will be missed
      return true;
    }
    rest_.begin = stop;
    if (!tells_) effects_.clear();
    if (effects_.size() > kMaxEffects) return false;
  }
  walker_->set_covered(end);
  return true;
}

}  // namespace tutti::merge
