// What a client does, one message after the other, and what the link makes of it.
#include <algorithm>

#include "lsp-server/plain/link.hpp"
#include "tests/support/catch.hpp"

namespace tutti::plain {
namespace {

using text::Chars;
using text::Delta;

Change insert(std::uint32_t column, const std::string& text) {
  return {Range{{0, column}, {0, column}}, text};
}

/// A link, the replica beside it, and what came out last.
class Desk {
 public:
  Desk(const char* name, const char* version, const std::string& text)
      : link_(profile_of(traits(name, version))), replica_(text) {
    give(Opened{text, Version(1)});
    give(link::Joined{replica_.snapshot(), replica_.snapshot(), {}, {}});
  }
  /// The editor read `text` when the replica, and with it the disk, held the last of `held`; it holds the first by now.
  Desk(const char* name, const char* version, const std::string& text, const std::vector<std::string>& held)
      : link_(profile_of(traits(name, version))), replica_(held.front()) {
    std::vector<text::Snapshot> recent;
    for (const std::string& each : held) recent.push_back(text::Rope(each).snapshot());
    give(Opened{text, Version(1)});
    give(link::Joined{recent.front(), recent.front(), {}, {}, recent});
  }

  void give(const Event& event) {
    effects_.clear();
    link_.step(event, now_, effects_);
    take_locals(0);
    const std::size_t before = effects_.size();
    link_.step(link::Pump{}, now_, effects_);
    take_locals(before);
  }
  void later(std::int64_t ms) {
    now_ += ms;
    give(link::Pump{});
  }
  void others(std::uint64_t at, const std::string& words) {
    const Delta delta = Delta().retain(Chars(at)).insert(words);
    text::apply(replica_, delta);
    give(link::RemoteEdit{delta});
  }
  /// Takes something away and brings it back.
  void others_retype(std::uint64_t from, std::uint64_t to) {
    const std::string words = replica_.str(Chars(from), Chars(to));
    const Delta delta = Delta().retain(Chars(from)).insert(words).erase(Chars(to - from));
    text::apply(replica_, delta);
    give(link::RemoteEdit{delta});
  }
  void changes(std::int64_t version, std::vector<Change> changes) { give(Changed{Version(version), std::move(changes)}); }
  void answers(bool applied) { give(Answered{pushed_.number, applied}); }

  void rejoin() { give(link::Joined{replica_.snapshot(), replica_.snapshot(), {}, {}}); }

  /// The push of the last step, if there was one.
  [[nodiscard]] const Push* push() const {
    for (const Effect& effect : effects_) {
      if (const auto* push = std::get_if<Push>(&effect)) return push;
    }
    return nullptr;
  }
  [[nodiscard]] std::vector<link::Replacement> handed() const {
    for (const Effect& effect : effects_) {
      if (const auto* out = std::get_if<HandOut>(&effect)) return out->edits;
    }
    return {};
  }
  [[nodiscard]] std::string replica() const { return replica_.str(); }
  [[nodiscard]] std::string shadow() const { return link_.text().str(); }
  [[nodiscard]] bool is_quiet() const { return link_.is_quiet(); }
  [[nodiscard]] bool is_lost() const { return link_.is_lost(); }

 private:
  static ClientTraits traits(const char* name, const char* version) {
    ClientTraits traits;
    if (name != nullptr) traits.name = name;
    traits.version = version;
    traits.takes_edits = true;
    return traits;
  }
  void take_locals(std::size_t from) {
    for (std::size_t i = from; i < effects_.size(); ++i) {
      if (const auto* local = std::get_if<link::Local>(&effects_[i])) text::apply(replica_, local->delta);
      if (const auto* push = std::get_if<Push>(&effects_[i])) pushed_ = *push;
    }
  }

  Link link_;
  text::Rope replica_;
  Instant now_{1'000};
  Effects effects_;
  Push pushed_;
};

TEST_CASE("others' edits that came to the disk after the editor read it are not taken out") {
  Desk helix("helix", "25.01", "one\n", {"their one\n", "the one\n", "one\n"});
  CHECK(helix.replica() == "their one\n");
  Desk neovim("Neovim", "0.10.4", "one\n", {"their one\nand", "the one", "one"});
  CHECK(neovim.replica().starts_with("their one\nand"));
  Desk strange("helix", "25.01", "o\n", {"their one\n", "the one\n", "one\n"});
  CHECK(strange.replica() == "o\n");
}

TEST_CASE("an edit that landed is nobody's typing, and what was typed behind it is") {
  Desk desk("helix", "25.01", "one\n");
  desk.others(3, "!");
  REQUIRE(desk.push() != nullptr);
  CHECK(desk.push()->version == Version(1));
  desk.changes(2, {insert(3, "!")});
  desk.changes(3, {insert(0, "x")});
  CHECK(desk.replica() == "one!\n");  // the answer is awaited
  desk.answers(true);
  CHECK(desk.replica() == "xone!\n");
  CHECK(desk.is_quiet());
}

TEST_CASE("an edit that lands while the document is out of the session is not the person's") {
  Desk desk("helix", "25.01", "one\n");
  desk.others(3, "!");
  REQUIRE(desk.push() != nullptr);
  desk.give(link::Parted{});
  SECTION("and what was typed meanwhile is") {
    desk.changes(2, {insert(3, "!")});
    desk.answers(true);
    desk.changes(3, {insert(0, "x")});
    desk.rejoin();
    CHECK(desk.replica() == "xone!\n");
  }
  SECTION("nor is one that lands after it") {
    desk.rejoin();
    desk.changes(2, {insert(3, "!")});
    desk.answers(true);
    CHECK(desk.replica() == "one!\n");
  }
  SECTION("one that was refused is still wanted") {
    desk.changes(2, {insert(0, "x")});
    desk.answers(false);
    desk.rejoin();
    CHECK(desk.replica() == "xone!\n");
    REQUIRE(desk.push() != nullptr);
    CHECK(desk.push()->edits == std::vector<link::Replacement>{{{0, 4}, {0, 4}, "!"}});
    return;
  }
  CHECK(desk.is_quiet());
}

TEST_CASE("a refused edit comes again with the next version, rebased") {
  Desk desk("helix", "25.01", "one\n");
  desk.others(3, "!");
  desk.changes(2, {insert(0, "xy")});
  desk.answers(false);
  REQUIRE(desk.push() != nullptr);
  CHECK(desk.push()->version == Version(2));
  CHECK(desk.push()->edits == std::vector<link::Replacement>{{{0, 5}, {0, 5}, "!"}});
  CHECK(desk.replica() == "xyone!\n");
}

TEST_CASE("a refusal without a change is tried again after a second") {
  Desk desk("helix", "25.01", "one\n");
  desk.others(3, "!");
  desk.answers(false);
  CHECK(desk.push() == nullptr);
  desk.later(retry_ms);
  CHECK(desk.push() != nullptr);
}

TEST_CASE("Neovim's yes is no proof: the signature is, and the same key without it is the person's") {
  Desk desk("Neovim", "0.10.4", "one\n");
  desk.others(3, "!");
  REQUIRE(desk.push() != nullptr);
  CHECK(desk.push()->edits == std::vector<link::Replacement>{{{0, 0}, {0, 0}, ""}, {{0, 3}, {0, 3}, "!"}});
  desk.answers(true);
  SECTION("it landed") {
    desk.changes(4, {insert(3, "!"), insert(0, "")});
    CHECK(desk.replica() == "one!\n");
    CHECK(desk.is_quiet());
  }
  SECTION("the person typed the same key at the same place") {
    desk.changes(4, {insert(3, "!"), insert(4, "?")});
    CHECK(desk.replica() == "one!?!\n");
    REQUIRE(desk.push() != nullptr);
    CHECK(desk.push()->version == Version(4));
  }
}

TEST_CASE("the first hunk of an edit can come alone, and the others seconds later") {
  Desk desk("Neovim", "0.10.4", "one\ntwo\n");
  desk.others(3, "!");
  desk.others(0, "x");
  desk.others(9, "?");
  desk.answers(true);
  desk.changes(2, {insert(3, "!"), insert(0, "")});
  REQUIRE(desk.push() != nullptr);
  REQUIRE(desk.push()->edits.size() == 3);
  desk.changes(3, {Change{Range{{1, 3}, {1, 3}}, "?"}});
  desk.answers(true);
  desk.later(5'000);
  desk.changes(4, {insert(0, "x"), insert(1, "")});
  CHECK(desk.replica() == "xone!\ntwo?\n");
  CHECK(desk.is_quiet());
}

TEST_CASE("a hunk that brings back what is there comes alone as well") {
  Desk desk("Neovim", "0.10.4", "one\ntwo\n");
  desk.others(3, "!");
  desk.others(0, "x");
  desk.others_retype(6, 9);
  desk.answers(true);
  desk.changes(2, {insert(3, "!"), insert(0, "")});
  REQUIRE(desk.push() != nullptr);
  desk.changes(3, {Change{Range{{0, 4}, {1, 0}}, "\n"}});
  desk.answers(true);
  desk.changes(5, {insert(0, "x"), insert(1, "")});
  CHECK(desk.replica() == "xone!\ntwo\n");
  CHECK(desk.is_quiet());
}

TEST_CASE("where nothing comes, a liar is sent the same edit for the same version again") {
  Desk desk("Neovim", "0.10.4", "one\n");
  desk.others(3, "!");
  desk.answers(true);
  desk.later(699);
  CHECK(desk.push() == nullptr);
  desk.later(1);
  REQUIRE(desk.push() != nullptr);
  CHECK(desk.push()->version == Version(1));
  desk.answers(false);  // a repeat's no says nothing
  desk.changes(3, {insert(3, "!"), insert(0, "")});
  CHECK(desk.replica() == "one!\n");
}

TEST_CASE("a stale edit is moved to where it belongs, and what it was typed over stays") {
  Desk desk("Visual Studio Code", "1.100", "one\n");
  desk.others(3, "!");
  desk.changes(2, {insert(0, "xy")});
  desk.answers(true);
  desk.changes(3, {insert(3, "!")});  // "xyo!ne"
  CHECK(desk.replica() == "xyone!\n");
  CHECK(desk.shadow() == "xyo!ne\n");
  REQUIRE(desk.push() != nullptr);
  CHECK(desk.push()->version == Version(3));
}

TEST_CASE("what an honest client said it did comes, however late, and nothing is sent before") {
  Desk desk("Visual Studio Code", "1.100", "one\n");
  desk.others(3, "!");
  desk.changes(2, {insert(0, "x")});
  desk.answers(true);
  desk.later(150);
  CHECK(desk.replica() == "xone!\n");
  desk.later(late_ms);
  CHECK(desk.push() == nullptr);
  SECTION("it comes") {
    desk.changes(3, {insert(3, "!")});  // "xon!e"
    CHECK(desk.replica() == "xone!\n");
    CHECK(desk.shadow() == "xon!e\n");
  }
  SECTION("messages that are something else say that it does not") {
    desk.changes(3, {insert(0, "y")});
    CHECK(desk.push() == nullptr);
    desk.changes(4, {insert(0, "z")});
    REQUIRE(desk.push() != nullptr);
    CHECK(desk.push()->edits == std::vector<link::Replacement>{{{0, 6}, {0, 6}, "!"}});
  }
}

TEST_CASE("Helix' messages are put in order, and one that never comes is mended by a save") {
  Desk desk("helix", "25.01", "\n");
  desk.changes(3, {insert(1, "b")});
  CHECK(desk.replica() == "\n");
  desk.changes(2, {insert(0, "a")});
  CHECK(desk.replica() == "ab\n");
  desk.changes(5, {insert(3, "d")});
  desk.later(gap_ms);
  CHECK(desk.is_lost());
  desk.give(Saved{"abcd\n"});
  desk.later(doubt_ms);
  CHECK_FALSE(desk.is_lost());
  CHECK(desk.replica() == "abcd\n");
}

TEST_CASE("who does not say who it is gets what it asks for, and nothing else") {
  Desk desk(nullptr, "", "one\n");
  desk.others(3, "!");
  CHECK(desk.push() == nullptr);
  desk.give(Pulled{});
  CHECK(desk.handed() == std::vector<link::Replacement>{{{0, 3}, {0, 3}, "!"}});
  desk.changes(2, {insert(3, "!")});
  CHECK(desk.replica() == "one!\n");
  CHECK(desk.is_quiet());
}

TEST_CASE("what was asked for and came after it had been given up is moved, not taken for typing") {
  Desk desk(nullptr, "", "one\n");
  desk.others(3, "!");
  desk.give(Pulled{});
  desk.changes(2, {insert(0, "x")});
  desk.later(150);
  CHECK(desk.replica() == "xone!\n");
  desk.changes(3, {insert(3, "!"), insert(0, "y")});  // "yxon!e"
  CHECK(desk.replica() == "yxone!\n");
  desk.later(retry_ms);
  desk.give(Pulled{});
  CHECK(desk.handed() == std::vector<link::Replacement>{{{0, 4}, {0, 5}, ""}, {{0, 6}, {0, 6}, "!"}});
}

TEST_CASE("empty lines behind a text without a final newline wait for what follows them") {
  Desk desk("Neovim", "0.10.4", "one");
  desk.others(3, "\n\n");
  CHECK(desk.push() == nullptr);
  desk.others(0, "L");
  REQUIRE(desk.push() != nullptr);
  desk.answers(true);
  desk.changes(3, {insert(0, "L"), {Range{{0, 4}, {0, 4}}, ""}});
  CHECK(desk.is_quiet());
  desk.others(6, "end\n");
  REQUIRE(desk.push() != nullptr);
  desk.answers(true);
  desk.changes(5, {insert(4, "\n\nend"), {Range{{0, 4}, {0, 4}}, ""}});
  CHECK(desk.shadow() == "Lone\n\nend");
  CHECK(desk.replica() == "Lone\n\nend\n");
  CHECK(desk.is_quiet());
}

TEST_CASE("the joining of two lines, told in two halves, is one small change") {
  Desk desk("Neovim", "0.7.2", "one\ntwo\n");
  desk.changes(2, {insert(3, " two")});
  CHECK(desk.replica() == "one\ntwo\n");
  desk.others(7, "!");
  desk.changes(2, {{Range{{1, 0}, {2, 0}}, ""}});
  CHECK(desk.replica() == "one two!\n");
}

TEST_CASE("halves that come seconds apart leave the original, with what others wrote into it, and not the copy") {
  Desk desk("Neovim", "0.10.4", "one\ntwo three\n");
  desk.changes(2, {insert(3, " two three")});
  desk.later(join_ms);
  CHECK(desk.replica() == "one two three\ntwo three\n");
  desk.others(17, "!");
  desk.changes(3, {{Range{{1, 0}, {2, 0}}, ""}, insert(0, "x")});
  CHECK(desk.replica() == "xone two! three\n");
  CHECK(desk.shadow() == "xone two three\n");
}

TEST_CASE("what a save says is not believed before the changes had time to come") {
  Desk desk("helix", "25.01", "one\n");
  desk.give(Saved{"one!\n"});
  desk.later(5'000);
  desk.changes(2, {insert(3, "!")});
  desk.later(unlikely_ms);
  CHECK(desk.replica() == "one!\n");
}

}  // namespace
}  // namespace tutti::plain
