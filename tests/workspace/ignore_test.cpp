#include "lsp-server/mirror/ignore.hpp"

#include "tests/support/catch.hpp"

using namespace tutti::mirror;

TEST_CASE("patterns match as git has them", "[mirror]") {
  struct Case {
    const char *pattern, *path;
    bool matches;
  };
  const Case cases[] = {
      {"a", "a", true},
      {"a", "b", false},
      {"*.o", "x.o", true},
      {"*.o", "x.c", false},
      {"*.o", "d/x.o", false},
      {"a*b", "ab", true},
      {"a*b", "axxb", true},
      {"a*b", "a/b", false},
      {"a?b", "axb", true},
      {"a?b", "a/b", false},
      {"[ab]c", "bc", true},
      {"[!ab]c", "bc", false},
      {"[a-c]x", "bx", true},
      {"[a-c]x", "dx", false},
      {"**/x", "x", true},
      {"**/x", "a/b/x", true},
      {"a/**", "a/b/c", true},
      {"a/**", "a", false},
      {"a/**/b", "a/b", true},
      {"a/**/b", "a/x/y/b", true},
      {"a/**/b", "a/x/y/c", false},
      {"\\*", "*", true},
      {"\\*", "x", false},
      {"[]]", "]", true},
      {"a**b", "axxb", true},
      {"a**b", "a/b", false},
      {"*", "", true},
      {"**/*.c", "a/x.c", true},
      {"x/*/z", "x/y/z", true},
      {"x/*/z", "x/y/y/z", false},
      {"[", "[", true},
      {"*a*a*a*b", "aaaaaaaaaaaaaaa", false},
      {"**/a/**/b", "a/c/a/b", true},
  };
  for (const Case& each : cases) {
    CAPTURE(each.pattern, each.path);
    CHECK(glob_matches(each.pattern, each.path) == each.matches);
  }
}

TEST_CASE("the rules of nested .gitignore files", "[mirror]") {
  Ignore rules;
  rules.set("", "# a comment\n*.log\n!keep.log\nbuild/\n/only_here\ndocs/*.pdf\nnode_modules\n\\#x\ntrailing  \n");
  rules.set("sub", "!special.log\n*.tmp\r\n/here\n");
  struct Case {
    const char* path;
    bool hidden;
  };
  const Case cases[] = {
      {"a.log", true},
      {"sub/a.log", true},
      {"keep.log", false},
      {"sub/special.log", false},
      {"build/x", true},
      {"build", false},
      {"a/build/x", true},
      {"only_here", true},
      {"sub/only_here", false},
      {"docs/a.pdf", true},
      {"docs/x/a.pdf", false},
      {"node_modules/a/b.js", true},
      {"sub/a.tmp", true},
      {"a.tmp", false},
      {"sub/here", true},
      {"sub/deep/here", false},
      {"#x", true},
      {"trailing", true},
      {"src/main.cpp", false},
  };
  for (const Case& each : cases) {
    CAPTURE(each.path);
    CHECK(rules.hides(each.path) == each.hidden);
  }
  rules.set("sub", "");
  CHECK_FALSE(rules.hides("sub/a.tmp"));
}
