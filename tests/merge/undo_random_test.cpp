// Three people edit, merge, undo and redo at random. Every character that is typed is another one, so that a character that
// comes back is known again, whatever event brought it.

#include <algorithm>
#include <map>
#include <set>

#include "protocol/base/random.hpp"
#include "sync/merge/document.hpp"
#include "sync/merge/past/undo.hpp"
#include "tests/merge/oracle.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;
using namespace tutti::merge;
using text::Chars;
using text::Delta;

namespace {

using Set = std::set<std::string>;

Set set_of(const std::string& text) {
  const auto list = test::chars_of(text);
  return {list.begin(), list.end()};
}

Set missing(const std::string& before, const std::string& after) {
  const Set a = set_of(before);
  const Set b = set_of(after);
  Set gone;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::inserter(gone, gone.end()));
  return gone;
}

bool within(const Set& some, const Set& all) {
  return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

struct Person {
  ReplicaId id;
  Document document;
  UndoStack stack;
  std::vector<bool> asked;  ///< of the stack, and not done yet: whether it is an undo
  test::Oracle oracle;
  Set typed, erased;  ///< by this person's own edits

  [[nodiscard]] std::string text() const { return document.text().str(); }
};

class Room {
 public:
  explicit Room(std::uint64_t seed) : random_(seed) {
    for (std::uint32_t i = 0; i < 3; ++i) people.push_back({ReplicaId((i * 7919 + 5) % 17), Document(), {}, {}, {}, {}, {}});
  }

  std::vector<Person> people;

  Person& any() { return people[random_.below(people.size())]; }
  [[nodiscard]] bool chance(unsigned percent) { return random_.chance(percent); }

  void edit(Person& person) {
    for (std::uint64_t n = random_.chance(40) ? 1 + random_.below(5) : 1; n > 0; --n) {
      now_ += static_cast<std::int64_t>(random_.below(700));
      make(person, random_edit(person));
    }
  }

  void pull(Person& into, const Person& from) {
    const auto changes = *from.document.since(into.document.known());
    for (const Change& change : changes) {
      for (std::uint64_t i = 0, n = event_count(change); i < n; ++i) {
        const EventName name{change.replica, change.seq + i};
        if (name.seq >= into.document.next_seq(name.replica)) into.oracle.take(name, events_.at(name));
      }
    }
    REQUIRE(into.document.apply(changes).ok());
    if (random_.chance(20)) into.document.fold(1);
  }

  void meet() {
    for (int round = 0; round < 2; ++round) {
      for (Person& into : people) {
        for (const Person& from : people) pull(into, from);
      }
    }
    for (const Person& person : people) {
      REQUIRE(person.text() == people[0].text());
      REQUIRE(person.document.version() == people[0].document.version());
      REQUIRE(person.text() == person.oracle.text());
    }
  }

  /// False when there is nothing to undo. Nobody else's character goes.
  bool undo(Person& person) { return turn(person, true); }
  /// What goes are one's own characters, and those that one's own erasure had taken away before.
  bool redo(Person& person) { return turn(person, false); }

  /// The same a step at a time: it may take a while until it is done.
  void ask(Person& person, bool undoing) {
    const std::string before = person.text();
    person.asked.push_back(undoing);
    take(person, before,
         undoing ? person.stack.undo(person.document, person.id, 1) : person.stack.redo(person.document, person.id, 1));
  }
  void go_on(Person& person) {
    const std::string before = person.text();
    if (person.stack.waits()) take(person, before, person.stack.go_on(person.document, person.id, 1));
  }

  /// There and back and there again.
  void turn_and_return(Person& person, bool undoing) {
    const std::string before = person.text();
    if (!turn(person, undoing)) return;
    const std::string after = person.text();
    REQUIRE(turn(person, !undoing));
    REQUIRE(person.text() == before);
    REQUIRE(turn(person, undoing));
    REQUIRE(person.text() == after);
  }

 private:
  bool turn(Person& person, bool undoing) {
    const std::string before = person.text();
    person.asked.push_back(undoing);
    return take(person, before,
                undoing ? person.stack.undo(person.document, person.id) : person.stack.redo(person.document, person.id));
  }

  bool take(Person& person, const std::string& before, const Result<UndoStack::Done>& done) {
    REQUIRE(done.ok());
    text::Rope shown(before);
    text::apply(shown, done->delta);
    REQUIRE(shown.str() == person.text());
    REQUIRE(done->changes.empty() == done->delta.is_noop());
    for (const Change& change : done->changes) person.oracle.make(change, events_);
    if (done->later) return false;
    Set may_go = person.typed;
    const bool undoing = person.asked.front();
    person.asked.erase(person.asked.begin());
    if (!undoing) may_go.insert(person.erased.begin(), person.erased.end());
    REQUIRE(within(missing(before, person.text()), may_go));
    return !done->changes.empty();
  }

  void make(Person& person, const Delta& delta) {
    const std::string before = person.text();
    const auto changes = person.document.edit(person.id, delta);
    REQUIRE(changes.ok());
    person.stack.note(person.document, *changes, Instant(now_));
    for (const Change& change : *changes) person.oracle.make(change, events_);
    person.typed.merge(missing(person.text(), before));
    person.erased.merge(missing(before, person.text()));
  }

  std::string fresh_text() {
    std::string text;
    for (std::uint64_t n = 1 + random_.below(4); n > 0; --n, ++next_) {
      text += static_cast<char>(0xe4 + (next_ >> 12U));  // from U+4000 on, three bytes each
      text += static_cast<char>(0x80 + ((next_ >> 6U) & 63U));
      text += static_cast<char>(0x80 + (next_ & 63U));
    }
    return text;
  }

  Delta random_edit(const Person& person) {
    std::uint64_t size = person.document.text().size().value;
    Delta delta;
    for (std::uint64_t spots = random_.chance(20) ? 3 : 1; spots > 0; --spots) {
      const std::uint64_t kept = random_.below(size + 1);
      delta.retain(Chars(kept));
      size -= kept;
      const std::uint64_t gone = random_.chance(size > 40 ? 70 : 40) ? random_.below(std::min<std::uint64_t>(size, 6) + 1) : 0;
      if (gone == 0 || random_.chance(30)) delta.insert(fresh_text());
      delta.erase(Chars(gone));
      size -= gone;
    }
    return delta;
  }

  Random random_;
  std::int64_t now_ = 0;
  std::uint32_t next_ = 0;
  test::Oracle::Events events_;
};

}  // namespace

TEST_CASE("undo and redo at random: nobody's text goes, redo restores, all converge") {
  const auto seed = GENERATE(range(1U, 1001U));
  INFO("seed " << seed);
  Room room(seed);
  for (int i = 0; i < 50; ++i) {
    Person& person = room.any();
    const bool undoing = room.chance(60);
    if (room.chance(35)) {
      room.edit(person);
    } else if (room.chance(35)) {
      room.pull(person, room.any());
    } else if (room.chance(50)) {
      room.turn_and_return(person, undoing);
    } else {
      static_cast<void>(undoing ? room.undo(person) : room.redo(person));
    }
    if (i % 10 == 9) room.meet();
  }
}

TEST_CASE("all of one's own undone leaves exactly the others' text") {
  const auto seed = GENERATE(range(1U, 301U));
  INFO("seed " << seed);
  Room room(seed);
  for (int i = 0; i < 40; ++i) {
    if (room.chance(60)) {
      room.edit(room.any());
    } else {
      room.pull(room.any(), room.any());
    }
  }
  room.meet();
  Person& person = room.people[seed % 3];
  const std::string before = person.text();
  const std::string expected = person.oracle.text_without(person.id);
  const auto reverted = revert(room.people[0].document, std::span(&person.id, 1), {});
  REQUIRE(reverted.ok());
  text::Rope without(before);
  text::apply(without, *reverted);
  CHECK(without.str() == expected);
  while (room.undo(person)) {
  }
  CHECK(person.text() == expected);
  while (room.redo(person)) {
  }
  CHECK(person.text() == before);
  room.meet();
}

TEST_CASE("all undone after undo and redo in between leaves the others' text, too") {
  const auto seed = GENERATE(range(1U, 301U));
  INFO("seed " << seed);
  Room room(seed);
  Person& person = room.people[0];
  for (int i = 0; i < 60; ++i) {
    if (room.chance(40)) {
      room.edit(room.any());
    } else if (room.chance(50)) {
      room.pull(room.any(), room.any());
    } else if (room.chance(60)) {
      room.undo(person);
    } else {
      room.redo(person);
    }
  }
  room.meet();
  while (room.redo(person)) {
  }
  const std::string before = person.text();
  while (room.undo(person)) {
  }
  Set expected;
  Set erased;
  for (std::size_t i = 1; i < 3; ++i) {
    expected.insert(room.people[i].typed.begin(), room.people[i].typed.end());
    erased.insert(room.people[i].erased.begin(), room.people[i].erased.end());
  }
  for (const std::string& gone : erased) expected.erase(gone);
  const auto left = test::chars_of(person.text());
  const Set all(left.begin(), left.end());
  CHECK(left.size() == all.size());
  CHECK(within(expected, all));
  // Somebody's erasure that did not know of a copy leaves the copy.
  for (const std::string& one : all) {
    const bool late = person.erased.contains(one) && erased.contains(one);
    CHECK((expected.contains(one) || late));
  }
  while (room.redo(person)) {
  }
  CHECK(person.text() == before);
}

TEST_CASE("undo and redo that take their time while all write on: nobody's text goes, and there and back restores") {
  const auto seed = GENERATE(range(1U, 101U));
  INFO("seed " << seed);
  Room room(seed);
  for (int i = 0; i < 120; ++i) {
    Person& person = room.any();
    if (room.chance(25)) {
      room.edit(person);
    } else if (room.chance(30)) {
      room.pull(person, room.any());
    } else if (room.chance(35)) {
      room.ask(person, room.chance(60));
    } else {
      room.go_on(person);
    }
  }
  for (Person& person : room.people) {
    while (person.stack.waits()) room.go_on(person);
  }
  room.meet();
  Person& person = room.people[0];
  while (room.redo(person)) {
  }
  const std::string before = person.text();
  while (room.undo(person)) {
  }
  while (room.redo(person)) {
  }
  CHECK(person.text() == before);
}
