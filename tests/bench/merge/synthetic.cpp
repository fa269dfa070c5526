#include <algorithm>

#include "protocol/base/random.hpp"
#include "sync/merge/document.hpp"
#include "tests/bench/merge/trace.hpp"

namespace tutti::bench {

namespace {

using merge::Change;
using merge::Document;
using text::Chars;
using text::Delta;

/// Types as people do: words at one spot, some backspacing, then elsewhere.
class Writer {
 public:
  Writer(std::uint32_t id, std::uint64_t seed) : id_(id), random_(seed) {}

  Change key(Document& document) {
    const std::uint64_t size = document.text().size().value;
    if (left_ == 0) {
      spot_ = random_.chance(80) && spot_ <= size ? spot_ : random_.below(size + 1);
      left_ = 1 + random_.below(40);
      erasing_ = random_.chance(25);
    }
    --left_;
    spot_ = std::min(spot_, size);
    Delta delta;
    if (erasing_ && spot_ > 0) {
      delta.retain(Chars(--spot_)).erase(Chars(1));
    } else {
      const char letter = random_.chance(18) ? ' ' : static_cast<char>('a' + random_.below(26));
      delta.retain(Chars(spot_++)).insert({&letter, 1});
    }
    return document.edit(id_, delta)->front();
  }

 private:
  ReplicaId id_;
  Random random_;
  std::uint64_t spot_ = 0;
  std::uint64_t left_ = 0;
  bool erasing_ = false;
};

void pull(Document& into, const Document& from) {
  (void)into.apply(*from.since(into.known()));
}

void add_flat(Trace& trace, const Change& change) {
  for (const merge::Patch& patch : change.patches) {
    const auto bytes = static_cast<std::uint32_t>(patch.insert.size());
    trace.flat.push_back({static_cast<std::uint32_t>(patch.at.value), static_cast<std::uint32_t>(patch.erase.value),
                          static_cast<std::uint32_t>(trace.content.size()), bytes, bytes});
    trace.content += patch.insert;
  }
}

Trace one_writer() {
  Trace trace;
  trace.name = "synthetic-one-writer";
  trace.sequential = true;
  Document document;
  Writer writer(1, 1);
  for (int i = 0; i < 120000; ++i) {
    trace.changes.push_back(writer.key(document));
    add_flat(trace, trace.changes.back());
  }
  trace.end = document.text().str();
  return trace;
}

Trace two_live_writers() {
  Trace trace;
  trace.name = "synthetic-two-live-writers";
  Document documents[2];
  Writer writers[2] = {{1, 2}, {2, 3}};
  Random random(4);
  for (int i = 0; i < 30000; ++i) {
    const std::size_t who = random.below(2);
    trace.changes.push_back(writers[who].key(documents[who]));
    if (random.chance(30)) pull(documents[0], documents[1]);
    if (random.chance(30)) pull(documents[1], documents[0]);
  }
  pull(documents[0], documents[1]);
  trace.end = documents[0].text().str();
  return trace;
}

Trace branches() {
  Trace trace;
  trace.name = "synthetic-branches";
  Document trunk;
  std::uint32_t id = 1;
  Random random(5);
  for (int round = 0; round < 60; ++round) {
    std::vector<Document> copies;
    for (std::uint64_t n = 1 + random.below(4); n > 0; --n) {
      Document copy;
      pull(copy, trunk);
      Writer writer(id++, random.next());
      for (std::uint64_t k = random.below(3000); k > 0; --k) trace.changes.push_back(writer.key(copy));
      copies.push_back(std::move(copy));
    }
    for (const Document& copy : copies) pull(trunk, copy);
  }
  trace.end = trunk.text().str();
  return trace;
}

}  // namespace

std::vector<Trace> make_traces() {
  std::vector<Trace> traces;
  traces.push_back(one_writer());
  traces.push_back(two_live_writers());
  traces.push_back(branches());
  return traces;
}

}  // namespace tutti::bench
