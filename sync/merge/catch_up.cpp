#include "sync/merge/catch_up.hpp"

#include <algorithm>

namespace tutti::merge {

namespace {

constexpr Lv kChunk = 1U << 16U;               // events that are ordered at once,
constexpr std::size_t kChunkRuns = 1U << 15U;  // and runs
constexpr Lv kSlice = 1024;                    // events between two looks at what it has taken

LvRange chunk_from(const Graph& graph, Lv begin, Lv end) {
  const std::size_t beyond = graph.run_of(begin) + kChunkRuns;
  if (beyond < graph.run_count()) end = std::min(end, graph.run(beyond).begin);
  return {begin, std::min(end, begin + kChunk)};
}

}  // namespace

/// Makes `rest_` the next events to be walked; false when there are none.
bool CatchUp::next_range(const Log& log, Lv end) {
  std::size_t run = 0;
  while (!order_ || !order_->next(run)) {
    if (order_) done_ = chunk_.end;
    order_.reset();
    if (done_ >= end) return false;
    chunk_ = chunk_from(log.graph, done_, end);
    order_.emplace(log.graph, log.graph.run_of(chunk_.begin), log.graph.run_of(chunk_.end - 1) + 1);
  }
  const LvRange range = log.graph.run(run);
  rest_ = {std::max(chunk_.begin, range.begin), std::min(chunk_.end, range.end)};
  return true;
}

bool CatchUp::go_on(const Log& log, Lv end, std::uint64_t steps) {
  const std::uint64_t before = walker_->steps(log);
  while (rest_.begin < rest_.end || next_range(log, end)) {
    const std::uint64_t taken = walker_->steps(log) - before;
    if (taken > steps) return false;
    if (!walker_->approach_parents(log, rest_.begin, steps - taken)) return false;
    const Lv stop = std::min(rest_.end, rest_.begin + kSlice);
    ignored_.clear();
    if (!walker_->walk(log, rest_.begin, stop, ignored_)) return true;  // it is dead, and will be missed
    rest_.begin = stop;
  }
  walker_->set_covered(end);
  return true;
}

Tracker tracker_since(const Log& log, Lv base) {
  Walker walker;
  walker.begin(base);
  CatchUp(walker).finish(log, log.size());
  walker.stand_at(log, log.graph.frontier());
  return walker.take();
}

}  // namespace tutti::merge
