// What reading a file takes in memory, counted by the allocator.

#ifdef TUTTI_COUNTS_HEAP

#include "sync/merge/document.hpp"
#include "tests/merge/edits.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/heap.hpp"
#include "tests/support/random_text.hpp"

using namespace tutti;
using namespace tutti::merge;
using text::Chars;

namespace {

constexpr std::size_t kUnpacker = 192 * 1024;  // zstd's context, whatever the file
#ifndef TUTTI_SMALL_NODES
constexpr std::size_t kNodes = 1;
#else
constexpr std::size_t kNodes = 3;  // tiny nodes are dear: a rope of them takes four times its text
#endif

std::size_t peak_of(const std::string& bytes, bool opens) {
  test::reset_heap_peak();
  const std::size_t before = test::heap().live;
  const auto document = opens ? Document::open(bytes) : Document::decode(bytes);
  REQUIRE(document.ok());
  return test::heap().peak - before;
}

void check_bounded(const Document& document) {
  for (const Favour favour : {Favour::size, Favour::speed}) {
    const std::string bytes = document.encode(Parts::history_and_text, favour);
    const std::size_t most = kNodes * (8 * bytes.size() + 64 * 1024) + kUnpacker;
    CHECK(peak_of(bytes, false) <= most);
    CHECK(peak_of(bytes, true) <= most);
  }
}

}  // namespace

TEST_CASE("reading a file takes eight times its size and little more, however well it is packed") {
  Document empty;
  check_bounded(empty);
  Document letters;
  for (int i = 0; i < 20; ++i) REQUIRE(letters.edit(kAnn, at(0, std::string(50'000, 'x'))).ok());
  check_bounded(letters);
  Document typed;
  Random random(3);
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    const std::uint64_t size = typed.text().size().value;
    const std::uint64_t place = random.below(size + 1);
    const std::uint64_t gone = random.below(std::min<std::uint64_t>(2, size - place) + 1);
    REQUIRE(typed.replace(ReplicaId(1 + i / 50), Chars(place), Chars(gone), test::random_text(random, 3)).ok());
  }
  check_bounded(typed);
}

TEST_CASE("nor does a file of many segments, whose tables grow once") {
  Document typed;
  Random random(5);
  constexpr std::uint64_t keys = 150'000;
  for (std::uint32_t i = 0; i < keys; ++i) {
    const Chars place(random.below(typed.text().size().value + 1));
    REQUIRE(typed.replace(ReplicaId(1 + i / 50), place, Chars(0), "k").ok());
  }
  check_bounded(typed);
}

TEST_CASE("many who erase the same long text at once take no memory for its length") {
  Document document;
  constexpr std::uint64_t chars = 100'000;
  REQUIRE(document.edit(kAnn, at(0, std::string(chars, 'x'))).ok());
  const Version base = document.version();
  for (std::uint32_t i = 0; i < 200; ++i) {
    const Change change{ReplicaId(100 + i), Seq(0), base, {{Chars(0), Chars(chars), ""}}};
    REQUIRE(document.apply({&change, 1}).ok());
  }
  CHECK(document.text().size().value == 0);
  CHECK(peak_of(document.encode(Parts::history), false) < 2'000'000);
}

#endif
