// Documents whose older history is packed away: what needs it gets it, what does not never looks at it.

#include <functional>

#include "sync/merge/document.hpp"
#include "sync/merge/log/log.hpp"
#include "sync/merge/past/past.hpp"
#include "sync/merge/walk/integrate.hpp"
#include "tests/merge/hostile.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;
using namespace tutti::merge;
using text::Chars;

namespace {

constexpr ReplicaId kAnn(7);
constexpr ReplicaId kBob(3);

text::Delta insert(std::uint64_t at, std::string_view what) {
  text::Delta delta;
  delta.retain(Chars(at)).insert(what);
  return delta;
}

/// Ann has written, Bob has changed it, and both know of it.
struct Past {
  Past() {
    REQUIRE(ann.edit(kAnn, insert(0, "hello")).ok());
    old = ann.version();
    REQUIRE(ann.edit(kBob, insert(5, " world")).ok());
  }
  Document ann;
  Version old;
};

Document opened(const Document& document, Parts parts = Parts::history_and_text) {
  auto copy = Document::open(document.encode(parts));
  REQUIRE(copy.ok());
  return std::move(*copy);
}

}  // namespace

TEST_CASE("a document is opened at its text, and goes on from there") {
  Past past;
  Document copy = opened(past.ann);
  CHECK(copy.is_folded());
  CHECK(copy.log().folded() == 11);
  CHECK(copy.text().str() == "hello world");
  const auto more = copy.edit(kAnn, insert(11, "!"));
  REQUIRE(more.ok());
  CHECK(more->front().seq == Seq(5));
  CHECK(copy.is_folded());
  REQUIRE(past.ann.apply(*more).ok());
  CHECK(copy.version() == past.ann.version());
  CHECK(copy.since(Known{{kBob, Seq(6)}, {kAnn, Seq(5)}})->size() == 1);
  CHECK(copy.is_folded());
  CHECK(*copy.since({}) == *past.ann.since({}));
  CHECK_FALSE(copy.is_folded());
}

TEST_CASE("what reaches back behind a fold unfolds it, and is merged as ever") {
  Past past;
  const Change late{ReplicaId(9), Seq(0), past.old, {{Chars(5), Chars(0), " dear"}}};
  const Change again = past.ann.since({})->front();
  const struct {
    const char* what;
    std::function<void(Document&)> ask;
  } cases[] = {
      {"a change made against an old version",
       [&](Document& d) {
         REQUIRE(d.apply({&late, 1}).ok());
       }},
      {"a change that is held already", [&](Document& d) { CHECK(*d.holds(again)); }},
      {"the same, sent again",
       [&](Document& d) {
         REQUIRE(d.apply({&again, 1}).ok());
       }},
      {"a text of old", [&](Document& d) { CHECK(*d.text_at(past.old) == "hello"); }},
      {"the empty text", [&](Document& d) { CHECK(d.text_at({})->empty()); }},
      {"all changes", [&](Document& d) { CHECK(d.since({})->size() == 2); }},
      {"who wrote it", [&](Document& d) { CHECK(blame(d)->size() == 2); }},
      {"what came after", [&](Document& d) { CHECK(difference(d, past.old, d.version())->inserted() == text::Bytes(6)); }},
  };
  for (const auto& c : cases) {
    INFO(c.what);
    Document copy = opened(past.ann);
    c.ask(copy);
    CHECK_FALSE(copy.is_folded());
    Document whole = std::move(*Document::decode(past.ann.encode()));
    c.ask(whole);
    CHECK(copy.text().str() == whole.text().str());
    CHECK(*copy.since({}) == *whole.since({}));
  }
}

TEST_CASE("what was made ready for somebody who comes late outlives that the past is unfolded and folded meanwhile") {
  Document past;
  REQUIRE(past.apply(test::hostile_history(test::Hostile::criss_cross, 300)).ok());
  REQUIRE(past.edit(kAnn, insert(0, "all met ")).ok());
  Document whole = opened(past);
  const Version met = whole.version();
  Document others[2] = {opened(past), opened(past)};
  constexpr std::uint64_t later = 400 + 2 * kFewEvents;  // enough of them that they are not walked at once
  for (std::uint64_t i = 0; i < later; ++i) {            // by turns, each knowing all but the other's newest
    REQUIRE(others[i % 2].edit(ReplicaId(50 + i % 2), insert(i % 3, "x")).ok());
    if (i % 4 == 1) REQUIRE(others[0].apply(*others[1].since(others[0].known())).ok());
    if (i % 4 == 3) REQUIRE(others[1].apply(*others[0].since(others[1].known())).ok());
  }
  for (const Document& other : others) REQUIRE(whole.apply(*other.since(whole.known())).ok());
  const Change late{ReplicaId(70), Seq(0), met, {{Chars(1), Chars(0), "late"}}};
  for (const int parts : {1, 5, 20}) {
    Document copy = opened(whole);
    REQUIRE(copy.is_folded());
    for (int i = 0; i < parts; ++i) REQUIRE_FALSE(*copy.prepare(late, 20));
    REQUIRE(copy.unfold().ok());
    for (int i = 0; i < parts; ++i) REQUIRE_FALSE(*copy.prepare(late, 20));
    copy.fold(1);
    while (!*copy.prepare(late, 20)) {
    }
    REQUIRE(copy.apply({&late, 1}).ok());
    Document at_once = opened(whole);
    REQUIRE(at_once.apply({&late, 1}).ok());
    CHECK(copy.text().str() == at_once.text().str());
  }
}

namespace {

/// A history made to be dear, whose heads somebody has joined, and `more` keys after that.
Document joined(test::Hostile kind, std::uint32_t events, int more = 0) {
  Document document;
  REQUIRE(document.apply(test::hostile_history(kind, events)).ok());
  for (int i = 0; i <= more; ++i) REQUIRE(document.edit(kAnn, insert(static_cast<std::uint64_t>(i % 7), "all met")).ok());
  return document;
}

void check_same(Document& a, Document& b) {
  CHECK(a.log().folded() == b.log().folded());
  CHECK(a.text().str() == b.text().str());
  CHECK(opened(a).text().str() == b.text().str());
  CHECK(*a.since({}) == *b.since({}));
  CHECK(a.version() == b.version());
}

}  // namespace

TEST_CASE("folding in parts takes as much at a time as was asked for, and comes to the same as at once") {
  constexpr std::uint64_t steps = 1500;
  int parts = 0;
  for (const test::Hostile kind : test::kHostile) {
    INFO(test::name_of(kind));
    Document at_once = joined(kind, 4000);
    Document document = joined(kind, 4000);
    at_once.fold(1);
    REQUIRE(document.begin_fold(0, 1));
    for (bool over = false; !over; ++parts) {
      const std::uint64_t before = document.work();
      over = document.fold_some(steps);
      CHECK(document.work() - before < 3 * steps);
    }
    REQUIRE(document.is_folded());
    check_same(document, at_once);
  }
  CHECK(parts > 50);
}

TEST_CASE("what is folded in parts may be written in and asked meanwhile") {
  for (const test::Hostile kind : test::kHostile) {
    INFO(test::name_of(kind));
    Document document = opened(joined(kind, 1500));
    Document whole = joined(kind, 1500);
    for (int turn = 0; turn < 3; ++turn) {
      for (std::uint32_t i = 0; i < 200; ++i) {
        const auto made = whole.edit(ReplicaId(40 + i % 3), insert(i % 5, "x"));
        REQUIRE(document.apply(*made).ok());
      }
      REQUIRE(document.begin_fold(100, 100));
      for (int part = 0; !document.fold_some(1); ++part) {
        REQUIRE(document.apply(*whole.edit(kBob, insert(static_cast<std::uint64_t>(part) % 3, "y"))).ok());
        if (turn > 0 && part == 2 * turn) REQUIRE(document.unfold().ok());
        if (part % 2 == 0) REQUIRE(document.text().str() == whole.text().str());
      }
      REQUIRE(document.is_folded());
      CHECK(document.log().size() - document.log().folded() >= 100);
    }
    CHECK(opened(document).text().str() == whole.text().str());
    CHECK(document.text().str() == whole.text().str());
    CHECK(*document.since({}) == *whole.since({}));
  }
}

TEST_CASE("a fold is given up for somebody who knows less than what comes before it, and begun again behind him") {
  Document document = joined(test::Hostile::small_merges, 1000, 500);
  Document whole = joined(test::Hostile::small_merges, 1000, 500);
  const Version met = whole.version();
  for (int i = 0; i < 100; ++i) REQUIRE(document.apply(*whole.edit(kAnn, insert(0, "more"))).ok());
  REQUIRE(document.begin_fold(0, 100));
  for (int part = 0; part < 10; ++part) REQUIRE_FALSE(document.fold_some(1));
  const Change late{ReplicaId(70), Seq(0), met, {{Chars(1), Chars(0), "late"}}};
  for (Document* each : {&document, &whole}) REQUIRE(each->apply({&late, 1}).ok());
  CHECK(document.fold_some(1));
  CHECK_FALSE(document.is_folded());
  REQUIRE(document.begin_fold(0, 100));  // up to where the late one began
  while (!document.fold_some(1)) {
  }
  CHECK(document.is_folded());
  CHECK(document.text().str() == whole.text().str());
  CHECK(*document.since({}) == *whole.since({}));
}

TEST_CASE("a text without its history says what it lacks, and takes in what it can") {
  Past past;
  Document copy = opened(past.ann, Parts::text);
  const Change late{ReplicaId(9), Seq(0), past.old, {{Chars(5), Chars(0), " dear"}}};
  CHECK(copy.apply({&late, 1}).error().code == ErrorCode::gap);
  CHECK(copy.text_at(past.old).error().code == ErrorCode::gap);
  CHECK(copy.since({}).error().code == ErrorCode::gap);
  const auto more = past.ann.edit(kAnn, insert(0, "> "));
  REQUIRE(copy.apply(*more).ok());
  CHECK(copy.text().str() == "> hello world");
  CHECK(opened(copy).version() == past.ann.version());  // it can be saved as well
  CHECK(*opened(copy).holds(more->front()));            // with what it has as events
  CHECK(opened(copy).text().str() == "> hello world");
}

TEST_CASE("an archive that is damaged spoils nothing but what needs it") {
  Past past;
  const std::string good = past.ann.encode(Parts::history_and_text, Favour::speed);
  const std::size_t text = good.rfind("hello world");
  REQUIRE(text != std::string::npos);
  int opens = 0;
  for (std::size_t i = 0; i < good.size(); ++i) {
    INFO("byte " << i);
    std::string bytes = good;
    bytes[i] = static_cast<char>(bytes[i] ^ 1);
    CHECK_FALSE(Document::decode(bytes).ok());
    auto copy = Document::open(bytes);
    if (!copy) continue;
    ++opens;
    CHECK(copy->text().str() == "hello world");
    CHECK(copy->since({}).error().code == ErrorCode::corrupt);
    CHECK(copy->text_at(past.old).error().code == ErrorCode::corrupt);
    REQUIRE(copy->edit(kAnn, insert(0, "!")).ok());
    CHECK(copy->text().str() == "!hello world");
  }
  CHECK(opens > 0);
}

TEST_CASE("folding packs what is new, and leaves alone what would be too little") {
  Document document;
  std::string expected;
  for (int i = 0; i < 300; ++i) {
    const std::string word = "word " + std::to_string(i) + "\n";
    REQUIRE(document.edit(i % 3 == 0 ? kBob : kAnn, insert(expected.size(), word)).ok());
    expected += word;
    document.fold(500);
    REQUIRE(document.log().size() - document.log().folded() < 500 + 10);
  }
  CHECK(document.is_folded());
  const auto whole = Document::decode(document.encode());
  REQUIRE(whole.ok());
  CHECK(whole->text().str() == expected);
  CHECK(*whole->since({}) == *document.since({}));
  document.fold();  // it is unfolded now, and has hardly anything that is not packed
  CHECK_FALSE(document.is_folded());
}

TEST_CASE("where two are concurrent nothing is cut between them") {
  Past past;
  Document copy = opened(past.ann);
  const Version tip = copy.version();
  const Change one{ReplicaId(1), Seq(0), tip, {{Chars(0), Chars(0), "1"}}};
  const Change two{ReplicaId(2), Seq(0), tip, {{Chars(0), Chars(0), "2"}}};
  REQUIRE(copy.apply({{one, two}}).ok());
  copy.fold(1);
  CHECK(copy.log().folded() == 11);
  CHECK(opened(copy).text().str() == "12hello world");
  CHECK(opened(copy).version().size() == 2);
  REQUIRE(copy.edit(kAnn, insert(0, "0")).ok());
  copy.fold(1);
  CHECK(copy.log().folded() == 14);
}

TEST_CASE("a text without its history gets it from another copy, and is whole from there on") {
  Past past;
  Document copy = opened(past.ann, Parts::text);
  CHECK_FALSE(copy.has_past());
  REQUIRE(copy.edit(kAnn, insert(0, "> ")).ok());
  const Change late{ReplicaId(9), Seq(0), past.old, {{Chars(5), Chars(0), " dear"}}};
  SECTION("that has the same before it") {}
  SECTION("that has taken something else in between") {
    REQUIRE(past.ann.apply({&late, 1}).ok());
  }
  SECTION("that holds the same events in another order") {
    Document other;
    const Change first{ReplicaId(1), Seq(0), {}, {{Chars(0), Chars(0), "1"}}};
    REQUIRE(other.apply({&first, 1}).ok());
    REQUIRE(other.apply(*past.ann.since({})).ok());
    past.ann = std::move(other);
  }
  REQUIRE(copy.take_past(past.ann).ok());
  CHECK(copy.has_past());
  CHECK(copy.text().str() == "> hello world");
  REQUIRE(copy.apply(*past.ann.since(copy.known())).ok());
  REQUIRE(past.ann.apply(*copy.since(past.ann.known())).ok());
  REQUIRE(copy.apply({&late, 1}).ok());
  REQUIRE(past.ann.apply({&late, 1}).ok());
  CHECK(copy.text().str() == past.ann.text().str());
  CHECK(copy.version() == past.ann.version());
  CHECK(*copy.text_at(past.old) == "hello");
}

TEST_CASE("a copy that lacks some of the history cannot give it") {
  Past past;
  Document copy = opened(past.ann, Parts::text);
  Document less;
  REQUIRE(less.apply({{past.ann.since({})->front()}}).ok());
  CHECK(copy.take_past(less).error().code == ErrorCode::gap);
  CHECK(copy.take_past(opened(past.ann, Parts::text)).error().code == ErrorCode::gap);
  CHECK_FALSE(copy.has_past());
  CHECK(copy.text().str() == "hello world");
}

TEST_CASE("a text is written with the newest events behind it, however it is folded") {
  Past past;
  REQUIRE(past.ann.edit(kAnn, insert(11, " again")).ok());
  past.ann.fold(1);
  for (const std::uint64_t tail : {0, 1, 6, 7, 100}) {
    INFO(tail);
    const auto copy = Document::open(past.ann.encode_text(tail));
    REQUIRE(copy.ok());
    CHECK(copy->text().str() == "hello world again");
    CHECK(copy->log().size() - copy->log().folded() >= std::min<std::uint64_t>(tail, 17));
    CHECK(copy->version() == past.ann.version());
  }
}
