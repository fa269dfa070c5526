// What a history comes to without some of its newest events.
#include "sync/merge/past/sift.hpp"

#include <algorithm>

#include "protocol/base/random.hpp"
#include "sync/merge/past/undo.hpp"
#include "tests/merge/edits.hpp"
#include "tests/support/catch.hpp"

namespace tutti::merge {
namespace {

EventRun run_of(const Change& change) {
  return {{change.replica, change.seq}, event_count(change)};
}

std::string after(const std::string& text, const text::Delta& delta) {
  text::Rope rope(text);
  text::apply(rope, delta);
  return rope.str();
}

/// Two people who write at random, now and then hearing of each other, and what the first had when it was asked last.
struct Room {
  explicit Room(std::uint64_t seed) : random(seed) {
    for (int i = 0; i < 20; ++i) write(random.below(2));
    exchange();
    rest = copies[0].known();
    rest_text = copies[0].text().str();
    for (int i = 0; i < 30; ++i) {
      write(random.below(2));
      if (random.chance(15)) exchange();
    }
    exchange();
    more = *copies[0].since(rest);
  }

  void write(std::uint64_t who) {
    const std::uint64_t size = copies[who].text().size().value;
    const std::uint64_t place = random.below(size + 1);
    const std::uint64_t erase = random.chance(40) ? random.below(std::min<std::uint64_t>(size - place, 4) + 1) : 0;
    const char letter = static_cast<char>('a' + random.below(26));
    const std::string words = random.chance(70) ? std::string(1 + random.below(3), letter) : "";
    REQUIRE(copies[who].edit(who == 0 ? kAnn : kBob, at(place, words, erase)).ok());
  }
  void exchange() {
    for (const auto& [from, to] : {std::pair(0, 1), std::pair(1, 0)})
      REQUIRE(copies[to].apply(*copies[from].since(copies[to].known())).ok());
  }
  /// Both ways lead to the same text.
  std::string sifted(const std::vector<EventRun>& unwanted) {
    const auto result = sift(copies[0], {rest, {}, unwanted, {}});
    REQUIRE(result.ok());
    const std::string wanted = after(copies[0].text().str(), result->from_all);
    CHECK(after(rest_text, result->from_rest) == wanted);
    return wanted;
  }

  Random random;
  Document copies[2];
  Known rest;
  std::string rest_text;
  std::vector<Change> more;
};

/// Nothing that is kept follows on what is not.
bool is_closed(const std::vector<Change>& more, const std::vector<bool>& kept) {
  for (std::size_t i = 0; i < more.size(); ++i) {
    for (std::size_t j = 0; j < i && kept[i]; ++j) {
      if (kept[j]) continue;
      const EventRun run = run_of(more[j]);
      const bool next = more[i].replica == more[j].replica;
      const bool child = std::any_of(more[i].parents.begin(), more[i].parents.end(), [&](const EventName& parent) {
        return parent.replica == run.first.replica && parent.seq >= run.first.seq;
      });
      if (next || child) return false;
    }
  }
  return true;
}

}  // namespace

TEST_CASE("without all of it there is the rest, and without none there is everything") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    INFO("seed " << seed);
    Room room(seed);
    std::vector<EventRun> all;
    for (const Change& change : room.more) all.push_back(run_of(change));
    CHECK(room.sifted(all) == room.rest_text);
    CHECK(room.sifted({}) == room.copies[0].text().str());
  }
}

TEST_CASE("without what nothing wanted follows on, there is what a copy has that never heard of it") {
  std::size_t closed = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    INFO("seed " << seed);
    Room room(seed);
    // From some event of each on, nothing is wanted.
    const std::size_t cut[2] = {room.random.below(room.more.size() + 1), room.random.below(room.more.size() + 1)};
    std::vector<bool> kept;
    std::vector<EventRun> unwanted;
    Document other;
    REQUIRE(other.apply(*room.copies[0].since({})).ok());  // checked below to be thinned in the same way
    Document thin;
    std::vector<Change> wanted;
    for (std::size_t i = 0; i < room.more.size(); ++i) {
      kept.push_back(i < cut[room.more[i].replica == kAnn ? 0 : 1]);
      if (kept.back()) {
        wanted.push_back(room.more[i]);
      } else {
        unwanted.push_back(run_of(room.more[i]));
      }
    }
    const std::string text = room.sifted(unwanted);
    if (!is_closed(room.more, kept)) continue;
    ++closed;
    std::vector<Change> first = *room.copies[0].since({});
    first.resize(first.size() - room.more.size());
    REQUIRE(thin.apply(first).ok());
    REQUIRE(thin.text().str() == room.rest_text);
    REQUIRE(thin.apply(wanted).ok());
    CHECK(text == thin.text().str());
  }
  CHECK(closed > 50);
}

namespace {

/// Ann's copy, behind what both have.
struct Copy {
  explicit Copy(std::string_view start) {
    REQUIRE(document.edit(kAnn, at(0, start)).ok());
    rest = document.known();
    rest_text = document.text().str();
  }
  EventRun write(ReplicaId who, const text::Delta& delta) {
    changes.push_back(document.edit(who, delta)->front());
    if (who == kAnn) stack.note(document, {&changes.back(), 1}, now += 1000);
    return run_of(changes.back());
  }
  EventRun turn_back(Result<UndoStack::Done> (UndoStack::*which)(Document&, ReplicaId, std::uint64_t)) {
    const UndoStack::Done done = *(stack.*which)(document, kAnn, UndoStack::kAllSteps);
    for (const Revival& each : done.revivals) revivals.push_back(each);
    return run_of(done.changes.front());
  }
  /// What is wanted.
  std::string sift(const std::vector<EventRun>& lost, const std::vector<EventRun>& refused) {
    const auto result = merge::sift(document, {rest, lost, refused, revivals});
    REQUIRE(result.ok());
    sifted = *result;
    CHECK(after(rest_text, sifted.from_rest) == after(document.text().str(), sifted.from_all));
    return after(rest_text, sifted.from_rest);
  }
  Document document;
  Known rest;
  std::string rest_text;
  std::vector<Change> changes;
  std::vector<Revival> revivals;
  UndoStack stack;
  Instant now;
  Sifted sifted;
};

}  // namespace

TEST_CASE("what is unwanted itself does not come back by its erasure being unwanted") {
  Copy copy("start ");
  const EventRun words = copy.write(kBob, at(6, "lost"));
  const EventRun gone = copy.write(kBob, at(6, "", 4));
  CHECK(copy.sift({words, gone}, {}) == "start ");
  CHECK(copy.sift({words}, {}) == "start ");
  CHECK(copy.sift({gone}, {}) == "start lost");
}

TEST_CASE("text that was erased and brought back is the same text, whichever of the two is refused") {
  Copy copy("one two");
  const EventRun gone = copy.write(kAnn, at(0, "", 4));
  const EventRun back = copy.turn_back(&UndoStack::undo);
  CHECK(copy.sift({}, {gone}) == "one two");
  CHECK(copy.sift({}, {gone, back}) == "one two");
  CHECK(copy.sift({}, {back}) == "two");
  CHECK(copy.sift({}, {}) == "one two");
  CHECK(copy.sifted.from_rest.is_noop());
}

TEST_CASE("a copy of a copy stands for the first text") {
  Copy copy("one two");
  const EventRun first = copy.write(kAnn, at(0, "", 4));
  const EventRun second = copy.turn_back(&UndoStack::undo);
  const EventRun third = copy.turn_back(&UndoStack::redo);
  const EventRun fourth = copy.turn_back(&UndoStack::undo);
  for (const std::vector<EventRun>& refused : {std::vector<EventRun>{}, {first}, {third}, {first, third}}) {
    CHECK(copy.sift({}, refused) == "one two");
    CHECK(copy.sifted.from_rest.is_noop());
  }
  CHECK(copy.sift({}, {fourth}) == "two");
  CHECK(copy.sift({}, {second, third, fourth}) == "two");
}

TEST_CASE("a copy goes with what it is a copy of, where that is another's and lost") {
  Copy copy("start ");
  const EventRun words = copy.write(kBob, at(6, "theirs "));
  copy.write(kAnn, at(6, "", 7));
  copy.turn_back(&UndoStack::undo);
  copy.write(kAnn, at(13, "mine"));
  CHECK(copy.sift({words}, {}) == "start mine");
}

TEST_CASE("a copy of what stays erased is named with what erased it") {
  Copy copy("one two");
  const EventRun gone = copy.write(kAnn, at(0, "", 4));
  copy.rest = copy.document.known();
  copy.rest_text = copy.document.text().str();
  copy.turn_back(&UndoStack::undo);
  CHECK(copy.sift({}, {}) == "one two");
  REQUIRE(copy.sifted.brought.size() == 4);
  CHECK(copy.sifted.brought[3] == Brought{3, {kAnn, gone.first.seq + 3}});
}

}  // namespace tutti::merge
