// libFuzzer: four replicas edit, merge, fold, save and load as the bytes say. Each must hold what the oracle says at every
// step, and all the same in the end. For hours: `./dev fuzz 7200 fuzz_merge_converge`.

#include <cstdint>
#include <cstdlib>

#include "sync/merge/document.hpp"
#include "tests/merge/fuzz_input.hpp"
#include "tests/merge/oracle.hpp"

using namespace tutti;
using namespace tutti::merge;
using text::Chars;

namespace {

constexpr std::size_t kMostEvents = 600;  // the oracle is slow

void demand(bool holds) {
  if (!holds) std::abort();
}

struct Replica {
  ReplicaId id{0};
  Document document;
  test::Oracle oracle;
  text::Rope shadow;  ///< what somebody sees who only gets the deltas
};

class World {
 public:
  World() {
    for (std::size_t i = 0; i < 4; ++i) replicas_[i].id = ReplicaId(static_cast<std::uint32_t>(i * 7 % 5 + 1));
  }

  void step(test::Input& in) {
    const std::uint8_t head = in.byte();
    Replica& one = replicas_[head & 3U];
    switch (head >> 2U & 3U) {
      case 0:
      case 1:
        return edit(one, in);
      case 2:
        return pull(one, replicas_[head >> 4U & 3U], head >> 6U);
      default:
        return keep(one, head >> 4U);
    }
  }

  void meet() {
    for (int round = 0; round < 2; ++round) {
      for (Replica& into : replicas_) {
        for (Replica& from : replicas_) pull(into, from, 0);
      }
    }
    for (const Replica& one : replicas_) {
      demand(one.document.text().str() == replicas_[0].document.text().str());
      demand(one.document.version() == replicas_[0].document.version());
    }
  }

 private:
  void edit(Replica& one, test::Input& in) {
    if (events_.size() > kMostEvents) return;
    const std::uint64_t size = one.oracle.size();
    const std::uint64_t at = in.byte() % (size + 1);
    const std::uint8_t what = in.byte();
    std::string insert;
    for (unsigned i = what & 7U; i > 0; --i)
      insert += (what & 8U) != 0 ? "\u00e9" : std::string(1, static_cast<char>('a' + what % 26));
    text::Delta delta;
    delta.retain(Chars(at)).insert(insert).erase(Chars(std::min<std::uint64_t>(what >> 4U, size - at)));
    const auto changes = one.document.edit(one.id, delta);
    demand(changes.ok());
    for (const Change& change : *changes) one.oracle.make(change, events_);
    apply(one.shadow, delta);
    compare(one);
  }

  /// `parts`: how often a part of what is needed is done before.
  void pull(Replica& into, const Replica& from, unsigned parts) {
    const auto changes = from.document.since(into.document.known());
    demand(changes.ok());
    for (const Change& change : *changes) {
      for (unsigned i = 0; i < parts; ++i) demand(into.document.prepare(change, 1 + i).ok());
      const auto delta = into.document.apply({&change, 1});
      demand(delta.ok());
      apply(into.shadow, *delta);
      for (std::uint64_t i = 0, n = event_count(change); i < n; ++i) {
        const EventName name{change.replica, change.seq + i};
        into.oracle.take(name, events_.at(name));
      }
    }
    compare(into);
    if (!changes->empty()) reload(into, Favour::size, parts % 2 == 0);
  }

  void keep(Replica& one, unsigned how) {
    if ((how & 1U) != 0) one.document.fold(1);
    if ((how & 2U) != 0) reload(one, (how & 4U) != 0 ? Favour::speed : Favour::size, (how & 8U) != 0);
  }

  void reload(Replica& one, Favour favour, bool opens) {
    const std::string bytes = one.document.encode(Parts::history_and_text, favour);
    auto loaded = opens ? Document::open(bytes) : Document::decode(bytes);
    demand(loaded.ok());
    one.document = std::move(*loaded);
    compare(one);
  }

  void compare(const Replica& one) {
    const std::string text = one.oracle.text();
    demand(one.document.text().str() == text && one.shadow.str() == text);
  }

  Replica replicas_[4];
  test::Oracle::Events events_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  test::Input in(data, size);
  World world;
  while (!in.done()) world.step(in);
  world.meet();
  return 0;
}
