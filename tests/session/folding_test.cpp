// Old history is packed while nobody waits for it.

#include "sync/session/folding.hpp"
#include "sync/merge/log/log.hpp"
#include "tests/session/stage.hpp"

using namespace tutti;
using namespace tutti::session;
using namespace tutti::session::testing;

TEST_CASE("the older part of a long text is packed a part at each tick, and its newest events are not") {
  Core core;
  core.config.limits.fold_events = 3000;
  core.config.limits.fold_steps = 1;
  const DocumentId document = document_id(1);
  merge::Document& text = core.files.add(document, File{"a.txt", {}, false, merge::Document{}}).text;
  for (std::uint64_t i = 0; i < 3500; ++i) {
    REQUIRE(text.replace(ReplicaId(7), text::Chars(i % 2 == 0 ? 0 : i), text::Chars(0), "x").ok());
    want_folded(core, document, text, 500);
    CHECK(core.folding.empty() == (i + 1 < 3500));
  }
  int ticks = 0;
  for (; !core.folding.empty(); ++ticks) {
    REQUIRE_FALSE(text.is_folded());
    fold_further(core);
  }
  CHECK(ticks > 3);
  CHECK(text.log().folded() == 3000);
  fold_further(core);
  want_folded(core, document, text, 500);
  CHECK(core.folding.empty());
}
