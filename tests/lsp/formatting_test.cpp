// What counts as a formatter's edit, and whose turn it is.
#include "lsp-server/server/formatting.hpp"

#include "tests/support/catch.hpp"

namespace tutti::lsp {
namespace {

const std::string code = "if(a){\nb();  \nc();\n}\n";

struct Case {
  const char* what;
  std::string after;  ///< of `code`
  bool formats;
};

TEST_CASE("a formatter's edit is one of blanks and punctuation at several places") {
  const std::vector<Case> cases = {
      {"indented, spaced and trimmed", "if (a) {\n  b();\n  c();\n}\n", true},
      {"semicolons away", "if(a){\n b()\n c()\n }\n", true},
      {"one key", "if(a){\nb();  \n c();\n}\n", false},
      {"two places", "if (a){\nb();  \n c();\n}\n", false},
      {"a word at three places", "if(xa){\nxb();  \nxc();\n}\n", false},
      {"words taken away", "(){\n();  \n();\n}\n", false},
      {"a letter of another script", "if(äa){\n b();  \n c();\n}\n", false},
      {"all of it", "", false},
  };
  for (const Case& one : cases) {
    INFO(one.what);
    CHECK(is_formatting(text::diff(code, one.after), text::Rope(code).snapshot()) == one.formats);
  }
  CHECK(!is_formatting({}, {}));
}

TEST_CASE("what is taken away is not looked at where the text before is not known") {
  text::Delta away;
  for (int i = 0; i < 3; ++i) away.erase(text::Chars(1)).retain(text::Chars(1));
  CHECK(is_formatting(away, {}));
  CHECK(!is_formatting(away, text::Rope("abcdef").snapshot()));
}

const auto ann = parse_id<ParticipantId>("00000000-0000-4000-8000-00000000000a").value();
const auto ben = parse_id<ParticipantId>("00000000-0000-4000-8000-00000000000b").value();

TEST_CASE("a file is with the formatter that was there last, for a while") {
  FormatterTurn turn;
  CHECK(!turn.holder(Instant(0)));
  turn.others(ben, ann, Instant(100));
  CHECK(turn.holder(Instant(100)) == ben);
  CHECK(turn.holder(Instant(100 + formatter_ms - 1)) == ben);
  CHECK(!turn.holder(Instant(100 + formatter_ms)));
  CHECK(!turn.take_back_due());
}

TEST_CASE("of two formatters at once one is taken back, once") {
  FormatterTurn anns;
  FormatterTurn bens;
  anns.own(true, Instant(50));
  bens.own(true, Instant(60));
  anns.others(ben, ann, Instant(100));
  bens.others(ann, ben, Instant(100));
  CHECK(!anns.take_back_due());
  CHECK(bens.take_back_due());
  CHECK(!bens.take_back_due());
  CHECK(!anns.holder(Instant(101)));
  CHECK(bens.holder(Instant(101)) == ann);
  bens.others(ann, ben, Instant(200));  // nothing of one's own since
  CHECK(!bens.take_back_due());
}

TEST_CASE("what is one's own and long done is not taken back") {
  FormatterTurn turn;
  turn.own(true, Instant(0));
  turn.others(ann, ben, Instant(formatter_ms));
  CHECK(!turn.take_back_due());
}

TEST_CASE("what was typed after one's own formatter is not taken back in its place") {
  const bool before = GENERATE(true, false);  // the other's came
  FormatterTurn turn;
  turn.own(true, Instant(0));
  if (before) turn.others(ann, ben, Instant(10));
  turn.own(false, Instant(20));
  if (!before) turn.others(ann, ben, Instant(30));
  CHECK(!turn.take_back_due());
}

}  // namespace
}  // namespace tutti::lsp
