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

struct Two {
  Person ann{1};
  Person bob{2};

  explicit Two(std::string_view text) {
    REQUIRE(bob.document.edit(bob.id, Delta().insert(text)).ok());
    meet(ann, bob);
  }
};

}  // namespace

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
  for (; !done; done = two.ann.stack.undo(two.ann.document, two.ann.id, steps), ++parts) {
    REQUIRE(done.error().code == ErrorCode::unavailable);
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
