#include "sync/merge/past/undo.hpp"

#include <map>
#include <set>

#include "sync/merge/document.hpp"
#include "tests/merge/oracle.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;
using namespace tutti::merge;
using text::Chars;
using text::Delta;

namespace {

/// Somebody with a copy and an undo stack.
struct Person {
  ReplicaId id;
  Document document;
  UndoStack stack;
  Instant now;

  explicit Person(std::uint32_t replica) : id(replica) {}

  std::vector<Change> edit(const Delta& delta, std::int64_t pause = 1000) {
    now += pause;
    auto changes = document.edit(id, delta);
    REQUIRE(changes.ok());
    stack.note(document, *changes, now);
    return *changes;
  }
  void type(std::uint64_t at, std::string_view text, std::int64_t pause = 1000) {
    edit(Delta().retain(Chars(at)).insert(text), pause);
  }
  void erase(std::uint64_t at, std::uint64_t count, std::int64_t pause = 1000) {
    edit(Delta().retain(Chars(at)).erase(Chars(count)), pause);
  }
  bool undo() { return turn(stack.undo(document, id)); }
  bool redo() { return turn(stack.redo(document, id)); }
  [[nodiscard]] std::string text() const { return document.text().str(); }
  void pull(const Person& from) { REQUIRE(document.apply(*from.document.since(document.known())).ok()); }

 private:
  static bool turn(const Result<UndoStack::Done>& done) {
    REQUIRE(done.ok());
    return !done->changes.empty();
  }
};

void meet(Person& a, Person& b) {
  a.pull(b);
  b.pull(a);
  REQUIRE(a.text() == b.text());
}

/// A few steps at a time, until nothing waits.
void finish(Person& person) {
  while (person.stack.waits()) REQUIRE(person.stack.go_on(person.document, person.id, 100).ok());
}

struct Two {
  Person ann{1};
  Person bob{2};

  explicit Two(std::string_view text) {
    REQUIRE(bob.document.edit(bob.id, Delta().insert(text)).ok());
    meet(ann, bob);
  }
  /// So much that ann cannot look back at it at once.
  void bob_writes_much() {
    for (int i = 0; i < 2000; ++i) bob.type(i % 2 == 0 ? 0 : bob.document.text().size().value, "b");
    ann.pull(bob);
  }
};

using Ask = Result<UndoStack::Done> (UndoStack::*)(Document&, ReplicaId, std::uint64_t);

void ask(Person& person, Ask which) {
  const auto done = (person.stack.*which)(person.document, person.id, 100);
  REQUIRE(done.ok());
  REQUIRE(done->later);
}

/// Without what bob wrote much of.
std::string but_b(const Person& person) {
  std::string text = person.text();
  std::erase(text, 'b');
  return text;
}

}  // namespace

TEST_CASE("an undo is not called off by what is typed before it is done, and takes back what there was when it was asked for") {
  Two two("..");
  two.ann.type(1, "A");
  two.bob_writes_much();
  ask(two.ann, &UndoStack::undo);
  two.ann.type(two.ann.text().find('A') + 1, "N");
  two.ann.erase(two.ann.text().find('.'), 1);
  REQUIRE(but_b(two.ann) == "AN.");
  finish(two.ann);
  CHECK(but_b(two.ann) == "N.");
  CHECK_FALSE(two.ann.redo());  // what was typed ended it
  REQUIRE(two.ann.undo());
  REQUIRE(two.ann.undo());
  CHECK(but_b(two.ann) == "..");
  CHECK_FALSE(two.ann.undo());
  REQUIRE(two.ann.redo());
  REQUIRE(two.ann.redo());
  CHECK(but_b(two.ann) == "N.");
}

TEST_CASE("what is typed before a redo is done ends redo after it, and not that one") {
  Two two("..");
  two.ann.type(1, "A");
  two.ann.type(2, "B");
  two.bob_writes_much();
  REQUIRE(two.ann.undo());
  REQUIRE(two.ann.undo());
  ask(two.ann, &UndoStack::redo);
  two.ann.type(0, "N");
  ask(two.ann, &UndoStack::redo);  // there is nothing any more
  finish(two.ann);
  CHECK(but_b(two.ann) == "N.A.");
  CHECK_FALSE(two.ann.redo());
  REQUIRE(two.ann.undo());
  REQUIRE(two.ann.undo());
  CHECK(but_b(two.ann) == "..");
}

TEST_CASE("several undos and redos that were asked for are done in their order") {
  Two two("..");
  for (const char* each : {"A", "B", "C"}) two.ann.type(1, each);
  two.bob_writes_much();
  ask(two.ann, &UndoStack::undo);  // C
  ask(two.ann, &UndoStack::undo);  // B
  ask(two.ann, &UndoStack::redo);  // B again
  two.ann.type(0, "N");
  ask(two.ann, &UndoStack::redo);  // of C not any more
  ask(two.ann, &UndoStack::undo);  // N
  ask(two.ann, &UndoStack::undo);  // B
  finish(two.ann);
  CHECK(but_b(two.ann) == ".A.");
  meet(two.ann, two.bob);
  CHECK(but_b(two.bob) == ".A.");
}

TEST_CASE("what comes back later comes to where its neighbours are by then, and without what somebody else erased") {
  Two two("x123y");
  two.ann.erase(1, 3);
  two.bob_writes_much();
  ask(two.ann, &UndoStack::undo);
  meet(two.ann, two.bob);
  two.bob.type(two.bob.text().find('x'), "NEW");
  two.ann.pull(two.bob);
  finish(two.ann);
  CHECK(but_b(two.ann) == "NEWx123y");
  REQUIRE(two.ann.redo());
  ask(two.ann, &UndoStack::undo);
  two.bob.erase(two.bob.text().find('y'), 1);
  two.ann.pull(two.bob);
  finish(two.ann);
  CHECK(but_b(two.ann) == "NEWx123");
}

TEST_CASE("so many undos wait for their turn, and one more is refused") {
  Two two("..");
  two.ann.type(1, "A");
  two.bob_writes_much();
  for (std::size_t i = 0; i < UndoStack::kMostAsked; ++i) ask(two.ann, i % 2 == 0 ? &UndoStack::undo : &UndoStack::redo);
  CHECK(two.ann.stack.undo(two.ann.document, two.ann.id, 100).error().code == ErrorCode::limit);
  two.ann.stack.clear();
  CHECK_FALSE(two.ann.stack.waits());
  CHECK_FALSE(two.ann.undo());
}

TEST_CASE("undo takes back one's own text and nothing else") {
  Two two("one three");
  two.ann.type(4, "two ");
  two.bob.type(9, "!");
  meet(two.ann, two.bob);
  two.bob.type(6, "B");  // inside of ann's word
  meet(two.ann, two.bob);
  REQUIRE(two.ann.text() == "one twBo three!");
  REQUIRE(two.ann.undo());
  CHECK(two.ann.text() == "one Bthree!");
  CHECK_FALSE(two.ann.undo());
  REQUIRE(two.ann.redo());
  CHECK(two.ann.text() == "one twBo three!");
  CHECK_FALSE(two.ann.redo());
}

TEST_CASE("erased text comes back at its place among what others wrote meanwhile") {
  Two two("xabcy");
  two.ann.erase(1, 3);
  two.bob.type(3, "Z");  // between b and c, which are still there for bob
  meet(two.ann, two.bob);
  REQUIRE(two.ann.text() == "xZy");
  REQUIRE(two.ann.undo());
  CHECK(two.ann.text() == "xabZcy");
  REQUIRE(two.ann.redo());
  CHECK(two.ann.text() == "xZy");
  REQUIRE(two.ann.undo());
  meet(two.ann, two.bob);
  CHECK(two.bob.text() == "xabZcy");
}

TEST_CASE("an undo that has to look back at much does so a part at a time, also while others write on") {
  Two two("..");
  two.ann.type(1, "A");
  const auto write = [&](int times) {
    for (int i = 0; i < times; ++i) two.bob.type(i % 2 == 0 ? 0 : two.bob.document.text().size().value, "b");
  };
  write(8000);
  two.ann.pull(two.bob);
  constexpr std::uint64_t steps = 100;
  int parts = 0;
  Result<UndoStack::Done> done = two.ann.stack.undo(two.ann.document, two.ann.id, steps);
  for (; done->later; done = two.ann.stack.go_on(two.ann.document, two.ann.id, steps), ++parts) {
    REQUIRE(two.ann.stack.waits());
    REQUIRE(two.ann.text().find('A') != std::string::npos);
    if (parts != 3) continue;
    write(20);
    two.ann.pull(two.bob);
  }
  CHECK(parts > 5);
  CHECK(done->changes.size() == 1);
  CHECK(two.ann.text() == two.bob.text());  // who never saw it
  REQUIRE(two.ann.redo());
  meet(two.ann, two.bob);
  CHECK(two.bob.text().find('A') != std::string::npos);
}

TEST_CASE("what somebody else erased as well stays away") {
  Two two("xabcy");
  two.ann.erase(1, 3);
  two.bob.erase(2, 1);
  meet(two.ann, two.bob);
  REQUIRE(two.ann.undo());
  CHECK(two.ann.text() == "xacy");
}

TEST_CASE("an undo passes over what has no effect any more") {
  Two two("x");
  two.ann.type(1, "a");
  two.ann.type(2, "b");
  meet(two.ann, two.bob);
  two.bob.erase(2, 1);
  meet(two.ann, two.bob);
  REQUIRE(two.ann.undo());
  CHECK(two.ann.text() == "x");
  CHECK_FALSE(two.ann.undo());
  REQUIRE(two.ann.redo());
  CHECK(two.ann.text() == "xa");
}

TEST_CASE("groups end with a pause, with another kind of edit, and after an undo") {
  Person ann(1);
  ann.type(0, "a");
  ann.type(1, "b", 100);
  ann.type(2, "c", UndoStack::kPauseMs - 1);
  ann.type(3, "d", UndoStack::kPauseMs);
  ann.erase(3, 1, 10);
  ann.erase(2, 1, 10);
  CHECK(ann.stack.groups() == 3);
  REQUIRE(ann.undo());
  CHECK(ann.text() == "abcd");
  REQUIRE(ann.undo());
  CHECK(ann.text() == "abc");
  ann.type(3, "e", 1);
  REQUIRE(ann.undo());
  CHECK(ann.text() == "abc");
  REQUIRE(ann.redo());
  CHECK(ann.text() == "abce");
  CHECK_FALSE(ann.redo());  // what was undone before is gone
  REQUIRE(ann.undo());
  REQUIRE(ann.undo());
  CHECK(ann.text().empty());
}

TEST_CASE("an older group is undone across a newer one that was erased, undone and redone") {
  Person ann(1);
  ann.type(0, "abc");
  ann.erase(1, 1);
  REQUIRE(ann.undo());
  CHECK(ann.text() == "abc");
  REQUIRE(ann.undo());
  CHECK(ann.text().empty());
  REQUIRE(ann.redo());
  CHECK(ann.text() == "abc");
  REQUIRE(ann.redo());
  CHECK(ann.text() == "ac");
  REQUIRE(ann.undo());
  REQUIRE(ann.undo());
  CHECK(ann.text().empty());
}

TEST_CASE("somebody else who erases what an undo brought back is heeded") {
  Two two("xay");
  two.ann.erase(1, 1);
  REQUIRE(two.ann.undo());
  meet(two.ann, two.bob);
  two.bob.erase(1, 1);
  meet(two.ann, two.bob);
  CHECK(two.ann.text() == "xy");
  CHECK_FALSE(two.ann.redo());
  CHECK_FALSE(two.ann.undo());
  CHECK(two.ann.text() == "xy");
}

TEST_CASE("the stack is bounded") {
  Person ann(1);
  for (std::size_t i = 0; i < UndoStack::kMostGroups + 50; ++i) ann.type(0, "a");
  CHECK(ann.stack.groups() == UndoStack::kMostGroups);
  for (int i = 0; i < 20; ++i) REQUIRE((i % 2 == 0 ? ann.undo() : ann.redo()));
  ann.edit(Delta().insert(std::string(UndoStack::kGroupEvents, 'x')));
  ann.type(0, "y", 1);
  REQUIRE(ann.undo());
  CHECK(ann.text().front() == 'x');
}

TEST_CASE("what lies too far back is not taken back, and says so") {
  Two two("x");
  two.ann.type(1, "a");
  meet(two.ann, two.bob);
  REQUIRE(two.bob.document.edit(two.bob.id, Delta().insert(std::string(kMostTakebackEvents, 'b'))).ok());
  meet(two.ann, two.bob);
  CHECK(two.ann.stack.undo(two.ann.document, two.ann.id).error().code == ErrorCode::limit);
  two.ann.type(0, "c");
  CHECK(two.ann.undo());
}

TEST_CASE("all that somebody did since a version can be taken back") {
  Two two("shared text");
  two.ann.type(0, "before ");
  meet(two.ann, two.bob);
  const Version since = two.bob.document.version();
  two.ann.type(7, "AAA ");
  two.ann.erase(11, 7);
  two.bob.type(two.bob.text().size(), "!");
  meet(two.ann, two.bob);
  REQUIRE(two.bob.text() == "before AAA text!");
  const ReplicaId ann[] = {two.ann.id};
  const auto delta = revert(two.bob.document, ann, since);
  REQUIRE(delta.ok());
  two.bob.edit(*delta);
  CHECK(two.bob.text() == "before shared text!");
  CHECK(revert(two.bob.document, ann, {{ReplicaId(99), Seq(5)}}).error().code == ErrorCode::not_found);
  CHECK(revert(two.bob.document, {}, since)->is_noop());
}
