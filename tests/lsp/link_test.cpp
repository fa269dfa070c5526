// The link, message by message.
#include "lsp-server/link/link.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"

namespace tutti::link {
namespace {

constexpr Habits plain{text::Encoding::utf32, false, false};

text::Snapshot snapshot(const char* text) {
  return text::Rope(text).snapshot();
}

/// A link and the replica that it writes to.
struct Desk {
  Link link{plain};
  text::Rope replica;
  Effects effects;  ///< of the last step

  void give(const Event& event) {
    effects.clear();
    link.step(event, Instant(), effects);
    for (const Effect& effect : effects) {
      if (const auto* local = std::get_if<Local>(&effect)) text::apply(replica, local->delta);
    }
  }
  void open(const char* text, bool with_replica = true) {
    give(Opened{text, with_replica ? std::optional(replica.snapshot()) : std::nullopt, {}});
  }
  void type(std::uint64_t revision, const char* words, text::Place at = {}) {
    give(Edited{{link.epoch(), revision, 0, {{at, at, words}}, {}, Cause::none}});
  }
  /// What the editor would be sent now.
  std::optional<Edit> sent() {
    give(Pump{});
    for (const Effect& effect : effects) {
      if (const auto* send = std::get_if<SendEdit>(&effect)) return send->edit;
    }
    return std::nullopt;
  }
  [[nodiscard]] bool asked_resync() const {
    return std::any_of(effects.begin(), effects.end(), [](const Effect& e) { return std::holds_alternative<SendResync>(e); });
  }
};

TEST_CASE("what was typed and saved before the replica was there is not taken for known to everybody") {
  Desk desk;
  desk.replica = text::Rope("one\n");
  desk.open("one\n", false);
  desk.type(1, "mine\n");
  desk.give(Saved{});
  desk.give(Joined{desk.replica.snapshot(), snapshot("one\n"), {}, {}});
  CHECK(desk.replica.str() == "mine\none\n");
  CHECK_FALSE(desk.sent());

  desk.give(Closed{});  // and from then on it is what a reload goes back to
  desk.open("mine\none\n");
  CHECK(desk.replica.str() == "mine\none\n");
  CHECK_FALSE(desk.sent());
}

TEST_CASE("others' edits that came to the disk after the editor read it are not taken out, whatever was typed meanwhile") {
  Desk desk;
  desk.replica = text::Rope("their one\n");
  desk.open("one\n", false);
  desk.type(1, "mine\n");
  const auto now = desk.replica.snapshot();
  desk.give(Joined{now, now, {}, {}, {now, snapshot("the one\n"), snapshot("one\n"), snapshot("\n")}});
  CHECK(desk.replica.str() == "mine\ntheir one\n");
  CHECK(desk.sent());
}

TEST_CASE("who is back at a text from before what the editor had has taken out the rest") {
  Desk desk;
  desk.replica = text::Rope("one\n");
  desk.open("one\n", false);
  desk.give(Joined{desk.replica.snapshot(), {}, {}, {}});
  desk.give(Closed{});
  desk.open("\none", false);
  const auto now = desk.replica.snapshot();
  desk.give(Joined{now, {}, {}, {}, {now, snapshot("\none")}});
  CHECK(desk.replica.str() == "\none");
}

TEST_CASE("what was typed and saved while the document was out of the session comes in with it") {
  Desk desk;
  desk.replica = text::Rope("one\n");
  desk.open("one\n");
  desk.give(Parted{});
  desk.type(1, "mine\n");
  desk.give(Saved{});
  desk.give(Joined{desk.replica.snapshot(), {}, {}, {}});
  CHECK(desk.replica.str() == "mine\none\n");
}

TEST_CASE("the answer to a resync is compared with the shadow, however much it looks like the disk") {
  Desk desk;
  desk.replica = text::Rope("one\n");
  desk.open("one\n");
  desk.give(Saved{});
  desk.type(1, "a long text that is not saved\n");
  desk.type(3, "x");
  CHECK(desk.asked_resync());
  desk.give(Closed{});
  desk.open("one\n");  // the lost message had deleted it again
  CHECK(desk.replica.str() == "one\n");
}

TEST_CASE("a reload takes nothing from others, who have not saved") {
  Desk desk;
  desk.replica = text::Rope("one\n");
  desk.open("one\n");
  desk.give(Saved{});
  text::apply(desk.replica, text::Delta().insert("theirs\n"));
  desk.give(RemoteEdit{text::Delta().insert("theirs\n"), Cause::none});
  REQUIRE(desk.sent());
  desk.give(Acked{1, 1});
  desk.give(Closed{});
  desk.open("one\n");
  CHECK(desk.replica.str() == "theirs\none\n");
  const auto back = desk.sent();
  REQUIRE(back);
  CHECK(back->replacements == std::vector<Replacement>{{{0, 0}, {0, 0}, "theirs\n"}});
}

TEST_CASE("a reload takes nothing from others, though the mirror writes the file between closing and opening") {
  Desk desk;
  desk.replica = text::Rope("one\n");
  desk.open("one\n");
  desk.give(Saved{});
  text::apply(desk.replica, text::Delta().insert("theirs\n"));
  desk.give(RemoteEdit{text::Delta().insert("theirs\n"), Cause::none});
  REQUIRE(desk.sent());
  desk.give(Acked{1, 1});
  desk.give(Closed{});
  desk.give(Opened{"one\n", desk.replica.snapshot(), snapshot("theirs\none\n")});
  CHECK(desk.replica.str() == "theirs\none\n");
  CHECK(desk.sent());
}

TEST_CASE("an edit that the replica does not take goes back to the editor") {
  Desk desk;
  const text::Rope before("one\n");
  desk.replica = before;
  desk.open("one\n");
  desk.type(1, "mine\n");
  desk.replica = before;
  desk.give(LocalRefused{before.snapshot()});
  const auto back = desk.sent();
  REQUIRE(back);
  CHECK(back->seen == 1);
  CHECK(back->replacements == std::vector<Replacement>{{{0, 0}, {1, 0}, ""}});
}

TEST_CASE("what does not fit is answered by one resync, and the rest of the epoch is ignored") {
  struct Case {
    const char* what;
    Event event;
  };
  const auto edit = [](std::uint64_t revision, std::uint64_t seen, std::vector<Replacement> replacements) {
    return Edited{{1, revision, seen, std::move(replacements), {}, Cause::none}};
  };
  const Case table[] = {
      {"a gap", edit(2, 0, {})},
      {"a repetition", edit(0, 0, {})},
      {"it has seen what was not sent", edit(1, 1, {})},
      {"it acknowledges what was not sent", Acked{1, 1}},
      {"ranges overlap", edit(1, 0, {{{0, 0}, {0, 2}, ""}, {{0, 1}, {0, 3}, ""}})},
      {"a range runs backwards", edit(1, 0, {{{0, 2}, {0, 1}, ""}})},
  };
  for (const Case& c : table) {
    INFO(c.what);
    Desk desk;
    desk.replica = text::Rope("one\n");
    desk.open("one\n");
    desk.give(c.event);
    CHECK(desk.asked_resync());
    desk.give(c.event);
    CHECK_FALSE(desk.asked_resync());
    desk.type(1, "late");
    CHECK(desk.replica.str() == "one\n");
    desk.give(Closed{});
    desk.open("one\nmore\n");
    CHECK(desk.replica.str() == "one\nmore\n");
  }
}

TEST_CASE("messages of another epoch are dropped") {
  Desk desk;
  desk.replica = text::Rope("one\n");
  desk.open("one\n");
  desk.give(Edited{{2, 1, 0, {{{0, 0}, {0, 0}, "x"}}, {}, Cause::none}});
  CHECK(desk.effects.empty());
  desk.give(Acked{7, 9});
  CHECK(desk.effects.empty());
}

TEST_CASE("the cause of an edit is told once") {
  Desk desk;
  desk.replica = text::Rope("one\n");
  desk.open("one\n");
  desk.give(RemoteEdit{text::Delta().insert("a"), Cause::undo});
  const auto first = desk.sent();
  REQUIRE(first);
  CHECK(first->cause == Cause::undo);
  desk.give(RemoteEdit{text::Delta().insert("b"), Cause::none});
  desk.give(Acked{1, 1});
  const auto second = desk.sent();
  REQUIRE(second);
  CHECK(second->cause == Cause::none);
}

}  // namespace
}  // namespace tutti::link
