#include "sync/hub/live/writer.hpp"

#include <algorithm>
#include <deque>
#include <vector>

#include "sync/net/log.hpp"

namespace tutti::hub {

namespace {

struct Waiting {
  record::Fact fact;
  std::size_t bytes = 0;
  Instant since;
};

/// A group on its way: shared with the worker, which only reads it, and sent again when it failed.
struct Taken {
  std::vector<record::Fact> facts;
  Instant since;
};

std::size_t size_of(const record::Fact& fact) {
  std::size_t bytes = 64;
  for (const auto& row : fact.rows) {
    if (const auto* change = std::get_if<record::ChangeRow>(&row)) bytes += change->body.size() + 128;
    if (const auto* document = std::get_if<record::DocumentRow>(&row)) bytes += document->path.size() + 128;
  }
  return bytes;
}

}  // namespace

struct Writer::State : std::enable_shared_from_this<State> {
  State(net::Loop& l, net::WorkerPool& w, std::shared_ptr<store::Store> s, SessionId id, Metrics& m, Told t, GroupBounds g)
      : loop(l), worker(w), store(std::move(s)), session(id), metrics(m), told(std::move(t)), most(g), retry(l) {}

  net::Loop& loop;
  net::WorkerPool& worker;
  std::shared_ptr<store::Store> store;
  SessionId session;
  Metrics& metrics;
  Told told;
  GroupBounds most;
  net::Timer retry;

  std::deque<Waiting> queue;
  std::shared_ptr<const Taken> group;  ///< in flight, or to be tried again
  std::uint32_t reserve_wanted = 0;
  std::uint32_t reserve_asked = 0;  ///< what the store was asked for
  std::uint32_t reserved = 0;
  bool in_flight = false;
  bool woken = false;
  bool in_trouble = false;
  bool gone = false;
  net::Duration wait = first_wait;

  void pump() {
    if (in_flight || retry.active() || gone) return;
    if (reserve_wanted > reserved) return send_reservation();
    if (!group) group = next_group();
    if (group) send_group();
  }

  /// At the end of the turn, so that what one turn brings goes together.
  void wake() {
    if (std::exchange(woken, true)) return;
    loop.defer([weak = weak_from_this()] {
      const auto self = weak.lock();
      if (!self) return;
      self->woken = false;
      self->pump();
    });
  }

  std::shared_ptr<const Taken> next_group() {
    if (queue.empty()) return nullptr;
    auto taken = std::make_shared<Taken>();
    taken->since = queue.front().since;
    std::size_t bytes = 0;
    while (!queue.empty() && taken->facts.size() < most.facts) {
      bytes += queue.front().bytes;
      if (!taken->facts.empty() && bytes > most.bytes) break;
      taken->facts.push_back(std::move(queue.front().fact));
      queue.pop_front();
    }
    return taken;
  }

  void send_group() {
    submit([kept = store, id = session, facts = group] { return kept->append(id, facts->facts); }, &State::group_done);
  }

  void send_reservation() {
    reserve_asked = reserve_wanted;
    submit([kept = store, id = session, end = reserve_asked] { return kept->reserve_replicas(id, end); },
           &State::reservation_done);
  }

  template <class Work>
  void submit(Work work, void (State::*done)()) {
    in_flight = true;
    const auto status = worker.submit(std::move(work), [weak = weak_from_this(), done](Status result) {
      const auto self = weak.lock();
      if (self && !self->gone) self->answered(result, done);
    });
    if (!status) answered(status, done);
  }

  void answered(const Status& result, void (State::*done)()) {
    const auto self = shared_from_this();  // a listener may destroy the Writer
    in_flight = false;
    if (!result) return failed(result.error());
    wait = first_wait;
    if (std::exchange(in_trouble, false)) {
      net::log_info("store healed", {{"session", to_string(session)}});
      told.healed();
    }
    if (!gone) (this->*done)();
    if (!gone) pump();
  }

  void group_done() {
    const auto done = std::exchange(group, nullptr);
    ++metrics.commits;
    metrics.facts_committed += done->facts.size();
    metrics.facts_queued -= done->facts.size();
    told.committed(done->facts.back().position);
  }

  void reservation_done() {
    reserved = reserve_asked;
    told.reserved(reserved);
  }

  void failed(const Error& error) {
    ++metrics.store_errors;
    net::log_error("store refuses", {{"session", to_string(session)}, {"why", error.message}, {"queued", queue.size()}});
    retry.once(wait, [this] { pump(); });
    wait = std::min(wait * 2, longest_wait);
    if (!std::exchange(in_trouble, true)) told.trouble(error.message);
  }
};

Writer::Writer(net::Loop& loop, net::WorkerPool& worker, std::shared_ptr<store::Store> store, SessionId session,
               Metrics& metrics, Told told, GroupBounds most)
    : state_(std::make_shared<State>(loop, worker, std::move(store), session, metrics, std::move(told), most)) {}

Writer::~Writer() {
  state_->gone = true;
  state_->retry.stop();
  state_->metrics.facts_queued -= queued();
}

void Writer::append(record::Fact fact) {
  const auto bytes = size_of(fact);
  state_->queue.push_back({std::move(fact), bytes, state_->loop.now()});
  ++state_->metrics.facts_queued;
  state_->wake();
}

void Writer::reserve(std::uint32_t end) {
  state_->reserve_wanted = std::max(state_->reserve_wanted, end);
  state_->wake();
}

bool Writer::idle() const {
  return state_->queue.empty() && !state_->group && state_->reserve_wanted <= state_->reserved;
}

std::size_t Writer::queued() const {
  return state_->queue.size() + (state_->group ? state_->group->facts.size() : 0);
}

std::optional<Instant> Writer::waiting_since() const {
  if (state_->group) return state_->group->since;
  if (state_->queue.empty()) return std::nullopt;
  return state_->queue.front().since;
}

}  // namespace tutti::hub
