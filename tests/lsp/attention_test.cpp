// When somebody counts as typing, idle and away.
#include "lsp-server/server/attention.hpp"

#include "tests/support/catch.hpp"

namespace tutti::lsp {
namespace {

const DocumentId one = *parse_id<DocumentId>("0d0c0001-1111-4111-8111-0123456789ab");
const DocumentId two = *parse_id<DocumentId>("0d0c0002-1111-4111-8111-0123456789ab");
using wire::Activity;

}  // namespace

TEST_CASE("a person is online, then idle, then away, and back with the first sign of life") {
  Attention attention(Instant(1'000));
  CHECK(attention.at(Instant(1'000)) == Attention::Shown{Activity::online, std::nullopt, false});
  CHECK(attention.next_change(Instant(1'000)) == Instant(121'000));
  CHECK(attention.at(Instant(120'999)).activity == Activity::online);
  CHECK(attention.at(Instant(121'000)).activity == Activity::idle);
  CHECK(attention.next_change(Instant(121'000)) == Instant(901'000));
  CHECK(attention.at(Instant(901'000)).activity == Activity::away);
  CHECK(attention.next_change(Instant(901'000)) == std::nullopt);
  attention.looked(one, Instant(1'000'000));
  CHECK(attention.at(Instant(1'000'000)) == Attention::Shown{Activity::online, one, false});
}

TEST_CASE("typing ends three seconds after the last key, or with the file") {
  Attention attention(Instant(0));
  attention.typed(one, Instant(10));
  CHECK(attention.at(Instant(3'009)) == Attention::Shown{Activity::online, one, true});
  CHECK(attention.next_change(Instant(20)) == Instant(3'010));
  CHECK_FALSE(attention.at(Instant(3'010)).typing);
  attention.typed(one, Instant(4'000));
  attention.looked(two, Instant(4'001));
  attention.closed(one);
  CHECK(attention.at(Instant(4'002)) == Attention::Shown{Activity::online, two, true});
  attention.closed(two);
  CHECK(attention.at(Instant(4'003)) == Attention::Shown{Activity::online, std::nullopt, false});
}

}  // namespace tutti::lsp
