// Changes as few bytes, for the rows of a store and for the wire.

#include "sync/merge/file/live.hpp"
#include "sync/merge/document.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/random_text.hpp"

using namespace tutti;
using namespace tutti::merge;
using text::Chars;

namespace {

constexpr EventName kName{ReplicaId(40'000), Seq(2'000'000)};  // of a long session of many people

Change change(Version parents, std::vector<Patch> patches) {
  return {kName.replica, kName.seq, std::move(parents), std::move(patches)};
}
Patch patch(std::uint64_t at, std::uint64_t erase, std::string insert) {
  return {Chars(at), Chars(erase), std::move(insert)};
}

}  // namespace

TEST_CASE("a key takes twelve bytes at the most") {
  const Version own{{kName.replica, kName.seq - 1}};
  const Version other{{ReplicaId(50'000), Seq(5'000'000)}};
  const struct {
    const char* what;
    Change change;
    std::size_t most;
  } cases[] = {
      {"a key after one's own", change(own, {patch(100, 0, "x")}), 3},
      {"the same, far down in a text of megabytes", change(own, {patch(9'000'000, 0, "x")}), 6},
      {"a key after somebody else's", change(other, {patch(9'000, 0, "x")}), 11},
      {"the same, far down", change(other, {patch(2'000'000, 0, "x")}), 12},
      {"a key of another alphabet", change(own, {patch(9'000'000, 0, "\xE6\xBC\xA2")}), 8},
      {"backspace", change(own, {patch(9'000'000, 1, "")}), 6},
      {"a key over a selection", change(own, {patch(9'000, 5, "x")}), 5},
      {"a key at three carets", change(own, {patch(100, 0, "x"), patch(200, 0, "x"), patch(300, 0, "x")}), 17},
  };
  for (const auto& c : cases) {
    INFO(c.what);
    const std::string bytes = encode_change(c.change);
    CHECK(bytes.size() <= c.most);
    CHECK(*decode_change(bytes, kName) == c.change);
  }
}

TEST_CASE("any change is the same after there and back, and cut short it is refused or another") {
  Random random(5);
  for (int i = 0; i < 2000; ++i) {
    Version parents;
    for (std::uint64_t n = random.below(4); n > 0; --n) {
      parents.push_back(
          {ReplicaId(static_cast<std::uint32_t>(random.below(1U << random.below(32)))), Seq(random.below(1U << 20U))});
    }
    std::vector<Patch> patches;
    for (std::uint64_t n = 1 + random.below(3); n > 0; --n) {
      patches.push_back(patch(random.below(1U << random.below(30)), random.below(3), test::random_text(random, 9)));
    }
    const Change made = change(parents, patches);
    const std::string bytes = encode_change(made);
    const auto again = decode_change(bytes, kName);
    REQUIRE(again.ok());
    REQUIRE(*again == made);
    const auto cut = decode_change(std::string_view(bytes).substr(0, random.below(bytes.size())), kName);
    if (cut) REQUIRE_FALSE(*cut == made);
  }
}

TEST_CASE("what is no change is refused") {
  const struct {
    const char* what;
    std::string bytes;
    ErrorCode code;
  } cases[] = {
      {"nothing", "", ErrorCode::corrupt},
      {"a head alone", std::string(1, '\0'), ErrorCode::corrupt},
      {"another format", "\x10\x01x", ErrorCode::version},
      {"parents of no kind", "\x03\x01x", ErrorCode::corrupt},
      {"more parents than bytes", "\x02\x7f\x01x", ErrorCode::corrupt},
      {"more patches than bytes", "\x0c\x7f\x01x", ErrorCode::corrupt},
      {"an erase and something behind it", std::string("\x04\x01\x01x", 4), ErrorCode::corrupt},
  };
  for (const auto& c : cases) {
    INFO(c.what);
    CHECK(decode_change(c.bytes, kName).error().code == c.code);
  }
  CHECK_FALSE(decode_change(std::string("\x00\x01x", 3), {ReplicaId(1), Seq(0)}).ok());  // nothing is before the first
}
