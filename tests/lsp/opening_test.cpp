#include "lsp-server/link/opening.hpp"

#include "tests/support/catch.hpp"

namespace tutti::link {
namespace {

using text::Chars;
using text::Delta;

std::optional<text::Snapshot> snapshot(const char* text) {
  return text == nullptr ? std::nullopt : std::optional(text::Rope(text).snapshot());
}

/// The text that both sides come to.
std::string merged(const Bases& bases, const std::string& opened, const std::string& replica) {
  const Fork both = fork(bases, opened, replica);
  text::Rope from_buffer(opened);
  text::Rope from_replica(replica);
  text::apply(from_buffer, text::transform(both.theirs, both.mine, text::Left::theirs));
  text::apply(from_replica, text::transform(both.mine, both.theirs, text::Left::mine));
  CHECK(from_buffer.str() == from_replica.str());
  return from_replica.str();
}

TEST_CASE("what was opened is compared with what the buffer grew from") {
  struct Case {
    const char* what;
    const char *shadow, *disk, *kept;
    const char *opened, *replica, *expected;
  };
  const Case table[] = {
      {"hot exit", "one\n", "old\n", nullptr, "one\nmine\n", "theirs\none\n", "theirs\none\nmine\n"},
      {"a reload takes back nothing of others", "one\ntwo\n", "one\n", nullptr, "one\n", "one\ntwo\n", "one\ntwo\n"},
      {"a reload of a file that a tool changed", "one\ntwo\nthree\n", "one\n", nullptr, "ONE\n", "one\ntwo\nthree\n",
       "ONE\ntwo\nthree\n"},
      {"typed while no server ran", nullptr, "one\n", "one\ntwo\n", "one\ntwo\nmine\n", "one\ntwo\n", "one\ntwo\nmine\n"},
      {"typed, reached the hub, then the process died", nullptr, "one\n", nullptr, "one\nmine\n", "one\nmine\n", "one\nmine\n"},
      {"nothing is known, but it is one text", nullptr, nullptr, nullptr, "one two three mine\n", "theirs one two three\n",
       "theirs one two three mine\n"},
      {"nothing is known: both are kept", nullptr, nullptr, nullptr, "mine\n", "theirs\n", "mine\ntheirs\n"},
  };
  for (const Case& c : table) {
    INFO(c.what);
    CHECK(merged({snapshot(c.shadow), {}, {}, snapshot(c.disk), {}, snapshot(c.kept)}, c.opened, c.replica) == c.expected);
  }
}

TEST_CASE("an edit that was on its way at the closing counts as landed only if all that it inserted is there") {
  struct Case {
    const char* what;
    Delta flight;
    const char *opened, *replica, *expected;
  };
  const Delta insert = Delta().retain(Chars(2)).insert("theirs.\n");
  const Delta replace = Delta().retain(Chars(2)).insert("T").erase(Chars(1));
  const Delta erase = Delta().erase(Chars(2));
  const Case table[] = {
      {"landed", insert, "a\ntheirs.\nb.\n", "a\ntheirs.\nb.\n", "a\ntheirs.\nb.\n"},
      {"landed, then typed", insert, "a\ntheirs.\nmine.\nb.\n", "a\ntheirs.\nb.\n", "a\ntheirs.\nmine.\nb.\n"},
      {"not landed", insert, "a\nb.\n", "a\ntheirs.\nb.\n", "a\ntheirs.\nb.\n"},
      {"not landed, and what was typed looks like it", insert, "a\nmine.\nb.\n", "a\ntheirs.\nb.\n", "a\nmine.\ntheirs.\nb.\n"},
      {"a replacement that landed", replace, "a\nT.\n", "a\nT.\n", "a\nT.\n"},
      {"a replacement that did not land", replace, "a\nb.\nc\n", "a\nT.\n", "a\nT.\nc\n"},
      {"a deletion that landed", erase, "b.\n", "b.\n", "b.\n"},
      {"a deletion that did not land", erase, "a\nb.\nc\n", "b.\n", "b.\nc\n"},
  };
  for (const Case& c : table) {
    INFO(c.what);
    CHECK(merged({snapshot("a\nb.\n"), {}, c.flight, {}, {}, {}}, c.opened, c.replica) == c.expected);
  }
}

TEST_CASE("an edit that was on its way when the process died may have landed, and more was typed behind it") {
  struct Case {
    const char* what;
    const char *sent, *opened, *replica, *expected;
  };
  const Case table[] = {
      {"landed, then typed at its end", "a\nx one.\nb.\n", "a\nx one. mine.\nb.\n", "a\nx two one.\nb.\n",
       "a\nx two one. mine.\nb.\n"},
      {"not landed, then typed", "a\nx one.\nb.\n", "a\nmine.\nb.\n", "a\nx two one.\nb.\n", "a\nmine.\nx two one.\nb.\n"},
      {"landed, and it was all there is", "a\nx one.\nb.\n", "a\nx one.\nb.\n", "a\nx two one.\nb.\n", "a\nx two one.\nb.\n"},
  };
  for (const Case& c : table) {
    INFO(c.what);
    Bases bases;
    bases.disk = bases.kept = snapshot("a\nb.\n");
    bases.recent = {*snapshot(c.replica), *snapshot(c.sent), *snapshot("a\nb.\n")};
    CHECK(merged(bases, c.opened, c.replica) == c.expected);
  }
}

}  // namespace
}  // namespace tutti::link
