#include "sync/text/delta.hpp"

#include <ostream>

#include "tests/support/catch.hpp"
#include "tests/support/random_text.hpp"

using namespace tutti;
using namespace tutti::text;

namespace tutti::text {

// What Catch2 prints of a delta: =3 -2 +"text"
static std::ostream& operator<<(std::ostream& out, const Delta& delta) {
  for (const Step& step : delta.steps()) {
    if (const auto* kept = std::get_if<Retain>(&step)) out << " =" << kept->count.value;
    if (const auto* gone = std::get_if<Erase>(&step)) out << " -" << gone->count.value;
    if (const auto* added = std::get_if<Insert>(&step)) out << " +\"" << added->text << '"';
  }
  return out;
}

}  // namespace tutti::text

namespace {

Delta random_delta(Random& random, std::uint64_t size) {
  Delta delta;
  while (size > 0 || random.chance(50)) {
    const std::uint64_t count = random.below(std::min<std::uint64_t>(size, 8) + 1);
    switch (random.below(3)) {
      case 0:
        delta.retain(Chars(count));
        break;
      case 1:
        delta.erase(Chars(count));
        break;
      default:
        delta.insert(test::random_text(random, 5));
        continue;
    }
    size -= count;
    if (random.chance(4)) break;
  }
  return delta;
}

std::string applied(const std::string& text, const Delta& delta) {
  Rope rope(text);
  apply(rope, delta);
  return rope.str();
}

void check_normal(const Delta& delta) {
  const auto& steps = delta.steps();
  for (std::size_t i = 0; i < steps.size(); ++i) {
    REQUIRE(std::visit([](const auto& step) { return step.count.value; }, steps[i]) > 0);
    if (i == 0) continue;
    REQUIRE(steps[i].index() != steps[i - 1].index());
    REQUIRE_FALSE((std::holds_alternative<Insert>(steps[i]) && std::holds_alternative<Erase>(steps[i - 1])));
  }
  if (!steps.empty()) REQUIRE_FALSE(std::holds_alternative<Retain>(steps.back()));
}

}  // namespace

TEST_CASE("the builders keep the normal form") {
  const Delta delta =
      Delta().retain(Chars(1)).retain(Chars(2)).erase(Chars(1)).insert("é").erase(Chars(2)).insert("b").retain(Chars(9));
  const std::vector<Step> expected{Retain{Chars(3)}, Insert{"éb", Chars(2)}, Erase{Chars(3)}};
  CHECK(delta.steps() == expected);
  CHECK(delta.reach() == Chars(6));
  CHECK(delta.inserted() == Bytes(3));
  CHECK(Delta().retain(Chars(4)).is_noop());
  CHECK(Delta().insert("").erase(Chars(0)).is_noop());
}

TEST_CASE("composing, transforming and inverting deltas keep their laws") {
  for (std::uint64_t seed = 1; seed <= 4000; ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    const std::string text = test::random_text(random, 40);
    const std::uint64_t size = utf8::count_chars(text);
    const Delta a = random_delta(random, size);
    const Delta b = random_delta(random, size);
    INFO("a " << a << "\nb " << b);
    check_normal(a);

    const std::string after_a = applied(text, a);
    const Delta c = random_delta(random, utf8::count_chars(after_a));
    const Delta both = compose(a, c);
    check_normal(both);
    REQUIRE(applied(text, both) == applied(after_a, c));

    const Delta back = invert(a, Rope(text).snapshot());
    check_normal(back);
    REQUIRE(applied(after_a, back) == text);

    for (const Left left : {Left::mine, Left::theirs}) {
      const Left other = left == Left::mine ? Left::theirs : Left::mine;
      const Delta a_after_b = transform(a, b, left);
      const Delta b_after_a = transform(b, a, other);
      check_normal(a_after_b);
      REQUIRE(compose(a, b_after_a) == compose(b, a_after_b));
      REQUIRE(applied(after_a, b_after_a) == applied(applied(text, b), a_after_b));
      // A delta after two others is the same as after the two in one.
      const Delta d = random_delta(random, size);
      REQUIRE(transform(transform(d, a, left), c, left).reach() <= Chars(utf8::count_chars(applied(after_a, c))));
    }
  }
}

TEST_CASE("who is left is who says so") {
  const Delta mine = Delta().retain(Chars(2)).insert("M");
  const Delta theirs = Delta().retain(Chars(2)).insert("T");
  CHECK(transform(mine, theirs, Left::mine) == Delta().retain(Chars(2)).insert("M"));
  CHECK(transform(mine, theirs, Left::theirs) == Delta().retain(Chars(3)).insert("M"));
}

TEST_CASE("places are carried along") {
  struct Case {
    std::uint64_t at;
    Delta delta;
    std::uint64_t mine;
    std::uint64_t theirs;
  };
  for (const Case& c : {
           Case{3, Delta(), 3, 3},
           {0, Delta().insert("ab"), 0, 2},
           {3, Delta().retain(Chars(3)).insert("ab"), 3, 5},
           {4, Delta().retain(Chars(3)).insert("ab"), 6, 6},
           {2, Delta().retain(Chars(3)).insert("ab"), 2, 2},
           {4, Delta().retain(Chars(2)).erase(Chars(5)), 2, 2},
           {7, Delta().retain(Chars(2)).erase(Chars(5)), 2, 2},
           {8, Delta().retain(Chars(2)).erase(Chars(5)), 3, 3},
           {4, Delta().retain(Chars(2)).insert("xyz").erase(Chars(5)), 5, 5},
           {2, Delta().retain(Chars(2)).insert("xyz").erase(Chars(5)), 2, 5},
       }) {
    INFO("at " << c.at << " by" << c.delta);
    CHECK(carry(Chars(c.at), c.delta, Left::mine) == Chars(c.mine));
    CHECK(carry(Chars(c.at), c.delta, Left::theirs) == Chars(c.theirs));
  }
}

TEST_CASE("a diff turns the one text into the other") {
  for (std::uint64_t seed = 1; seed <= 1500; ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    const std::string before = test::random_text(random, 300);
    std::string after = seed % 5 == 0 ? test::random_text(random, 300) : before;
    for (std::uint64_t n = random.below(6); n > 0; --n)
      after = applied(after, random_delta(random, random.below(utf8::count_chars(after) + 1)));
    const Delta delta = diff(before, after);
    check_normal(delta);
    REQUIRE(applied(before, delta) == after);
  }
}

TEST_CASE("a diff says what a person would say") {
  CHECK(diff("same", "same").is_noop());
  CHECK(diff("int a = 1;\nint b = 2;\n", "int a = 1;\nint c = 2;\n") == Delta().retain(Chars(15)).insert("c").erase(Chars(1)));
  CHECK(diff("é", "è") == Delta().insert("è").erase(Chars(1)));  // the two share their first byte
  CHECK(diff("x😀", "x😁") == Delta().retain(Chars(1)).insert("😁").erase(Chars(1)));
  CHECK(diff("one\ntwo\nthree\nfour\n", "one\nthree\nnew\nfour!\n") ==
        Delta().retain(Chars(4)).erase(Chars(4)).retain(Chars(6)).insert("new\n").retain(Chars(4)).insert("!"));
}

TEST_CASE("changes far apart in a long stretch of changed lines stay apart") {
  const std::string long_line(25'000, ';');
  const std::string before = "one\r\n" + long_line + long_line + "\n";
  const std::string after = "one\n" + long_line + "word\n" + long_line + "\n";
  CHECK(diff(before, after) == Delta().retain(Chars(3)).erase(Chars(1)).retain(Chars(25'001)).insert("word\n"));
}

TEST_CASE("a blank line does not part a word from itself") {
  const std::string before = "a;\nword;\n\nb;\n";
  const std::string after = "x;\n\nword;\ny;\n";
  const Delta delta = diff(before, after);
  CHECK(applied(before, delta) == after);
  for (const Step& step : delta.steps()) {
    if (const auto* added = std::get_if<Insert>(&step)) CHECK(added->text.find("word") == std::string::npos);
  }
}

TEST_CASE("the lines that two texts have in common") {
  CHECK(common_lines("mine\nboth\n", "theirs\nboth\n") == "both\n");
  CHECK(common_lines("a\nb\nc", "a\nx\nc") == "a\nc");
  CHECK(common_lines("a", "b") == "");
}

TEST_CASE("a diff of two long unrelated texts stays cheap") {
  Random random(3);
  std::string before;
  std::string after;
  for (int i = 0; i < 60000; ++i) {
    before += static_cast<char>('a' + random.below(26));
    after += static_cast<char>('a' + random.below(26));
    if (random.chance(10)) before += '\n';
    if (random.chance(10)) after += '\n';
  }
  CHECK(applied(before, diff(before, after)) == after);
}
