#include "sync/text/rope.hpp"

#include "sync/text/bulk_edit.hpp"
#include "sync/text/open_edit.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/random_text.hpp"

using namespace tutti;
using namespace tutti::text;

namespace {

std::uint32_t units(const std::string& character, Encoding encoding) {
  if (encoding == Encoding::utf8) return static_cast<std::uint32_t>(character.size());
  return encoding == Encoding::utf16 && character.size() == 4 ? 2 : 1;
}

void check_places(const Snapshot& snapshot, const test::CharList& oracle, Encoding encoding) {
  Place place;
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i <= oracle.size(); ++i) {
    REQUIRE(snapshot.to_place(Chars(i), encoding) == place);
    REQUIRE(snapshot.to_chars(place, encoding) == Chars(i));
    REQUIRE(snapshot.to_bytes(Chars(i)) == Bytes(bytes));
    REQUIRE(snapshot.to_chars(Bytes(bytes)) == Chars(i));
    if (i == oracle.size()) break;
    if (units(oracle[i], encoding) > 1) {
      REQUIRE(snapshot.to_chars(Place{place.line, place.column + 1}, encoding) == Chars(i));
      REQUIRE(snapshot.to_chars(Bytes(bytes + 1)) == Chars(i));
    }
    bytes += oracle[i].size();
    place.column += units(oracle[i], encoding);
    if (oracle[i] == "\n") {
      REQUIRE(snapshot.to_chars(Place{place.line, place.column + 7}, encoding) == Chars(i));  // clamped to its line
      REQUIRE(snapshot.to_chars(Place{place.line, ~0U}, encoding) == Chars(i));
      place = {place.line + 1, 0};
      REQUIRE(snapshot.line_start(Lines(place.line)) == Chars(i + 1));
    }
  }
  REQUIRE(snapshot.to_chars(Place{place.line + 1, 0}, encoding) == Chars(oracle.size()));
  REQUIRE(snapshot.to_chars(Place{place.line, ~0U}, encoding) == Chars(oracle.size()));
}

std::string read_through(const Snapshot& snapshot) {
  std::string text;
  for (;;) {
    const auto piece = snapshot.read(Bytes(text.size()));
    if (piece.empty()) return text;
    text += piece;
  }
}

void edit(Random& random, Rope& rope, test::CharList& oracle, std::uint64_t longest) {
  const std::uint64_t at = random.below(oracle.size() + 1);
  const auto place = oracle.begin() + static_cast<std::ptrdiff_t>(at);
  if (random.chance(oracle.size() > 600 ? 60 : 35)) {
    const std::uint64_t count = random.below(std::min<std::uint64_t>(longest, oracle.size() - at) + 1);
    rope.erase(Chars(at), Chars(at + count));
    oracle.erase(place, place + static_cast<std::ptrdiff_t>(count));
  } else {
    const std::string text = test::random_text(random, longest);
    rope.insert(Chars(at), text);
    const auto chars = test::chars_of(text);
    oracle.insert(place, chars.begin(), chars.end());
  }
}

}  // namespace

TEST_CASE("a rope does what a list of characters does") {
  const auto seed = GENERATE(range(1U, 41U));
  INFO("seed " << seed);
  Random random(seed);
  const std::uint64_t longest = seed % 4 == 0 ? 300 : 12;
  Rope rope(test::random_text(random, 200));
  test::CharList oracle = test::chars_of(rope.str());
  std::vector<std::pair<Snapshot, std::string>> kept;
  for (int step = 0; step < 400; ++step) {
    edit(random, rope, oracle, longest);
    REQUIRE(rope.size() == Chars(oracle.size()));
    if (step % 8 == 0) REQUIRE(rope.str() == test::text_of(oracle));
    if (random.chance(10)) kept.emplace_back(rope.snapshot(), test::text_of(oracle));
    if (random.chance(5)) {
      const auto from = random.below(oracle.size() + 1);
      const auto to = from + random.below(oracle.size() - from + 1);
      REQUIRE(rope.str(Chars(from), Chars(to)) == test::text_of(oracle, from, to));
    }
    if (random.chance(3)) rope = Rope(rope);
  }
  for (const auto& [snapshot, text] : kept) {
    REQUIRE(snapshot.str() == text);
    REQUIRE(read_through(snapshot) == text);
    REQUIRE(snapshot == Rope(text).snapshot());
    REQUIRE_FALSE(snapshot == Rope(text + "x").snapshot());
  }
  const Snapshot last = rope.snapshot();
  const auto counts = utf8::count(last.str());
  CHECK(last.summary() == Summary{Bytes(last.str().size()), Chars(counts.chars), Utf16(counts.utf16), Lines(counts.lines)});
  for (const Encoding encoding : {Encoding::utf8, Encoding::utf16, Encoding::utf32}) check_places(last, oracle, encoding);
}

TEST_CASE("a rope is emptied and filled again") {
  Random random(5);
  Rope rope;
  for (int round = 0; round < 20; ++round) {
    const std::string text = test::random_text(random, 2000);
    for (const auto& c : test::chars_of(text)) rope.insert(rope.size(), c);
    REQUIRE(rope.str() == text);
    if (round % 2 == 0) {
      while (rope.size().value > 0) rope.erase(rope.size() - 1, rope.size());
    } else {
      rope.erase(Chars(0), rope.size());
    }
    REQUIRE(rope.str().empty());
    REQUIRE(rope.summary() == Summary{});
  }
}

/// Edits that mostly go on where the last one was, done to `plain` one by one and to `grown` by `edit`.
template <class Begin>
void check_edits(std::uint64_t seed, int ascii_percent, Begin begin) {
  INFO("seed " << seed);
  Random random(seed);
  const bool ascii = random.chance(ascii_percent);
  const auto words = [&](std::size_t most) {
    return ascii ? std::string(random.below(most + 1), static_cast<char>('a' + random.below(26)))
                 : test::random_text(random, most);
  };
  Rope plain(words(300));
  Rope grown(plain);
  auto edit = begin(grown);
  std::uint64_t spot = 0;
  std::uint64_t size = plain.size().value;
  for (int round = 0; round < 400; ++round) {
    spot = random.chance(15) ? random.below(size + 1) : std::min(size, spot + random.below(3));
    if (random.chance(45)) {
      const std::uint64_t gone = random.below(std::min<std::uint64_t>(size - spot, random.chance(10) ? 60 : 3) + 1);
      plain.erase(Chars(spot), Chars(spot + gone));
      edit->erase(spot, gone);
      spot -= std::min(spot, random.below(3));
    } else {
      const std::string text = words(random.chance(2) ? 900 : 5);
      plain.insert(Chars(spot), text);
      edit->insert(spot, text, utf8::count_chars(text));
      spot += random.chance(70) ? utf8::count_chars(text) : 0;
    }
    size = plain.size().value;
    if (!random.chance(5)) continue;
    edit->close();
    REQUIRE(grown.str() == plain.str());
    REQUIRE(grown.summary() == plain.summary());
    edit = begin(grown);
  }
}

TEST_CASE("an edit that grows does what its parts do one by one") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    check_edits(seed, 0, [](Rope& rope) { return std::make_unique<OpenEdit>(rope); });
  }
}

TEST_CASE("very many edits at once do what they do one by one, whether the text fits in a gap buffer or not") {
  for (std::uint64_t seed = 1; seed <= 80; ++seed) {
    check_edits(seed, 75, [&](Rope& rope) { return std::make_unique<BulkEdit>(rope, seed % 8); });
  }
}

TEST_CASE("an empty text has one line and clamps every place") {
  const Snapshot empty;
  CHECK(empty.to_chars(Place{3, 9}, Encoding::utf16) == Chars(0));
  CHECK(empty.to_place(Chars(4), Encoding::utf8) == Place{0, 0});
  CHECK(empty.read(Bytes(0)).empty());
  CHECK(empty.line_start(Lines(1)) == Chars(0));
  CHECK(empty.str(Chars(1), Chars(9)).empty());
}

TEST_CASE("a hash follows the text and nothing else, whatever was done to get there") {
  Random random(23);
  Rope rope;
  test::CharList oracle;
  for (int i = 0; i < 2000; ++i) {
    edit(random, rope, oracle, 40);
    if (random.chance(50)) continue;  // and is right as well where nobody asked for a while
    REQUIRE(rope.hash() == Rope(rope.str()).hash());
    if (random.chance(20)) static_cast<void>(rope.snapshot());
  }
  const std::string text = "one two\n" + rope.str();
  const std::uint64_t before = Rope(text).hash();
  for (const std::string& other : {std::string("one Two\n") + rope.str(), "two one\n" + rope.str(), text + '\0', text + "\n"}) {
    CHECK(Rope(other).hash() != before);
  }
}
