// What of the link's edits is the person's own, and how undo and redo are told to the editor.
#include "lsp-server/link/link.hpp"
#include "tests/support/catch.hpp"

namespace tutti::link {
namespace {

struct Stage {
  Link link{Habits{}};
  Effects effects;

  void step(const Event& event) {
    effects.clear();
    link.step(event, Instant(1), effects);
  }
  template <class E>
  [[nodiscard]] const E* find() const {
    for (const Effect& effect : effects) {
      if (const auto* one = std::get_if<E>(&effect)) return one;
    }
    return nullptr;
  }
};

text::Snapshot snapshot(std::string_view text) {
  return text::Rope(text).snapshot();
}

}  // namespace

TEST_CASE("comparing and tidying is nothing that a person would undo, typing is") {
  Stage stage;
  stage.step(Opened{"one\n", snapshot("one\n"), snapshot("on\n")});
  stage.step(Opened{"one two\n", snapshot("one\n"), snapshot("one\n")});
  REQUIRE(stage.find<Local>() != nullptr);
  CHECK_FALSE(stage.find<Local>()->typed);
  stage.step(Edited{{2, 1, 0, {{{0, 0}, {0, 0}, "x"}}, std::nullopt, Cause::none}});
  REQUIRE(stage.find<Local>() != nullptr);
  CHECK(stage.find<Local>()->typed);
  stage.step(RemoteEdit{text::Delta().insert("y\r"), Cause::none});
  stage.step(Pump{});
  REQUIRE(stage.find<Local>() != nullptr);
  CHECK_FALSE(stage.find<Local>()->typed);
}

TEST_CASE("the cause of an undo goes with the edit that brings it, once") {
  Stage stage;
  stage.step(Opened{"one\n", snapshot("one\n"), snapshot("one\n")});
  stage.step(RemoteEdit{text::Delta().insert("x"), Cause::undo});
  stage.step(Pump{});
  REQUIRE(stage.find<SendEdit>() != nullptr);
  CHECK(stage.find<SendEdit>()->edit.cause == Cause::undo);
  stage.step(Acked{1, 1});
  stage.step(RemoteEdit{text::Delta().insert("y"), Cause::none});
  stage.step(Pump{});
  REQUIRE(stage.find<SendEdit>() != nullptr);
  CHECK(stage.find<SendEdit>()->edit.cause == Cause::none);
}

}  // namespace tutti::link
