#include "sync/merge/document.hpp"

#include "protocol/base/utf.hpp"
#include "tests/merge/edits.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/random_text.hpp"

using namespace tutti;
using namespace tutti::merge;
using text::Chars;
using text::Delta;

namespace {

void send_all(const Document& from, Document& to) {
  const auto done = to.apply(*from.since(to.known()));
  REQUIRE(done.ok());
}

Document copy_of(const Document& document) {
  Document copy;
  send_all(document, copy);
  return copy;
}

void meet(Document& a, Document& b) {
  send_all(a, b);
  send_all(b, a);
  REQUIRE(a.text().str() == b.text().str());
  REQUIRE(a.version() == b.version());
}

struct Pair {
  Document ann;
  Document bob;
};

Pair start(std::string_view text) {
  Document ann;
  REQUIRE(ann.edit(ReplicaId(1), at(0, text)).ok());
  Document bob = copy_of(ann);
  return {std::move(ann), std::move(bob)};
}

std::string merged(std::string_view text, const std::vector<Delta>& ann, const std::vector<Delta>& bob) {
  Pair pair = start(text);
  for (const Delta& delta : ann) REQUIRE(pair.ann.edit(kAnn, delta).ok());
  for (const Delta& delta : bob) REQUIRE(pair.bob.edit(kBob, delta).ok());
  meet(pair.ann, pair.bob);
  return pair.ann.text().str();
}

}  // namespace

TEST_CASE("conflicts come out as a person would expect") {
  struct Case {
    const char* name;
    const char* text;
    std::vector<Delta> ann;
    std::vector<Delta> bob;
    const char* expected;
  };
  const std::vector<Case> cases{
      {"both insert at one place: the lower replica stands first", "ab", {at(1, "X")}, {at(1, "Y")}, "aXYb"},
      {"both insert into an empty text", "", {at(0, "X")}, {at(0, "Y")}, "XY"},
      {"both append", "ab", {at(2, "X")}, {at(2, "Y")}, "abXY"},
      {"both erase the same", "abcd", {at(1, "", 2)}, {at(1, "", 2)}, "ad"},
      {"erased stretches overlap", "abcdef", {at(1, "", 3)}, {at(2, "", 3)}, "af"},
      {"one erases around what the other inserts", "abcd", {at(0, "", 4)}, {at(2, "Y")}, "Y"},
      {"one replaces what the other erases", "abcd", {at(1, "X", 2)}, {at(1, "", 2)}, "aXd"},
      {"both replace the same word", "say hello", {at(4, "hi", 5)}, {at(4, "ciao", 5)}, "say hiciao"},
      {"an insert at the end of an erased stretch stays", "abcd", {at(1, "", 2)}, {at(3, "Y")}, "aYd"},
      {"one types on while the other types on", "-", {at(1, "a"), at(2, "b")}, {at(1, "x"), at(2, "y")}, "-abxy"},
      {"both type backwards", "-", {at(1, "b"), at(1, "a")}, {at(1, "y"), at(1, "x")}, "-abxy"},
      {"one erases the line, the other edits in it", "1\n2\n3\n", {at(2, "", 2)}, {at(3, "!")}, "1\n!3\n"},
      {"four-byte characters are one character", "😀😀", {at(1, "é")}, {at(1, "", 1)}, "😀é"},
      {"typed and erased again leaves nothing", "ab", {at(1, "X"), at(1, "", 1)}, {at(1, "Y")}, "aYb"},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    CHECK(merged(c.text, c.ann, c.bob) == c.expected);
  }
}

TEST_CASE("what two people write at one place at the same time stays in one piece each") {
  constexpr std::size_t length = 200;
  enum class How { forwards, backwards, with_deletions };
  const auto write = [](Document& document, ReplicaId who, char letter, How how, Random& random) {
    std::string mine;
    while (mine.size() < length) {
      std::uint64_t place = how == How::backwards ? 0 : mine.size();
      if (how == How::with_deletions && !mine.empty() && random.chance(30)) {
        place = random.below(mine.size());
        REQUIRE(document.edit(who, at(5 + place, "", 1)).ok());
        mine.erase(place, 1);
        continue;
      }
      if (how == How::with_deletions && random.chance(30)) place = random.below(mine.size() + 1);
      REQUIRE(document.edit(who, at(5 + place, std::string(1, letter))).ok());
      mine.insert(place, 1, letter);
    }
  };
  for (const How ann : {How::forwards, How::backwards, How::with_deletions}) {
    for (const How bob : {How::forwards, How::backwards, How::with_deletions}) {
      for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        Random random(seed);
        Pair pair = start("here: and there");
        write(pair.ann, kAnn, 'a', ann, random);
        write(pair.bob, kBob, 'b', bob, random);
        meet(pair.ann, pair.bob);
        const std::string first = std::string(length, 'a') + std::string(length, 'b');
        const std::string second = std::string(length, 'b') + std::string(length, 'a');
        const std::string text = pair.ann.text().str();
        INFO("seed " << seed << ", ann " << static_cast<int>(ann) << ", bob " << static_cast<int>(bob) << ": " << text);
        CHECK((text == "here:" + first + " and there" || text == "here:" + second + " and there"));
      }
    }
  }
}

TEST_CASE("changes are given out as they were made, or the rest of them") {
  Document document;
  const auto made = document.edit(kAnn, Delta().insert("hello").retain(Chars(0)));
  REQUIRE(made.ok());
  const auto more = document.edit(kAnn, Delta().retain(Chars(1)).insert("éé").erase(Chars(3)).retain(Chars(1)).insert("!"));
  REQUIRE(more.ok());
  CHECK(*document.since({}) == std::vector<Change>{made->front(), more->front()});
  CHECK(*document.since({{kAnn, Seq(5)}}) == *more);
  CHECK(document.since(document.known())->empty());

  const Change rest = document.since({{kAnn, Seq(9)}})->at(0);
  CHECK(rest.parents == Version{{kAnn, Seq(8)}});
  CHECK(rest.patches == std::vector<Patch>{{Chars(2), Chars(0), "é"}, {Chars(4), Chars(0), "!"}});

  // A copy that holds a part takes the whole and passes over what it has.
  Document part;
  Change head = more->front();
  head.patches = {{Chars(1), Chars(2), ""}};
  REQUIRE(part.apply(*made).ok());
  REQUIRE(part.apply({{head}}).ok());
  CHECK(part.text().str() == "hlo");
  CHECK(*part.holds(more->front()) == false);
  REQUIRE(part.apply(*more).ok());
  CHECK(part.text().str() == document.text().str());
  CHECK(*part.holds(more->front()) == true);
}

TEST_CASE("a long edit is cut into changes within the limits") {
  Limits limits;
  limits.insert_bytes = 10;
  limits.patches = 3;
  Document document(limits);
  const std::string text = "0123456789abcdef€€€€€ghi😀😀😀";
  const auto made = document.edit(kAnn, at(0, text));
  REQUIRE(made.ok());
  CHECK(made->size() > 4);
  Document other(limits);
  for (const Change& change : *made) REQUIRE(other.apply({{change}}).ok());
  CHECK(other.text().str() == text);
  Delta many;
  for (int i = 0; i < 10; ++i) many.insert("x").retain(Chars(1));
  CHECK(document.edit(kAnn, many)->size() == 4);
}

TEST_CASE("keystrokes one by one are the same as edits") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    Document typed;
    Document edited;
    std::uint64_t spot = 0;
    for (int i = 0; i < 1500; ++i) {
      const std::uint64_t size = edited.text().size().value;
      const ReplicaId who = random.chance(3) ? kBob : kAnn;
      if (random.chance(8)) spot = random.below(size + 1);
      std::string insert;
      std::uint64_t erase = 0;
      const std::uint64_t what = i / 40 % 5;  // mostly one thing for a while
      if (what < 2) insert = random.chance(95) ? "x" : "é";
      if (what == 2 && spot > 0) erase = 1, --spot;
      if (what == 3 && spot < size) erase = 1;
      if (what == 4) insert = test::random_text(random, 3), erase = random.below(std::min<std::uint64_t>(size - spot, 3) + 1);
      REQUIRE(typed.replace(who, Chars(spot), Chars(erase), insert).ok());
      REQUIRE(edited.edit(who, at(spot, insert, erase)).ok());
      spot += utf8::count_chars(insert);
      if (random.chance(1)) REQUIRE(typed.text().str() == edited.text().str());
    }
    REQUIRE(*typed.since({}) == *edited.since({}));
    REQUIRE(typed.version() == edited.version());
    REQUIRE(typed.text().str() == edited.text().str());
    REQUIRE(*Document::decode(typed.encode())->since({}) == *edited.since({}));
  }
}

TEST_CASE("the text is what was written, however long nobody asked for it") {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    Document document;
    const std::string begin(seed == 1 ? 200'000 : 1, 'b');  // too long for a list of gap buffers, or not
    text::Rope expected(begin);
    REQUIRE(document.replace(kAnn, Chars(0), Chars(0), begin).ok());
    for (int i = 0; i < 6000; ++i) {
      const std::uint64_t size = expected.size().value;
      const std::uint64_t spot = random.below(size + 1);
      const bool erases = spot < size && random.chance(30);
      const std::string insert = erases ? "" : random.chance(seed % 2 == 0 ? 10 : 0) ? "é" : "xy";
      REQUIRE(document.replace(kAnn, Chars(spot), Chars(erases ? 1 : 0), insert).ok());
      if (erases) expected.erase(Chars(spot), Chars(spot + 1));
      expected.insert(Chars(spot), insert);
      if (i % 500 == 0 && random.chance(20)) REQUIRE(document.text().str() == expected.str());
    }
    REQUIRE(document.text().str() == expected.str());
    REQUIRE(document.text().summary() == expected.summary());
  }
}

TEST_CASE("a keystroke outside the text or beyond the bound is refused") {
  Limits limits;
  limits.document_chars = 5;
  Document document(limits);
  for (std::uint64_t i = 0; i < 5; ++i) REQUIRE(document.replace(kAnn, Chars(i), Chars(0), "x").ok());
  CHECK(document.replace(kAnn, Chars(5), Chars(0), "x").error().code == ErrorCode::limit);
  CHECK(document.replace(kAnn, Chars(5), Chars(1), "").error().code == ErrorCode::invalid);
  CHECK(document.replace(kAnn, Chars(6), Chars(0), "x").error().code == ErrorCode::invalid);
  for (std::uint64_t i = 5; i > 2; --i) REQUIRE(document.replace(kAnn, Chars(i - 1), Chars(1), "").ok());
  REQUIRE(document.replace(kAnn, Chars(1), Chars(1), "").ok());
  CHECK(document.replace(kAnn, Chars(1), Chars(1), "").error().code == ErrorCode::invalid);
  CHECK(document.text().str() == "x");
  CHECK(document.next_seq(kAnn) == Seq(9));
}

TEST_CASE("a document that would grow beyond its bound stays as it was") {
  Limits limits;
  limits.document_chars = 5;
  Document document(limits);
  REQUIRE(document.edit(kAnn, at(0, "12345")).ok());
  const auto refused = document.edit(kAnn, at(0, "6"));
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::limit);
  CHECK(document.text().str() == "12345");
  CHECK(document.next_seq(kAnn) == Seq(5));
  CHECK(document.edit(kAnn, at(0, "67", 2)).ok());
  CHECK(document.text().str() == "67345");
}

TEST_CASE("bad changes are refused whole, and nothing is touched") {
  Pair pair = start("hello");
  REQUIRE(pair.ann.edit(kAnn, at(5, " world")).ok());
  Document& document = pair.ann;
  const Version tip = document.version();
  const Version old{{ReplicaId(1), Seq(4)}};
  const auto change = [&](Seq seq, Version parents, std::vector<Patch> patches) {
    return Change{kBob, seq, std::move(parents), std::move(patches)};
  };
  const auto ins = [](std::uint64_t place, std::string text) { return Patch{Chars(place), Chars(0), std::move(text)}; };
  const auto del = [](std::uint64_t place, std::uint64_t count) { return Patch{Chars(place), Chars(count), ""}; };
  struct Case {
    const char* name;
    Change change;
    ErrorCode code;
  };
  const std::vector<Case> cases{
      {"no patches", change(Seq(0), tip, {}), ErrorCode::invalid},
      {"a patch that does nothing", change(Seq(0), tip, {ins(0, "")}), ErrorCode::invalid},
      {"beyond the end", change(Seq(0), tip, {ins(12, "x")}), ErrorCode::invalid},
      {"beyond the end of what its author saw", change(Seq(0), old, {ins(6, "x")}), ErrorCode::invalid},
      {"erases beyond the end", change(Seq(0), tip, {del(10, 2)}), ErrorCode::invalid},
      {"erases beyond the end of what its author saw", change(Seq(0), old, {del(0, 6)}), ErrorCode::invalid},
      {"the second patch is outside", change(Seq(0), old, {del(0, 5), ins(1, "x")}), ErrorCode::invalid},
      {"the second patch of a branch is outside", change(Seq(0), {}, {ins(0, "abc"), del(1, 3)}), ErrorCode::invalid},
      {"enormous numbers", change(Seq(0), tip, {del(~std::uint64_t{0}, ~std::uint64_t{0})}), ErrorCode::invalid},
      {"an enormous erase", change(Seq(0), tip, {del(0, 0x3fffffff)}), ErrorCode::invalid},
      {"bad UTF-8", change(Seq(0), tip, {ins(0, "\xC3")}), ErrorCode::invalid},
      {"a surrogate", change(Seq(0), tip, {ins(0, "\xED\xA0\x80")}), ErrorCode::invalid},
      {"a skipped sequence", change(Seq(2), tip, {ins(0, "x")}), ErrorCode::gap},
      {"an enormous sequence", change(Seq(~std::uint64_t{0}), tip, {ins(0, "x")}), ErrorCode::gap},
      {"an unknown parent", change(Seq(0), {{ReplicaId(9), Seq(0)}}, {ins(0, "x")}), ErrorCode::gap},
      {"a parent not made yet", change(Seq(0), {{kAnn, Seq(6)}}, {ins(0, "x")}), ErrorCode::gap},
      {"itself as a parent", change(Seq(0), {{kBob, Seq(0)}}, {ins(0, "x")}), ErrorCode::gap},
      {"a parent that is an ancestor of another", change(Seq(0), {old[0], tip[0]}, {ins(0, "x")}), ErrorCode::invalid},
      {"parents not in order", change(Seq(0), {tip[0], old[0]}, {ins(0, "x")}), ErrorCode::invalid},
      {"a parent twice", change(Seq(0), {tip[0], tip[0]}, {ins(0, "x")}), ErrorCode::invalid},
      {"too many parents", change(Seq(0), Version(Limits{}.parents + 1), {ins(0, "x")}), ErrorCode::limit},
      {"too many patches", change(Seq(0), tip, std::vector<Patch>(5000, ins(0, "x"))), ErrorCode::limit},
      {"too much text", change(Seq(0), tip, {ins(0, std::string(300 * 1024, 'x'))}), ErrorCode::limit},
      {"a name used for something else", {kAnn, Seq(0), old, {ins(5, " vorld")}}, ErrorCode::conflict},
      {"a name used elsewhere", {kAnn, Seq(0), old, {ins(4, " world")}}, ErrorCode::conflict},
      {"a name used against another version",
       {kAnn, Seq(0), {{ReplicaId(1), Seq(3)}}, {ins(5, " world")}},
       ErrorCode::conflict},
  };
  const std::string text = document.text().str();
  const std::string bytes = document.encode();
  const Change good = change(Seq(0), old, {ins(5, "!")});
  for (const Case& c : cases) {
    INFO(c.name);
    const auto alone = document.apply({{c.change}});
    REQUIRE_FALSE(alone.ok());
    CHECK(alone.error().code == c.code);
    CHECK(document.encode() == bytes);
    if (c.change.replica != kBob) continue;
    Change second = c.change;  // after a good one, in one batch
    if (c.code != ErrorCode::gap) second.seq = Seq(1);
    CHECK_FALSE(document.apply(std::vector<Change>{good, second}).ok());
    CHECK(document.encode() == bytes);
    CHECK(document.text().str() == text);
  }
  CHECK(*document.apply({{good}}) == at(11, "!"));
  meet(pair.ann, pair.bob);
}

TEST_CASE("text at versions that are not held is not found") {
  Pair pair = start("hello");
  CHECK(pair.ann.text_at({{kBob, Seq(0)}}).error().code == ErrorCode::not_found);
  CHECK(*pair.ann.text_at({{ReplicaId(1), Seq(1)}}) == "he");
  CHECK(*pair.ann.text_at({}) == "");
}

TEST_CASE("damaged files are refused") {
  Random random(17);
  Pair pair = start("some text, in which things happen\n");
  for (int i = 0; i < 30; ++i) {
    Document& document = i % 2 == 0 ? pair.ann : pair.bob;
    const std::uint64_t size = document.text().size().value;
    REQUIRE(document.edit(i % 2 == 0 ? kAnn : kBob, at(random.below(size), test::random_text(random, 9), 1)).ok());
    if (i % 7 == 0) meet(pair.ann, pair.bob);
  }
  const std::string bytes = pair.ann.encode();
  REQUIRE(Document::decode(bytes)->text().str() == pair.ann.text().str());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    CHECK_FALSE(Document::decode(std::string_view(bytes).substr(0, i)).ok());
    std::string flipped = bytes;
    flipped[i] = static_cast<char>(flipped[i] ^ (1 << random.below(8)));
    CHECK_FALSE(Document::decode(flipped).ok());
  }
  CHECK(Document::decode(bytes + "x").error().code == ErrorCode::corrupt);
  std::string newer = bytes;
  newer[4] = 3;
  CHECK(Document::decode(newer).error().code == ErrorCode::version);
  Limits limits;
  limits.document_chars = 3;
  CHECK(Document::decode(bytes, limits).error().code == ErrorCode::limit);
}

TEST_CASE("an empty document is saved and loaded") {
  const auto loaded = Document::decode(Document().encode());
  REQUIRE(loaded.ok());
  CHECK(loaded->text().str().empty());
  CHECK(loaded->version().empty());
  CHECK(loaded->known().empty());
}

TEST_CASE("a hundred who type at once lock nobody out") {
  Document all;
  const auto first = all.edit(kAnn, at(0, "together"));
  REQUIRE(first.ok());
  std::vector<Change> typed;
  for (std::uint32_t i = 0; i < 100; ++i) {
    Document one;
    REQUIRE(one.apply(*first).ok());
    typed.push_back(one.edit(ReplicaId(100 + i), at(i % 8, "x"))->front());
  }
  REQUIRE(all.apply(typed).ok());
  CHECK(all.version().size() == 100);
  REQUIRE(all.edit(kBob, at(0, "!")).ok());
  CHECK(all.version().size() == 1);
}

TEST_CASE("a refused batch leaves no trace, to the last bit") {
  Document document;
  REQUIRE(document.edit(kAnn, at(0, "abc")).ok());
  REQUIRE(document.edit(kBob, at(2, "", 1)).ok());
  const std::string before = document.encode();
  const Change near{kBob, Seq(1), document.version(), {{Chars(1), Chars(1), ""}, {Chars(9), Chars(1), ""}}};
  CHECK(document.apply({&near, 1}).error().code == ErrorCode::invalid);
  CHECK(document.encode() == before);
}
