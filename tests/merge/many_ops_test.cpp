// A million random edits by three replicas that meet now and then: no oracle here, which would take days, but what must hold
// whatever the right text is.

#include "sync/merge/document.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/random_text.hpp"

using namespace tutti;
using namespace tutti::merge;
using text::Chars;

namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr std::uint32_t kWorlds = 10;  // the plain run has the million; here it would take seven minutes
#else
constexpr std::uint32_t kWorlds = 50;
#endif
constexpr std::uint32_t kEdits = 20000;  // in each

struct Replica {
  explicit Replica(std::uint32_t number) : id(number) {}

  /// Somewhere near the last edit, mostly: typing, taking back, overwriting.
  void edit(Random& random) {
    const std::uint64_t size = document.text().size().value;
    if (random.chance(10) || spot > size) spot = random.below(size + 1);
    const bool full = size > 3000;
    const std::uint64_t erase =
        random.chance(full ? 60 : 35) ? random.below(std::min<std::uint64_t>(size - spot, full ? 40 : 4) + 1) : 0;
    const std::string insert = random.chance(60) ? test::random_text(random, 4) : std::string();
    text::Delta delta;
    delta.retain(Chars(spot)).insert(insert).erase(Chars(erase));
    if (random.chance(50)) {
      REQUIRE(document.replace(id, Chars(spot), Chars(erase), insert).ok());
    } else {
      REQUIRE(document.edit(id, delta).ok());
    }
    apply(shadow, delta);
    spot += utf8::count_chars(insert);
    if (random.chance(30)) spot -= std::min<std::uint64_t>(spot, random.below(5));
  }

  void pull(const Replica& from) {
    const auto delta = document.apply(*from.document.since(document.known()));
    REQUIRE(delta.ok());
    apply(shadow, *delta);
    REQUIRE(document.text().str() == shadow.str());
  }

  ReplicaId id;
  Document document;
  text::Rope shadow;  ///< what somebody sees who only gets the deltas
  std::uint64_t spot = 0;
};

void check_saved(const Document& document) {
  const std::string bytes = document.encode();
  const auto loaded = Document::decode(bytes);
  REQUIRE(loaded.ok());
  REQUIRE(loaded->text().str() == document.text().str());
  REQUIRE(loaded->version() == document.version());
  const auto opened = Document::open(bytes);
  REQUIRE(opened.ok());
  REQUIRE(opened->text().str() == document.text().str());
  REQUIRE(opened->version() == document.version());
  REQUIRE(opened->encode() == bytes);
}

}  // namespace

TEST_CASE("a million random edits converge, and are saved and loaded after each merge") {
  const auto seed = GENERATE(range(1U, kWorlds + 1));
  INFO("seed " << seed);
  Random random(seed);
  std::vector<Replica> replicas;
  for (std::uint32_t i = 0; i < 3; ++i) replicas.emplace_back((i * 7 + seed) % 19 + 1);
  for (std::uint32_t edits = 0; edits < kEdits;) {
    for (std::uint64_t n = 1 + random.below(600); n > 0; --n, ++edits) replicas[random.below(3)].edit(random);
    Replica& into = replicas[random.below(3)];
    for (const Replica& from : replicas) {
      if (&from != &into) into.pull(from);
    }
    if (random.chance(30)) into.document.fold(1);
    check_saved(into.document);
    if (!random.chance(40)) continue;
    for (Replica& other : replicas) {
      if (&other == &into) continue;
      other.pull(into);
      REQUIRE(other.document.text().str() == into.document.text().str());
      REQUIRE(other.document.version() == into.document.version());
    }
  }
}
