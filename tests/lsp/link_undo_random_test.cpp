// Three people with an editor, a link and a document each type, undo and redo at random, while their edits reach each other
// late. Nobody's undo takes away a character that somebody else typed, and in the end all hold the same. TUTTI_LINK_SEED=N
// replays one seed.
#include <algorithm>
#include <deque>
#include <iterator>
#include <memory>
#include <set>

#include "sync/merge/document.hpp"
#include "sync/merge/past/undo.hpp"
#include "tests/lsp/simulated_editor.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/setting.hpp"

namespace tutti::link {
namespace {

using Letters = std::set<char32_t>;

Letters letters_of(const std::string& text) {
  Letters letters;
  const std::u32string all = to_utf32(text);
  std::copy_if(all.begin(), all.end(), std::inserter(letters, letters.end()), [](char32_t c) { return c >= 0x80; });
  return letters;
}

Letters missing(const std::string& before, const std::string& after) {
  const Letters had = letters_of(before);
  const Letters has = letters_of(after);
  Letters gone;
  std::set_difference(had.begin(), had.end(), has.begin(), has.end(), std::inserter(gone, gone.end()));
  return gone;
}

struct Person {
  Person(std::uint32_t number, const Temper& temper, Mint& mint)
      : id(number), editor(temper, mint, erased), link(temper.habits) {}

  [[nodiscard]] std::string text() const { return document.text().str(); }

  ReplicaId id;
  merge::Document document;
  merge::UndoStack stack;
  Letters erased;  ///< by this person
  SimulatedEditor editor;
  Link link;
  std::deque<ToEditor> inbox;
};

class Room {
 public:
  explicit Room(std::uint64_t seed) : random_(seed) {
    const Temper tempers[] = {neovim_like, vscode_like, emacs_like};
    for (std::uint32_t i = 0; i < 3; ++i) people_.push_back(std::make_unique<Person>(i + 1, tempers[i], mint_));
    const std::u32string start = mint_.word(random_, 12) + U"\n";
    const auto made = people_[0]->document.edit(people_[0]->id, text::Delta().insert(to_utf8(start)));
    for (const auto& person : people_) {
      if (person != people_[0]) REQUIRE(person->document.apply(*made).ok());
      person->editor.may_reload = false;
      person->editor.open(start);
    }
  }

  void run(int steps) {
    for (int i = 0; i < steps; ++i) step(any());
    for (int round = 0; round < 40; ++round) {
      now_ += 100;
      for (const auto& into : people_) {
        for (const auto& from : people_) pull(*into, *from);
        for (int i = 0; i < 8; ++i) move(*into);
        give(*into, Pump{});
      }
    }
    for (const auto& person : people_) {
      REQUIRE(person->text() == people_[0]->text());
      REQUIRE(to_utf8(person->editor.document()) == person->text());
    }
  }

  [[nodiscard]] std::uint64_t turns() const { return turns_; }

 private:
  Person& any() { return *people_[random_.below(people_.size())]; }

  void step(Person& person) {
    now_ += static_cast<std::int64_t>(random_.below(400));
    const auto dice = random_.below(100);
    if (dice < 25) return person.editor.type(random_);
    if (dice < 45) return turn(person, random_.chance(60));
    if (dice < 60) return pull(person, any());
    move(person);
  }

  void move(Person& person) {
    if (!person.editor.outbox.empty() && random_.chance(60)) {
      to_server(person);
      give(person, Pump{});
    } else if (!person.inbox.empty()) {
      const ToEditor message = std::move(person.inbox.front());
      person.inbox.pop_front();
      person.editor.receive(message);
    } else {
      person.editor.progress(random_);
    }
  }

  void to_server(Person& person) {
    const ToServer message = std::move(person.editor.outbox.front());
    person.editor.outbox.pop_front();
    if (const auto* open = std::get_if<DidOpen>(&message)) {
      const text::Snapshot disk = text::Rope(open->disk).snapshot();
      give(person, Opened{open->text, person.document.snapshot(), disk});
    } else if (const auto* edit = std::get_if<Edited>(&message)) {
      give(person, *edit);
    } else if (const auto* ack = std::get_if<Acked>(&message)) {
      give(person, *ack);
    }
  }

  void give(Person& person, const Event& event) {
    Effects effects;
    person.link.step(event, Instant(now_), effects);
    for (Effect& effect : effects) {
      if (auto* send = std::get_if<SendEdit>(&effect)) person.inbox.emplace_back(std::move(*send));
      if (const auto* local = std::get_if<Local>(&effect)) commit(person, *local);
    }
  }

  void commit(Person& person, const Local& local) {
    const auto changes = person.document.edit(person.id, local.delta);
    REQUIRE(changes.ok());
    if (local.typed) person.stack.note(person.document, *changes, Instant(now_));
  }

  void pull(Person& into, const Person& from) {
    if (&into == &from) return;
    const auto delta = into.document.apply(*from.document.since(into.document.known()));
    REQUIRE(delta.ok());
    tell(into, *delta, Cause::none);
  }

  void tell(Person& person, const text::Delta& delta, Cause cause) {
    if (delta.is_noop() || !person.link.is_open()) return;
    give(person, RemoteEdit{delta, cause});
    give(person, Pump{});
  }

  /// The command comes behind all that this editor has said.
  void turn(Person& person, bool undoing) {
    while (!person.editor.outbox.empty()) to_server(person);
    const std::string before = person.text();
    auto done = undoing ? person.stack.undo(person.document, person.id) : person.stack.redo(person.document, person.id);
    REQUIRE(done.ok());
    Letters may_go = person.editor.typed;
    if (!undoing) may_go.insert(person.erased.begin(), person.erased.end());
    const Letters gone = missing(before, person.text());
    REQUIRE(std::includes(may_go.begin(), may_go.end(), gone.begin(), gone.end()));
    turns_ += done->changes.empty() ? 0 : 1;
    tell(person, done->delta, undoing ? Cause::undo : Cause::redo);
  }

  Random random_;
  Mint mint_;
  std::vector<std::unique_ptr<Person>> people_;
  std::int64_t now_ = 1;
  std::uint64_t turns_ = 0;
};

}  // namespace

TEST_CASE("nobody's undo takes away what somebody else typed, whatever editor they type in") {
  const std::uint64_t only = test::setting("TUTTI_LINK_SEED", 0);
  std::uint64_t turns = 0;
  for (std::uint64_t seed = only != 0 ? only : 1; seed <= (only != 0 ? only : 1'000); ++seed) {
    INFO("replay with TUTTI_LINK_SEED=" << seed);
    Room room(seed);
    room.run(120);
    turns += room.turns();
  }
  if (only == 0) CHECK(turns > 10'000);
}

}  // namespace tutti::link
