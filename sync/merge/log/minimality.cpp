#include "sync/merge/log/minimality.hpp"

#include <algorithm>

#include "sync/merge/log/graph.hpp"

namespace tutti::merge {

namespace {

constexpr std::size_t kParentsPerStep = 4;
#ifndef TUTTI_SMALL_NODES
constexpr std::uint64_t kWorth = 32;      // steps for each run that all walks together may take,
constexpr std::uint64_t kShortWalk = 64;  // and how many one may from then on
#else
constexpr std::uint64_t kWorth = 1;  // so that tests meet what comes then
constexpr std::uint64_t kShortWalk = 4;
#endif

}  // namespace

bool Minimality::go_on(const Graph& graph, std::span<const Lv> version, std::uint64_t steps) {
  if (find(version) != nullptr) return true;
  const std::uint64_t before = graph.steps();
  const auto left = [&] { return steps - std::min(steps, graph.steps() - before); };
  const bool is_this = std::equal(version.begin(), version.end(), version_.begin(), version_.end());
  if (!is_this && !version_.empty() && !finish(graph, steps)) return false;
  if (version_.empty()) begin(graph, version);
  return finish(graph, left());
}

bool Minimality::judge(const Graph& graph, std::span<const Lv> version) {
  if (const Verdict* known = find(version)) return known->is_minimal;
  constexpr std::uint64_t all = ~std::uint64_t{0};
  if (!version_.empty()) (void)finish(graph, all);
  begin(graph, version);
  (void)finish(graph, all);
  return verdicts_[(next_verdict_ + verdicts_.size() - 1) % verdicts_.size()].is_minimal;
}

const Minimality::Verdict* Minimality::find(std::span<const Lv> version) const {
  for (const Verdict& each : verdicts_) {
    if (each.version.size() != version.size() || each.version.back() != version.back()) continue;
    if (std::equal(version.begin(), version.end(), each.version.begin())) return &each;
  }
  return nullptr;
}

void Minimality::forget_from(Lv size) {
  for (Verdict& each : verdicts_) {
    if (!each.version.empty() && each.version.back() >= size) each.version.clear();
  }
  if (!version_.empty() && version_.back() >= size) version_.clear();
  if (past_.reaches(size)) past_.forget();
}

void Minimality::begin(const Graph& graph, std::span<const Lv> version) {
  version_.assign(version.begin(), version.end());
  candidates_.clear();
  // The newest is nobody's ancestor, nor is what nothing follows.
  const Frontier& heads = graph.frontier();
  for (const Lv lv : version.first(version.size() - 1)) {
    if (!std::binary_search(heads.begin(), heads.end(), lv)) candidates_.push_back(lv);
  }
  stage_ = Stage::walk;
  begin_walk(graph, version_.size());
}

void Minimality::begin_walk(const Graph& graph, std::size_t count) {
  from_ = count;
  entered_ = 0;
  walked_ = 0;
  walk_.begin(graph.run_of(version_[count - 1]));
}

bool Minimality::finish(const Graph& graph, std::uint64_t steps) {
  const std::optional<bool> verdict = go_on(graph, steps);
  if (!verdict) return false;
  verdicts_[next_verdict_].version.assign(version_.begin(), version_.end());
  verdicts_[next_verdict_].is_minimal = *verdict;
  next_verdict_ = (next_verdict_ + 1) % verdicts_.size();
  version_.clear();
  return true;
}

std::optional<bool> Minimality::go_on(const Graph& graph, std::uint64_t steps) {
  const std::uint64_t before = graph.steps();
  if (stage_ != Stage::past) {
    const bool is_dear = stage_ == Stage::walk && spent_ > kWorth * graph.run_count();
    const std::uint64_t most = is_dear ? kShortWalk - std::min(kShortWalk, walked_) : steps;
    const std::optional<bool> verdict = walk_on(graph, std::min(steps, most));
    walked_ += graph.steps() - before;
    spent_ += graph.steps() - before;
    if (verdict || !is_walk_too_long(graph)) return verdict;
    stage_ = Stage::past;
    past_.ask(graph, version_.back(), candidates_.front());
  }
  if (!past_.go_on(graph, steps - std::min(steps, graph.steps() - before))) return std::nullopt;
  if (std::any_of(candidates_.begin(), candidates_.end(), [&](Lv lv) { return past_.contains(graph, lv); })) return false;
  const std::size_t others = version_.size() - 1;
  if (candidates_.back() == version_[others - 1]) candidates_.pop_back();
  stage_ = Stage::rest;
  begin_walk(graph, others);
  return go_on(graph, steps - std::min(steps, graph.steps() - before));
}

bool Minimality::is_walk_too_long(const Graph& graph) const {
  return stage_ == Stage::walk && walked_ > kShortWalk && spent_ > kWorth * graph.run_count();
}

bool Minimality::meets(Lv begin, Lv end) const {
  const auto low = std::lower_bound(candidates_.begin(), candidates_.end(), begin);
  return low != candidates_.end() && *low < end;
}

void Minimality::enter(const Graph& graph, std::size_t run) {
  const Lv oldest = candidates_.front();
  std::size_t parents = 0;
  graph.each_parent(run, [&](Lv parent, std::size_t above) {
    ++parents;
    if (parent >= oldest) walk_.push(parent, above, EventQueue::kNobodys);
  });
  graph.count_steps(1 + parents / kParentsPerStep);
}

/// Whether none of the candidates is met.
std::optional<bool> Minimality::walk_on(const Graph& graph, std::uint64_t steps) {
  if (candidates_.empty()) return true;
  const std::uint64_t before = graph.steps();
  for (; entered_ < from_; ++entered_) {
    if (graph.steps() - before > steps) return std::nullopt;
    const std::size_t run = graph.run_of(version_[entered_]);
    if (meets(graph.run(run).begin, version_[entered_])) return false;
    enter(graph, run);
  }
  while (!walk_.empty()) {
    if (graph.steps() - before > steps) return std::nullopt;
    const std::size_t run = walk_.take_run();
    // The rest of one run is below its newest.
    if (meets(graph.run(run).begin, walk_.taken().front().lv + 1)) return false;
    enter(graph, run);
  }
  return true;
}

}  // namespace tutti::merge
