#include "sync/merge/log/agents.hpp"

#include <algorithm>

namespace tutti::merge {

const Agents::Agent* Agents::find(ReplicaId replica) const {
  if (!runs_.empty() && agents_[runs_.back().agent].replica == replica) return &agents_[runs_.back().agent];
  const auto it = index_.find(replica);
  return it == index_.end() ? nullptr : &agents_[it->second];
}

std::uint32_t Agents::find_or_add(ReplicaId replica) {
  if (!runs_.empty() && agents_[runs_.back().agent].replica == replica) return runs_.back().agent;
  const auto [it, added] = index_.try_emplace(replica, static_cast<std::uint32_t>(agents_.size()));
  if (added) agents_.push_back({replica, 0, {}});
  return it->second;
}

void Agents::append_run(ReplicaId replica, std::uint32_t count) {
  const std::uint32_t index = find_or_add(replica);
  Agent& agent = agents_[index];
  runs_.push_back({size_, index, agent.next});
  agent.runs.push_back({agent.next, size_});
  agent.next += count;
  size_ += count;
}

void Agents::expect(std::size_t replicas) {
  runs_.reserve(replicas);
  agents_.reserve(replicas);
  index_.reserve(replicas);
}

void Agents::truncate(Lv size) {
  while (!runs_.empty() && size_ > size) {
    const Run last = runs_.back();
    Agent& agent = agents_[last.agent];
    if (last.start < size) {
      agent.next = last.seq + (size - last.start);
      size_ = size;
      break;
    }
    agent.next = last.seq;
    agent.runs.pop_back();
    runs_.pop_back();
    size_ = last.start;
  }
  // An agent without events is as good as unknown; only the newest can be left so.
  while (!agents_.empty() && agents_.back().next == 0) {
    index_.erase(agents_.back().replica);
    agents_.pop_back();
  }
}

std::uint32_t Agents::next_seq(ReplicaId replica) const {
  const Agent* agent = find(replica);
  return agent == nullptr ? 0 : agent->next;
}

std::size_t Agents::run_of(Lv lv) const {
  const auto after = std::upper_bound(runs_.begin(), runs_.end(), lv, [](Lv at, const Run& run) { return at < run.start; });
  return static_cast<std::size_t>(after - runs_.begin()) - 1;
}

EventName Agents::name_of(Lv lv) const {
  const Run& run = runs_[run_of(lv)];
  return {agents_[run.agent].replica, Seq(std::uint64_t{run.seq} + (lv - run.start))};
}

std::optional<Lv> Agents::lv_of(EventName name) const {
  const Agent* agent = find(name.replica);
  if (agent == nullptr || name.seq.value >= agent->next) return std::nullopt;
  const auto seq = static_cast<std::uint32_t>(name.seq.value);
  const auto& runs = agent->runs;
  if (runs.back().seq <= seq) return runs.back().start + (seq - runs.back().seq);
  const auto after =
      std::upper_bound(runs.begin(), runs.end(), seq, [](std::uint32_t at, const SeqRun& run) { return at < run.seq; });
  return (after - 1)->start + (seq - (after - 1)->seq);
}

Known Agents::known() const {
  Known all;
  all.reserve(agents_.size());
  for (const Agent& agent : agents_) all.emplace_back(agent.replica, Seq(agent.next));
  std::sort(all.begin(), all.end());
  return all;
}

Known Agents::known_before(Lv lv) const {
  std::vector<std::uint32_t> next;
  for (const Agent& agent : agents_) next.push_back(agent.next);
  for (std::size_t i = runs_.size(); i > 0 && run_end(i - 1) > lv; --i) {
    const Run& run = runs_[i - 1];
    next[run.agent] = run.seq + (run.start < lv ? lv - run.start : 0);
  }
  Known before;
  for (std::size_t i = 0; i < agents_.size(); ++i) {
    if (next[i] > 0) before.emplace_back(agents_[i].replica, Seq(next[i]));
  }
  std::sort(before.begin(), before.end());
  return before;
}

std::vector<std::uint64_t> Agents::next_of_each(const Known& known) const {
  std::vector<std::uint64_t> next(agents_.size());
  for (const auto& [replica, seq] : known) {
    const auto agent = index_.find(replica);
    if (agent != index_.end()) next[agent->second] = seq.value;
  }
  return next;
}

std::size_t Agents::first_run_lacking(const std::vector<std::uint64_t>& from) const {
  Lv first = size_;
  for (std::size_t i = 0; i < agents_.size(); ++i) {
    if (const auto lv = lv_of({agents_[i].replica, Seq(from[i])})) first = std::min(first, *lv);
  }
  return first < size_ ? run_of(first) : runs_.size();
}

void Agents::ranges_from(ReplicaId replica, std::uint64_t seq, std::vector<LvRange>& out) const {
  const Agent* agent = find(replica);
  if (agent == nullptr || seq >= agent->next) return;
  const auto& runs = agent->runs;
  auto run = std::upper_bound(runs.begin(), runs.end(), seq, [](std::uint64_t at, const SeqRun& r) { return at < r.seq; }) - 1;
  for (; run != runs.end(); ++run) {
    const std::uint32_t end = run + 1 == runs.end() ? agent->next : (run + 1)->seq;
    const std::uint32_t skipped = seq > run->seq ? static_cast<std::uint32_t>(seq) - run->seq : 0;
    out.push_back({run->start + skipped, run->start + (end - run->seq)});
  }
}

}  // namespace tutti::merge
