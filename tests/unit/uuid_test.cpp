#include "protocol/base/uuid.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;

TEST_CASE("a UUID reads back as it was written, in either case") {
  Random random(7);
  const auto id = random_id<DocumentId>(random);
  CHECK(*parse_id<DocumentId>(to_string(id)) == id);
  CHECK(*parse_id<DocumentId>("00000000-0000-4000-8000-00000000000A") ==
        *parse_id<DocumentId>("00000000-0000-4000-8000-00000000000a"));
}

TEST_CASE("anything but the canonical shape is refused") {
  for (const char* text : {"", "0", "00000000-0000-4000-8000-00000000000", "00000000_0000-4000-8000-000000000000",
                           "0000000g-0000-4000-8000-000000000000", "00000000-0000-4000-8000-0000000000000"}) {
    CHECK_FALSE(parse_id<DocumentId>(text).ok());
  }
}
