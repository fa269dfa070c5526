#include "tests/bench/durability/load.hpp"

#include <sodium.h>

#include <algorithm>

#include "sync/hub/entry/secret.hpp"

namespace tutti::bench {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t body_bytes = 40;  ///< of a keystroke's change, names included
constexpr net::Duration patience{120'000};

double ms(Clock::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

struct Typing {
  Typing(std::shared_ptr<store::Store> s, const Load& l)
      : load(l), store(std::move(s)), worker(loop, 1), session(begin_session()), ticks(loop) {}

  Load load;
  net::Loop loop;
  std::shared_ptr<store::Store> store;
  net::WorkerPool worker;
  hub::Metrics metrics;
  SessionId session;
  DocumentId document = hub::secret_id<DocumentId>();
  ParticipantId author = hub::secret_id<ParticipantId>();
  std::unique_ptr<hub::Writer> writer;
  net::Timer ticks;
  std::vector<Clock::time_point> due;  ///< of the fact at position i + 1
  std::vector<double> ack_ms;
  Clock::time_point begun, last;
  std::uint64_t acknowledged = 0;

  SessionId begin_session() const {
    store::SessionRow row;
    row.id = hub::secret_id<SessionId>();
    row.name = "bench";
    row.owner = hub::secret_id<ParticipantId>();
    store::Admission owner;
    owner.guest = store::UserRow{row.owner, "bench", wire::Kind::person, 1};
    owner.participant = {row.id, row.owner, wire::Kind::person, wire::Role::owner, 1, 1, ""};
    return store->create_session(row, owner) ? row.id : SessionId{};
  }

  bool over() const { return Clock::now() - begun > load.lasts; }

  void type(Clock::time_point at) {
    const auto position = due.size() + 1;
    record::Fact fact{Position(position), {}};
    if (position == 1) {
      fact.rows.emplace_back(record::DocumentRow{document, "bench.txt", {}, false});
    } else {
      fact.rows.emplace_back(
          record::ChangeRow{document, ReplicaId(1), Seq(position - 2), 1, author, std::string(body_bytes, 'x')});
      fact.rows.emplace_back(record::ReplicaRow{ReplicaId(1), author, RequestId(position)});
    }
    due.push_back(at);
    writer->append(std::move(fact));
  }

  void committed(Position position) {
    last = Clock::now();
    for (; acknowledged < position.value; ++acknowledged) {
      if (acknowledged > 0) ack_ms.push_back(ms(last - due[acknowledged]));
    }
    while (load.outstanding > 0 && !over() && due.size() - acknowledged < load.outstanding) type(Clock::now());
  }

  void type_what_is_due() {
    const auto every = std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(1 / load.rate));
    for (auto next = begun + every * static_cast<std::int64_t>(due.size()); next <= Clock::now() && !over();
         next = begun + every * static_cast<std::int64_t>(due.size())) {
      type(next);
    }
  }

  Taken run() {
    hub::Writer::Told told{[this](Position position) { committed(position); }, [](std::uint32_t) {}, [](const std::string&) {},
                           [] {}};
    writer = std::make_unique<hub::Writer>(loop, worker, store, session, metrics, std::move(told), load.group);
    begun = last = Clock::now();
    type(begun);
    if (load.outstanding == 0) ticks.every(net::Duration(1), [this] { type_what_is_due(); });
    loop.run_until([this] { return over() && acknowledged == due.size(); }, patience);
    ticks.stop();
    const auto image = store->load(session);
    const bool whole = image && image->changes.size() + 1 == due.size() && acknowledged == due.size();
    return {ms(last - begun) / 1000, std::move(ack_ms), whole};
  }
};

}  // namespace

Taken put_on(const std::shared_ptr<store::Store>& store, const Load& load) {
  return Typing(store, load).run();
}

}  // namespace tutti::bench
