#include <algorithm>
#include <functional>

#include "protocol/base/random.hpp"
#include "protocol/wire/bulk.hpp"
#include "sync/exchange/convert.hpp"
#include "sync/merge/walk/integrate.hpp"
#include "sync/peer/peer.hpp"
#include "tests/support/catch.hpp"

namespace tutti::peer {
namespace {

/// A peer that a hub has welcomed, and what it sent since.
struct Welcomed {
  Peer peer;
  Effects effects;
  Instant now{1};

  explicit Welcomed(wire::Role role = wire::Role::editor, Config config = {}) : peer(std::move(config)) {
    peer.start(now, effects);
    wire::Welcome welcome;
    welcome.protocol = wire::kProtocolVersion;
    welcome.you.role = role;
    welcome.replica = 7;
    welcome.incarnation = "one";
    peer.step(Opened{}, now, effects);
    hear(welcome);
  }

  /// The hub is killed. What the participant does before another is there, and what that one says first.
  void meet_another_hub(const std::function<void()>& meanwhile, wire::Welcome welcome) {
    peer.step(Closed{}, now, effects);
    meanwhile();
    now += 60'000;
    peer.step(Tick{}, now, effects);
    effects.clear();
    come_back(std::move(welcome), "another");
  }
  void come_back(wire::Welcome welcome, std::string incarnation) {
    welcome.protocol = wire::kProtocolVersion;
    welcome.incarnation = std::move(incarnation);
    peer.step(Opened{}, now, effects);
    hear(welcome);
  }

  template <class Message>
  void hear(const Message& message) {
    const std::string frame = wire::encode(message);
    peer.step(TextFrame{frame}, now, effects);
  }
  [[nodiscard]] bool hangs_up() const {
    return std::any_of(effects.begin(), effects.end(),
                       [](const Effect& effect) { return std::holds_alternative<Hangup>(effect); });
  }
  [[nodiscard]] std::vector<wire::FileEdit> take_edits() {
    std::vector<wire::FileEdit> edits;
    for (const Effect& effect : effects) {
      const auto* sent = std::get_if<SendText>(&effect);
      if (sent == nullptr) continue;
      auto message = wire::decode_up(*sent->frame);
      if (auto* edit = message ? std::get_if<wire::FileEdit>(&*message) : nullptr) edits.push_back(*edit);
    }
    effects.clear();
    return edits;
  }
  void type(DocumentId document, std::uint64_t at, std::string_view words, By by = By::person) {
    now += 1000;
    REQUIRE(peer.edit(document, text::Delta().retain(text::Chars(at)).insert(words), now, effects, by).ok());
  }
  [[nodiscard]] std::string text(DocumentId document) const { return peer.document(document)->text().str(); }
};

/// The same with somebody else in the session.
struct BesideBob : Welcomed {
  BesideBob() {
    bob.id = random_id<ParticipantId>(random);
    hear(wire::SessionJoin{bob});
  }
  Random random{1};
  wire::Participant bob;
};

}  // namespace

/// One who takes in little at a time, and another's copy of the same file.
struct BesideAnother : Welcomed {
  DocumentId document;
  merge::Document theirs;

  BesideAnother() : Welcomed(wire::Role::editor, slow()) {
    document = peer.create("a.txt", {}, "made\n", now, effects).value();
    REQUIRE(theirs.apply(*peer.document(document)->since({})).ok());
  }
  static Config slow() {
    Config config;
    config.step_work = 300;
    return config;
  }
  /// They type a letter.
  void hear_edit(std::uint64_t at) {
    wire::FileEdit edit;
    edit.document = document;
    edit.change = exchange::to_wire(theirs.edit(ReplicaId(9), text::Delta().retain(text::Chars(at)).insert("t"))->front());
    hear(edit);
  }
  /// They type so many, here and there, and all of it is in the text.
  void hear_many(int letters) {
    for (int i = 0; i < letters; ++i) hear_edit(i % 2 == 0 ? 0 : 3);
    (void)tick_until_still();
    REQUIRE(theirs.next_seq(ReplicaId(9)) == peer.document(document)->next_seq(ReplicaId(9)));
  }
  /// Until it does not want to be called at once any more. What happened to the text.
  std::vector<RemoteEdit> tick_until_still() {
    std::vector<RemoteEdit> edits;
    for (int ticks = 0; wakes(); ++ticks) {
      REQUIRE(ticks < 10'000);
      hand_over();
      peer.step(Tick{}, now, effects);
      for (const Effect& effect : effects) {
        if (const auto* edit = std::get_if<RemoteEdit>(&effect)) edits.push_back(*edit);
      }
    }
    return edits;
  }
  /// What it sent is theirs.
  void hand_over() {
    for (const wire::FileEdit& edit : take_edits()) {
      const merge::Change change = exchange::to_merge(edit.change);
      REQUIRE(theirs.apply({&change, 1}).ok());
    }
  }

 private:
  [[nodiscard]] bool wakes() const {
    return std::any_of(effects.begin(), effects.end(), [&](const Effect& effect) {
      const auto* wake = std::get_if<Wake>(&effect);
      return wake != nullptr && wake->at <= now;
    });
  }
};

TEST_CASE("a peer's undo is an edit like any other, and takes back the person's work only") {
  Welcomed me;
  const auto document = me.peer.create("a.txt", {}, "made\n", me.now, me.effects);
  REQUIRE(document.ok());
  me.type(*document, 0, "one ");
  me.type(*document, 4, "tool ", By::tool);
  me.type(*document, 9, "two ");
  merge::Document hub;
  for (const wire::FileEdit& edit : me.take_edits()) {
    const merge::Change change = exchange::to_merge(edit.change);
    REQUIRE(hub.apply({&change, 1}).ok());
  }
  for (const char* expected : {"one tool made\n", "tool made\n"}) {
    const auto delta = me.peer.undo(*document, me.now, me.effects);
    REQUIRE(delta.ok());
    CHECK_FALSE(delta->is_noop());
    CHECK(me.text(*document) == expected);
  }
  CHECK(me.peer.undo(*document, me.now, me.effects)->is_noop());
  REQUIRE(me.peer.redo(*document, me.now, me.effects).ok());
  CHECK(me.text(*document) == "one tool made\n");
  for (const wire::FileEdit& edit : me.take_edits()) {
    const merge::Change change = exchange::to_merge(edit.change);
    REQUIRE(hub.apply({&change, 1}).ok());
  }
  CHECK(hub.text().str() == me.text(*document));
}

TEST_CASE("what others wrote in a file of ours is handed back when both went down with the hub") {
  BesideBob me;
  const auto document = me.peer.create("a.txt", {}, "", me.now, me.effects);
  REQUIRE(document.ok());
  me.hear(wire::Received{1, 1});
  wire::FileEdit theirs;
  theirs.position = 2;
  theirs.participant = me.bob.id;
  theirs.document = *document;
  theirs.change = exchange::to_wire(merge::Change{ReplicaId(8), Seq(0), {}, {{text::Chars(0), text::Chars(0), "bob's"}}});
  theirs.stamp = "stamp";
  me.hear(theirs);
  me.meet_another_hub([] {}, {});
  me.hear(wire::Received{1, 1});
  const auto edits = me.take_edits();
  const auto back = std::find_if(edits.begin(), edits.end(), [](const auto& edit) { return edit.stamp == "stamp"; });
  REQUIRE(back != edits.end());
  CHECK(back->change == theirs.change);
}

TEST_CASE("a file that was deleted, and that another hub creates again, is seen by its author too, under another name") {
  BesideBob me;
  const auto document = me.peer.create("a.txt", {}, "made\n", me.now, me.effects);
  REQUIRE(document.ok());
  me.hear(wire::Received{2, 2});
  me.hear(wire::FileDelete{{}, 3, me.bob.id, *document});
  CHECK_FALSE(me.peer.find("a.txt"));
  wire::Welcome welcome;
  welcome.replica = 7;
  welcome.resumed = true;
  me.meet_another_hub([] {}, welcome);
  me.effects.clear();
  me.hear(wire::Received{1, 1});
  CHECK(me.peer.find("a.txt") == *document);
  me.hear(wire::Received{2, 2});
  CHECK(me.hangs_up());  // Bob has seen what was "made"
}

TEST_CASE("a file whose deletion is refused comes back to a participant of another name") {
  Welcomed me;
  const auto document = me.peer.create("a.txt", {}, "made\n", me.now, me.effects);
  REQUIRE(document.ok());
  me.hear(wire::Received{2, 2});
  me.hear(wire::Durable{2, {}});
  me.type(*document, 0, "seen by others ");
  REQUIRE(me.peer.erase(*document, me.now, me.effects).ok());
  me.effects.clear();
  me.hear(wire::Reject{3, wire::ErrorName::denied, "You are a viewer here.", {}});
  me.hear(wire::Reject{4, wire::ErrorName::denied, "You are a viewer here.", {}});
  CHECK(me.peer.find("a.txt") == *document);
  CHECK(me.hangs_up());  // to come back with `renew`
}

TEST_CASE("a viewer has nothing to undo, and an unknown file is not found") {
  Welcomed me;
  CHECK(me.peer.undo(DocumentId(), me.now, me.effects).error().code == ErrorCode::not_found);
  const auto document = me.peer.create("a.txt", {}, "made\n", me.now, me.effects);
  REQUIRE(document.ok());
  me.type(*document, 0, "one ");
  wire::RoleChange change;
  change.participant = me.peer.self()->id;
  change.role = wire::Role::viewer;
  me.hear(change);
  CHECK(me.peer.undo(*document, me.now, me.effects).error().code == ErrorCode::denied);
}

TEST_CASE("what others did while one was away is taken in a part at a time, also while one types on") {
  BesideAnother me;
  constexpr std::uint64_t each = 1400;  // together more than are taken in at once, however few they are
  for (std::uint64_t i = 0; i < each; ++i) me.type(me.document, i % 2 == 0 ? 0 : 3, "m");
  std::uint64_t work = me.peer.document(me.document)->work();
  std::uint64_t most = 0;  // in one step
  const auto note_work = [&] {
    const std::uint64_t now = me.peer.document(me.document)->work();
    most = std::max(most, now - std::exchange(work, now));
  };
  for (std::uint64_t i = 0; i < each; ++i) {
    me.hear_edit(i % 2 == 0 ? 0 : 3);
    note_work();
  }
  CHECK(me.peer.document(me.document)->next_seq(ReplicaId(9)) < Seq(each));
  const auto wakes = [&] {
    return std::any_of(me.effects.begin(), me.effects.end(), [](const Effect& e) { return std::holds_alternative<Wake>(e); });
  };
  int ticks = 0;
  for (; wakes() && ticks < 10'000; ++ticks) {
    me.effects.clear();
    if (ticks == 3) me.type(me.document, 1, "typed meanwhile");
    me.peer.step(Tick{}, me.now, me.effects);
    note_work();
  }
  CHECK(ticks > 3);
  CHECK(most < 3 * BesideAnother::slow().step_work + 4 * merge::kFewEvents);  // of which each is a few steps
  CHECK(work > 5 * most);
  CHECK(me.peer.document(me.document)->next_seq(ReplicaId(9)) == Seq(each));
  REQUIRE(me.theirs.apply(*me.peer.document(me.document)->since(me.theirs.known())).ok());
  CHECK(me.theirs.text().str() == me.text(me.document));
}

TEST_CASE("an undo that has to look back at much comes later, as an edit, whoever writes on meanwhile") {
  BesideAnother me;
  me.type(me.document, 0, "mine");
  me.hear_many(600);
  CHECK(me.peer.undo(me.document, me.now, me.effects)->is_noop());
  CHECK(me.peer.turns_back(me.document));
  me.hear_edit(0);
  me.type(me.document, 0, "more");
  CHECK(me.text(me.document).find("mine") != std::string::npos);
  const std::vector<RemoteEdit> edits = me.tick_until_still();
  CHECK(std::count_if(edits.begin(), edits.end(), [](const RemoteEdit& edit) { return edit.turns_back; }) == 1);
  CHECK_FALSE(me.peer.turns_back(me.document));
  CHECK(me.text(me.document).find("mine") == std::string::npos);
  CHECK(me.text(me.document).find("more") != std::string::npos);
  me.hand_over();
  CHECK(me.theirs.text().str() == me.text(me.document));
}

TEST_CASE("who types right after a redo has what the redo brings back, however much was written since") {
  BesideAnother me;
  me.type(me.document, 0, "mine");
  me.hear_many(600);
  CHECK(me.peer.undo(me.document, me.now, me.effects)->is_noop());
  CHECK(me.peer.redo(me.document, me.now, me.effects)->is_noop());
  me.type(me.document, 0, "more");
  (void)me.tick_until_still();
  CHECK(me.text(me.document).find("mine") != std::string::npos);
  CHECK(me.peer.undo(me.document, me.now, me.effects).ok());  // "more"
  CHECK(me.peer.undo(me.document, me.now, me.effects)->is_noop());
  (void)me.tick_until_still();
  me.type(me.document, 0, "yet more");
  CHECK(me.text(me.document).find("mine") == std::string::npos);
  CHECK(me.peer.redo(me.document, me.now, me.effects)->is_noop());
  (void)me.tick_until_still();
  CHECK(me.text(me.document).find("mine") == std::string::npos);
  me.hand_over();
  CHECK(me.theirs.text().str() == me.text(me.document));
}

TEST_CASE("an undo that is still to come is told to be refused once its person may only read") {
  BesideAnother me;
  me.type(me.document, 0, "mine");
  me.hear_many(600);
  CHECK(me.peer.undo(me.document, me.now, me.effects)->is_noop());
  wire::RoleChange change;
  change.participant = me.peer.self()->id;
  change.role = wire::Role::viewer;
  me.hear(change);
  me.effects.clear();
  me.peer.step(Tick{}, me.now, me.effects);
  CHECK(std::any_of(me.effects.begin(), me.effects.end(),
                    [](const Effect& effect) { return std::holds_alternative<Refused>(effect); }));
  CHECK_FALSE(me.peer.turns_back(me.document));
}

TEST_CASE("what a formatter did is undone by itself, whatever was typed right before and after") {
  Welcomed me;
  const auto document = me.peer.create("a.txt", {}, "\n", me.now, me.effects);
  REQUIRE(document.ok());
  me.type(*document, 0, "a");
  me.type(*document, 0, "  ", By::formatter);
  me.type(*document, 3, "b");
  for (const char* left : {"  a\n", "a\n", "\n"}) {
    REQUIRE(me.peer.undo(*document, me.now, me.effects).ok());
    CHECK(me.text(*document) == left);
  }
}

TEST_CASE("others' carets keep their place, the newest wins, and whoever leaves takes theirs along") {
  BesideBob me;
  const auto document = me.peer.create("a.txt", {}, "one two\n", me.now, me.effects);
  REQUIRE(document.ok());
  wire::CursorMove move;
  move.participant = me.bob.id;
  move.document = *document;
  move.version = exchange::version_to_wire(me.peer.document(*document)->version());
  move.selections = {{4, 7}, {7, 7}};
  me.hear(move);
  const auto selections = [&] { return me.peer.cursors(*document).at(0).selections; };
  me.type(*document, 0, "zero ");
  CHECK(selections() == std::vector<wire::Selection>{{9, 12}, {12, 12}});
  me.type(*document, 12, "!");  // a caret stays left of what is typed at its place
  CHECK(selections() == std::vector<wire::Selection>{{9, 12}, {12, 12}});
  move.selections = {{0, 0}};  // of a version that is over by now
  me.hear(move);
  CHECK(selections() == std::vector<wire::Selection>{{0, 0}});
  wire::SessionLeave leave;
  leave.participant = me.bob.id;
  me.hear(leave);
  CHECK(me.peer.cursors(*document).empty());
}

TEST_CASE("others' diagnostics ride on the text, and are stale once it changes beneath them or their reporter leaves") {
  BesideBob me;
  const auto document = me.peer.create("a.txt", {}, "one two three\n", me.now, me.effects);
  REQUIRE(document.ok());
  wire::DiagnosticsUpdate update;
  update.participant = me.bob.id;
  update.document = *document;
  update.version = exchange::version_to_wire(me.peer.document(*document)->version());
  update.diagnostics = {{0, 3, wire::Severity::error, "a", {}}, {4, 7, wire::Severity::hint, "b", {}}};
  me.hear(update);
  const auto told = [&] {
    std::string words;
    for (const Reported& each : me.peer.diagnostics(*document)) {
      for (const wire::Diagnostic& d : each.diagnostics) {
        words += d.message + std::to_string(d.from) + "-" + std::to_string(d.to) + " ";
      }
    }
    return words;
  };
  CHECK(told() == "a0-3 b4-7 ");
  me.type(*document, 0, "!");
  me.type(*document, 4, "?");  // at an edge: no part of it
  CHECK(told() == "a1-4 b6-9 ");
  me.type(*document, 7, "x");
  CHECK(told() == "a1-4 ");
  me.hear(update);  // of an older version: what was touched since is not taken
  CHECK(told() == "a1-4 ");
  update.version = {{77, 1}};  // of a version that is not known
  me.hear(update);
  CHECK(told().empty());
  update.version = exchange::version_to_wire(me.peer.document(*document)->version());
  me.hear(update);
  CHECK(told() == "a0-3 b4-7 ");
  wire::SessionLeave leave;
  leave.participant = me.bob.id;
  me.hear(leave);
  CHECK(told().empty());
}

TEST_CASE("diagnostics that come before the text are kept until it is here") {
  BesideBob me;
  wire::FileCreate create;
  create.position = 1;
  create.document = random_id<DocumentId>(me.random);
  create.path = "a.txt";
  me.hear(create);
  wire::DiagnosticsUpdate update;
  update.participant = me.bob.id;
  update.document = create.document;
  update.diagnostics = {{0, 0, wire::Severity::error, "empty", {}}};
  me.hear(update);
  CHECK(me.peer.diagnostics(create.document).empty());
  me.hear(wire::Fetched{create.document, 1, {}});
  REQUIRE(me.peer.document(create.document) != nullptr);
  CHECK(me.peer.diagnostics(create.document).size() == 1);
}

TEST_CASE("a refused deletion does not bring back a file that went down with a hub") {
  Welcomed me;
  const auto document = me.peer.create("a.txt", {}, "", me.now, me.effects);
  me.hear(wire::Received{1, 1});
  wire::Welcome welcome;
  welcome.you.role = wire::Role::viewer;
  welcome.replica = 7;
  welcome.resumed = true;
  me.meet_another_hub([&] { REQUIRE(me.peer.erase(*document, me.now, me.effects).ok()); }, welcome);
  for (std::uint64_t request = 1; request <= 2; ++request)
    me.hear(wire::Reject{request, wire::ErrorName::denied, "You are a viewer here.", {}});
  CHECK(me.peer.status().pending == 0);
  CHECK(me.peer.documents().empty());
}

namespace {

/// The hub has a word of ours, refuses that we undo it, and so takes nothing behind that either.
struct RefusedUndo : Welcomed {
  DocumentId document = *peer.create("a.txt", {}, "made\n", now, effects);
  merge::Document hub;

  RefusedUndo() {
    type(document, 0, "<word>");
    for (const wire::FileEdit& edit : take_edits()) {
      const merge::Change change = exchange::to_merge(edit.change);
      REQUIRE(hub.apply({&change, 1}).ok());
    }
    hear(wire::Received{3, 3});
    hear(wire::Durable{3, {}});
    REQUIRE(peer.undo(document, now, effects).ok());
  }
  void repair() {
    hear(wire::Reject{4, wire::ErrorName::denied, "You are a viewer here.", {}});
    hear(wire::Resync{4, document, "An edit before this one is missing."});
    hear(wire::Ping{1, true});
    wire::Welcome welcome;
    welcome.you.role = wire::Role::editor;
    welcome.replica = 8;
    welcome.resumed = true;
    welcome.request = 4;
    welcome.position = welcome.durable = 4;
    welcome.documents = {{document, "a.txt", {}, 11, exchange::to_wire(hub.known()), {}}};
    meet_another_hub([] {}, welcome);
    for (const std::string& frame : wire::encode_history(document, hub.encode())) peer.step(BinaryFrame{frame}, now, effects);
    hear(wire::Fetched{document, 4, {}});
  }
};

}  // namespace

TEST_CASE("a redo after an undo that the hub refuses brings nothing back twice") {
  RefusedUndo me;
  REQUIRE(me.peer.redo(me.document, me.now, me.effects).ok());
  me.repair();
  CHECK(me.text(me.document) == "<word>made\n");
  CHECK(me.take_edits().empty());
}

TEST_CASE("an undo of that redo takes back what the refused one did not") {
  RefusedUndo me;
  REQUIRE(me.peer.redo(me.document, me.now, me.effects).ok());
  REQUIRE(me.peer.undo(me.document, me.now, me.effects).ok());
  me.repair();
  CHECK(me.text(me.document) == "made\n");
  CHECK(me.take_edits().size() == 1);
}

TEST_CASE("what an undo brought back is the same text still, also where a repair has made that again and is repaired") {
  Welcomed me;
  const DocumentId document = *me.peer.create("a.txt", {}, "made\n", me.now, me.effects);
  me.type(document, 0, "<word>");
  merge::Document hub;
  for (const wire::FileEdit& edit : me.take_edits()) {
    const merge::Change change = exchange::to_merge(edit.change);
    REQUIRE(hub.apply({&change, 1}).ok());
  }
  me.hear(wire::Received{3, 3});
  me.hear(wire::Durable{3, {}});
  REQUIRE(me.peer.undo(document, me.now, me.effects).ok());
  const merge::Change gone = exchange::to_merge(me.take_edits().at(0).change);
  me.hear(wire::Received{4, 4});  // and not safe
  REQUIRE(me.peer.redo(document, me.now, me.effects).ok());
  merge::Document with_undo = *merge::Document::decode(hub.encode());
  REQUIRE(with_undo.apply({&gone, 1}).ok());
  const auto repair = [&](const merge::Document& copy, std::uint32_t replica, std::uint64_t request) {
    wire::Welcome welcome;
    welcome.you.role = wire::Role::editor;
    welcome.replica = replica;
    welcome.resumed = true;
    welcome.request = request;
    welcome.position = 4;
    welcome.durable = 3;
    welcome.documents = {{document, "a.txt", {}, 11, exchange::to_wire(copy.known()), {}}};
    me.meet_another_hub([] {}, welcome);
    for (const std::string& frame : wire::encode_history(document, copy.encode()))
      me.peer.step(BinaryFrame{frame}, me.now, me.effects);
    me.hear(wire::Fetched{document, 4, {}});
  };
  repair(with_undo, 8, 4);  // the redo is made again
  CHECK(me.text(document) == "<word>made\n");
  CHECK(me.take_edits().size() == 1);
  repair(hub, 9, 0);  // with the next hub the undo has gone down, and so it is not wanted on top of the redo
  CHECK(me.text(document) == "<word>made\n");
  CHECK(me.take_edits().empty());
}

TEST_CASE("a creation that somebody else made again and that is safe is done with") {
  Welcomed me;
  const auto document = me.peer.create("a.txt", {}, "", me.now, me.effects);
  me.hear(wire::Received{1, 1});
  wire::Welcome welcome;
  welcome.you.role = wire::Role::editor;
  welcome.replica = 7;
  welcome.resumed = true;
  welcome.position = welcome.durable = 5;
  welcome.documents = {{*document, "a.txt", {}, 0, {}, {}}};
  me.meet_another_hub([] {}, welcome);
  CHECK(me.peer.status().pending == 0);
}

TEST_CASE("a repair waits for the hub's copy of a file that is there again") {
  Welcomed me;
  const auto document = me.peer.create("a.txt", {}, "made\n", me.now, me.effects);
  me.effects.clear();
  wire::Welcome welcome;
  welcome.you.role = wire::Role::editor;
  welcome.replica = 8;  // so that the edit is made again
  welcome.documents = {{*document, "a.txt", {}, 5, {{7, 5}}, {}}};
  me.meet_another_hub([] {}, welcome);
  CHECK(me.take_edits().empty());
}

TEST_CASE("a number that the hub has handled is not given out again") {
  Welcomed me;
  const auto document = me.peer.create("a.txt", {}, "made\n", me.now, me.effects);
  me.hear(wire::Resync{0, {}, "Something that was handed back came too early."});
  me.hear(wire::Received{2, 2});
  me.hear(wire::Durable{2, {}});
  me.hear(wire::Ping{1, true});
  me.effects.clear();
  me.type(*document, 0, "more ");
  CHECK(me.take_edits().at(0).request == 3);
}

TEST_CASE("edits of a file that was deleted meanwhile do not follow a hub that had ordered them") {
  Welcomed me;
  const auto document = me.peer.create("a.txt", {}, "made\n", me.now, me.effects);
  me.hear(wire::Received{2, 2});
  wire::Welcome welcome;
  welcome.you.role = wire::Role::editor;
  welcome.replica = 7;
  welcome.resumed = true;
  welcome.request = 1;  // the creation
  welcome.documents = {{*document, "a.txt", {}, 0, {}, {}}};
  me.meet_another_hub([&] { REQUIRE(me.peer.erase(*document, me.now, me.effects).ok()); }, welcome);
  CHECK(me.take_edits().empty());
  welcome.replica = 8;  // their names are known to others
  me.come_back(welcome, "another");
  CHECK(me.take_edits().empty());
  CHECK(me.peer.status().pending == 1);
}

}  // namespace tutti::peer
