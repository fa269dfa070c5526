#include "sync/merge/log/known_past.hpp"

#include <algorithm>

#include "sync/merge/log/graph.hpp"

namespace tutti::merge {

namespace {

constexpr std::size_t kParentsPerStep = 2;

}  // namespace

void KnownPast::ask(const Graph& graph, Lv event, Lv down_to) {
  down_to_ = down_to;
  if (of_ == kNoLv || event < of_ || down_to > of_) return begin(graph, event);
  asked_ = event;
  meets_ = event == of_;
  if (!meets_) push(event, graph.run_of(event));
}

void KnownPast::begin(const Graph& graph, Lv event) {
  forget();
  asked_ = event;
  meets_ = true;
  push(event, graph.run_of(event));
}

void KnownPast::forget() {
  ++time_;
  rest_.clear();
  of_ = kNoLv;
}

bool KnownPast::go_on(const Graph& graph, std::uint64_t steps) {
  const std::uint64_t before = graph.steps();
  while (true) {
    while (!rest_.empty() && rest_.front().lv >= down_to_) {
      if (graph.steps() - before > steps) return false;
      take_newest(graph);
    }
    if (meets_) break;
    begin(graph, asked_);
  }
  of_ = asked_;
  its_run_ = graph.run_of(of_);
  return true;
}

void KnownPast::push(Lv lv, std::size_t run) {
  rest_.push_back({lv, static_cast<std::uint32_t>(run)});
  std::push_heap(rest_.begin(), rest_.end());
}

void KnownPast::take_newest(const Graph& graph) {
  const Rest next = rest_.front();
  std::pop_heap(rest_.begin(), rest_.end());
  rest_.pop_back();
  graph.count_steps(1);
  meets_ = meets_ || (next.run == its_run_ && next.lv >= of_);
  if (marks_.size() <= next.run) marks_.resize(graph.run_count());
  Mark& mark = marks_[next.run];
  const bool is_new = mark.time != time_;
  if (!is_new && mark.end > next.lv) return;
  mark = {time_, next.lv + 1};
  if (!is_new) return;  // what is before it has been seen
  graph.count_steps(graph.run_parents(next.run).size() / kParentsPerStep);
  graph.each_parent(next.run, [&](Lv parent, std::size_t run) { push(parent, run); });
}

bool KnownPast::contains(const Graph& graph, Lv lv) const {
  const std::size_t run = graph.run_of(lv);
  return run < marks_.size() && marks_[run].time == time_ && marks_[run].end > lv;
}

}  // namespace tutti::merge
