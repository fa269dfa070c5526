// Several replicas edit and merge at random. At every step each Document must agree with the oracle, and with itself: deltas
// against text, saved against loaded, changes given out against changes made.

#include <map>

#include "sync/merge/document.hpp"
#include "sync/merge/past/past.hpp"
#include "tests/merge/oracle.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;
using namespace tutti::merge;
using text::Chars;
using text::Delta;

namespace {

struct Replica {
  ReplicaId id;
  Document document;
  test::Oracle oracle;
  text::Rope shadow;  ///< what somebody sees who only gets the deltas
  std::vector<std::pair<Version, std::string>> past;
};

class World {
 public:
  World(std::uint64_t seed, std::size_t replicas, std::uint64_t max_chars) : random_(seed), max_chars_(max_chars) {
    for (std::size_t i = 0; i < replicas; ++i) replicas_.push_back({ReplicaId(fresh_id()), Document(), {}, {}, {}});
  }

  void step() {
    Replica& one = any();
    if (random_.chance(70)) {
      edit(one);
    } else {
      pull(one, any());
    }
    if (random_.chance(2)) reload(one);
    if (random_.chance(6)) one.document.fold(1);
    if (random_.chance(3)) one.id = ReplicaId(fresh_id());  // a new session of the same person
    if (random_.chance(5)) one.past.emplace_back(one.document.version(), one.document.text().str());
  }

  void meet() {
    for (int round = 0; round < 2; ++round) {
      for (Replica& into : replicas_) {
        for (Replica& from : replicas_) pull(into, from);
      }
    }
    for (Replica& replica : replicas_) {
      REQUIRE(replica.document.text().str() == replicas_[0].document.text().str());
      REQUIRE(replica.document.version() == replicas_[0].document.version());
      REQUIRE(replica.document.known() == replicas_[0].document.known());
      reload(replica);
      for (const auto& [version, text] : replica.past) REQUIRE(*replica.document.text_at(version) == text);
      replica.past.emplace_back(replica.document.version(), replica.document.text().str());
      check_differences(replica);
      check_blame(replica);
      if (replica.past.size() > 20) replica.past.clear();
    }
  }

  [[nodiscard]] std::uint64_t events() const { return events_.size(); }
  [[nodiscard]] std::size_t chars() const { return replicas_[0].document.text().size().value; }

 private:
  Replica& any() { return replicas_[random_.below(replicas_.size())]; }
  std::uint32_t fresh_id() {  // ids in no order, so that the lower one is not always the older one
    return static_cast<std::uint32_t>((++ids_ * 7919) % 1000003);
  }

  Delta random_edit(std::uint64_t size) {
    Delta delta;
    const std::uint64_t spots = random_.chance(20) ? 3 : 1;
    for (std::uint64_t i = 0; i < spots; ++i) {
      const std::uint64_t kept = random_.below(size + 1);
      delta.retain(Chars(kept));
      size -= kept;
      if (random_.chance(max_chars_ < size ? 70 : 30)) {
        const std::uint64_t gone = random_.below(std::min<std::uint64_t>(size, random_.chance(10) ? 30 : 4) + 1);
        delta.erase(Chars(gone));
        size -= gone;
      }
      if (random_.chance(60)) delta.insert(test::random_text(random_, random_.chance(5) ? 40 : 4));
    }
    return delta;
  }

  void edit(Replica& replica) {
    // Bursts at one place, since typing is what conflicts are made of.
    for (std::uint64_t n = random_.chance(30) ? random_.below(12) : 1; n > 0; --n) {
      const Delta delta = random_edit(replica.oracle.size());
      const auto changes = replica.document.edit(replica.id, delta);
      REQUIRE(changes.ok());
      for (const Change& change : *changes) {
        replica.oracle.make(change, events_);
        REQUIRE(made_.try_emplace({change.replica, change.seq}, change).second);
        REQUIRE(*replica.document.holds(change));
      }
      apply(replica.shadow, delta);
    }
    compare(replica);
  }

  /// A random order that keeps causes before effects.
  std::vector<Change> shuffled(std::vector<Change> changes, const Document& into) {
    std::vector<Change> order;
    Known known = into.known();
    const auto has = [&](EventName name) {
      const auto it = std::lower_bound(known.begin(), known.end(), std::pair(name.replica, Seq(0)));
      return it != known.end() && it->first == name.replica && name.seq < it->second;
    };
    while (!changes.empty()) {
      const std::size_t pick = random_.below(changes.size());
      const Change& change = changes[pick];
      bool ready = change.seq.value == 0 || has({change.replica, change.seq - 1});
      for (const EventName& parent : change.parents) ready = ready && has(parent);
      if (!ready) continue;
      const Seq next = change.seq + event_count(change);
      const auto it = std::lower_bound(known.begin(), known.end(), std::pair(change.replica, Seq(0)));
      if (it != known.end() && it->first == change.replica) {
        it->second = next;
      } else {
        known.insert(it, {change.replica, next});
      }
      order.push_back(std::move(changes[pick]));
      changes.erase(changes.begin() + static_cast<std::ptrdiff_t>(pick));
    }
    return order;
  }

  void pull(Replica& into, Replica& from) {
    std::vector<Change> changes = *from.document.since(into.document.known());
    for (const Change& change : changes) REQUIRE(made_.at({change.replica, change.seq}) == change);
    if (random_.chance(50)) changes = shuffled(std::move(changes), into.document);
    std::span<const Change> rest(changes);
    while (!rest.empty()) {
      const std::size_t count = random_.chance(50) ? rest.size() : random_.below(rest.size()) + 1;
      take(into, rest.first(count));
      if (random_.chance(5)) take(into, rest.first(random_.below(count) + 1));  // doubled on the way
      rest = rest.subspan(count);
    }
    compare(into);
    (void)saved_and_loaded(into);  // this one goes on with what it has
  }

  void take(Replica& into, std::span<const Change> changes) {
    for (const Change& change : changes) {
      if (*into.document.holds(change)) continue;
      for (std::uint64_t i = 0, n = event_count(change); i < n; ++i) {
        const EventName name{change.replica, change.seq + i};
        into.oracle.take(name, events_.at(name));
      }
    }
    for (std::uint64_t n = random_.below(3); n > 0; --n) {  // to make ready changes nothing, whether or not it is finished
      REQUIRE(into.document.prepare(changes[random_.below(changes.size())], random_.below(20)).ok());
    }
    const auto delta = into.document.apply(changes);
    REQUIRE(delta.ok());
    apply(into.shadow, *delta);
  }

  void check_differences(const Replica& replica) {
    for (int i = 0; i < 3; ++i) {
      const auto& [from, before] = replica.past[random_.below(replica.past.size())];
      const auto& [to, after] = replica.past[random_.below(replica.past.size())];
      const auto delta = difference(replica.document, from, to);
      REQUIRE(delta.ok());
      text::Rope rope(before);
      apply(rope, *delta);
      REQUIRE(rope.str() == after);
    }
  }

  void check_blame(const Replica& replica) {
    std::vector<ReplicaId> writers;
    const auto runs = blame(replica.document);
    REQUIRE(runs.ok());
    for (const BlameRun& run : *runs) writers.insert(writers.end(), run.count.value, run.replica);
    REQUIRE(writers == replica.oracle.writers());
  }

  void compare(const Replica& replica) {
    const std::string text = replica.oracle.text();
    REQUIRE(replica.shadow.str() == text);
    REQUIRE(replica.document.text().str() == text);
  }

  void reload(Replica& replica) { replica.document = saved_and_loaded(replica); }

  Document saved_and_loaded(const Replica& replica) {
    const std::string bytes =
        replica.document.encode(Parts::history_and_text, random_.chance(50) ? Favour::size : Favour::speed);
    auto whole = Document::decode(bytes);
    REQUIRE(whole.ok());
    REQUIRE_FALSE(whole->is_folded());
    auto opened = Document::open(bytes);
    REQUIRE(opened.ok());
    for (const Document* loaded : {&*whole, &*opened}) {
      REQUIRE(loaded->text().str() == replica.document.text().str());
      REQUIRE(loaded->version() == replica.document.version());
      REQUIRE(loaded->known() == replica.document.known());
    }
    if (random_.chance(50)) REQUIRE(*whole->since({}) == *replica.document.since({}));
    if (random_.chance(30)) REQUIRE(*opened->since({}) == *whole->since({}));
    return std::move(random_.chance(50) ? *whole : *opened);
  }

  Random random_;
  std::uint64_t max_chars_;
  std::uint64_t ids_ = 0;
  std::vector<Replica> replicas_;
  std::map<EventName, Change> made_;
  test::Oracle::Events events_;
};

}  // namespace

TEST_CASE("replicas converge to what the oracle says, whatever the order") {
  const auto seed = GENERATE(range(1U, 61U));
  INFO("seed " << seed);
  World world(seed, 2 + seed % 5, seed % 7 == 0 ? 150 : 40);
  for (int round = 0; round < 8; ++round) {
    for (int i = 0; i < 25; ++i) world.step();
    world.meet();
  }
}

TEST_CASE("many replicas at one spot converge to what the oracle says") {
  const auto seed = GENERATE(range(1U, 41U));
  INFO("seed " << seed);
  World world(seed, 8, 6);
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 60; ++i) world.step();
    world.meet();
  }
}
