#include "lsp-server/mirror/three_way.hpp"

#include "sync/text/rope.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;

TEST_CASE("what both sides did alike is taken once", "[mirror]") {
  struct Case {
    const char *base, *mine, *theirs, *both;
  };
  const Case cases[] = {
      {"a\nb\n", "a\nb\n", "a\nb\n", "a\nb\n"},
      {"a\nb\n", "a\nx\nb\n", "a\nb\n", "a\nx\nb\n"},
      {"a\nb\n", "a\nb\n", "a\nx\nb\n", "a\nx\nb\n"},
      {"a\nb\n", "a\nx\nb\n", "a\nx\nb\n", "a\nx\nb\n"},  // our own work, at the hub already
      {"", "xyz", "xy", "xyz"},                           // the first part of it was
      {"s\ne\n", "s\n1\n2\nM\ne\n", "s\n1\nT\n2\ne\n", "s\n1\nT\n2\nM\ne\n"},
      {"f() {\n}\n", "f() {\n}\ng() {\n}\n", "f() {\n}\ng() {\n}\nh() {\n}\n", "f() {\n}\ng() {\n}\nh() {\n}\n"},
      {"", "whole text\n", "whole ", "whole text\n"},
      {"a\nb\nc\n", "b\nc\n", "a\nb\n", "b\n"},
      {"a\nb\nc\n", "a\nc\n", "a\nc\n", "a\nc\n"},  // both deleted it
      {"one two three", "one 2 three", "one two 3", "one 2 3"},
      {"a\n", "a\nmine\n", "a\ntheirs\n", "a\nmine\ntheirs\n"},
      {"\u00e4\u00f6\n", "\u00e4x\u00f6\n", "\u00e4\u00f6y\n", "\u00e4x\u00f6y\n"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.base, each.mine, each.theirs);
    text::Rope rope(each.theirs);
    apply(rope, mirror::merge_three_way(each.base, each.mine, each.theirs));
    CHECK(rope.str() == each.both);
  }
}
