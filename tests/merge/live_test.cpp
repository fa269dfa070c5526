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

TEST_CASE("a key takes as many bytes as the table of FORMAT.md says") {
  const EventName mine{kName.replica, kName.seq - 1};
  const EventName other{ReplicaId(50'000), Seq(5'000'000)};
  const EventName third{ReplicaId(60'000), Seq(5'000'000)};
  const struct {
    const char* what;
    Version parents;
    std::size_t bytes;  ///< of one key of one byte at a place below 16,384
  } cases[] = {
      {"after one's own", {mine}, 4},
      {"after somebody else's", {other}, 9},
      {"after somebody else's and one's own", {mine, other}, 9},
      {"the same, where the other's replica is the older one", {{ReplicaId(30'000), Seq(5'000'000)}, mine}, 9},
      {"after somebody else's, in a young session", {{ReplicaId(12), Seq(100)}}, 6},
      {"after two others'", {other, third}, 19},
      {"after two others' and one's own", {mine, other, third}, 25},
      {"after somebody else's with more events than three bytes can count", {{other.replica, Seq(1U << 24U)}}, 11},
  };
  const std::pair<std::uint64_t, std::size_t> places[] = {{9'000, 0}, {2'000'000, 1}, {9'000'000, 2}};
  const std::string keys[] = {"x", "\xC3\xA9", "\xE6\xBC\xA2", "\xF0\x9F\x8E\x89"};
  for (const auto& c : cases) {
    for (const auto& [place, more] : places) {
      for (const std::string& key : keys) {
        INFO(c.what << " at " << place << ", " << key);
        const Change made = change(c.parents, {patch(place, 0, key)});
        const std::string bytes = encode_change(made);
        CHECK(bytes.size() == c.bytes + more + key.size() - 1);
        CHECK(*decode_change(bytes, kName) == made);
      }
    }
  }
}

TEST_CASE("other kinds of keys are short as well") {
  const Version own{{kName.replica, kName.seq - 1}};
  const struct {
    const char* what;
    Change change;
    std::size_t bytes;
  } cases[] = {
      {"at the beginning", change(own, {patch(100, 0, "x")}), 3},
      {"backspace", change(own, {patch(9'000'000, 1, "")}), 6},
      {"a key over a selection", change(own, {patch(9'000, 5, "x")}), 5},
      {"a key at three carets", change(own, {patch(100, 0, "x"), patch(200, 0, "x"), patch(300, 0, "x")}), 17},
  };
  for (const auto& c : cases) {
    INFO(c.what);
    const std::string bytes = encode_change(c.change);
    CHECK(bytes.size() == c.bytes);
    CHECK(*decode_change(bytes, kName) == c.change);
  }
}

TEST_CASE("any change is the same after there and back, and cut short it is refused or another") {
  Random random(5);
  for (int i = 0; i < 2000; ++i) {
    Version parents;
    if (random.chance(50)) parents.push_back({kName.replica, kName.seq - 1});
    for (std::uint64_t n = random.below(4); n > 0; --n) {
      parents.push_back({ReplicaId(static_cast<std::uint32_t>(random.below(1U << random.below(32)))),
                         Seq(random.below(1U << random.below(28)))});
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
      {"a parent that is cut short", "\x03\x01x", ErrorCode::corrupt},
      {"more parents than bytes", "\x02\x7f\x01x", ErrorCode::corrupt},
      {"more patches than bytes", "\x0c\x7f\x01x", ErrorCode::corrupt},
      {"an erase and something behind it", std::string("\x04\x01\x01x", 4), ErrorCode::corrupt},
  };
  for (const auto& c : cases) {
    INFO(c.what);
    CHECK(decode_change(c.bytes, kName).error().code == c.code);
  }
  CHECK_FALSE(decode_change(std::string("\x00\x01x", 3), {ReplicaId(1), Seq(0)}).ok());  // nothing is before the first
  CHECK_FALSE(decode_change(std::string("\x83\x02\x00\x00\x01x", 6), {ReplicaId(1), Seq(0)}).ok());
  CHECK(decode_change(std::string("\x83\x02\x00\x00\x01x", 6), kName).ok());
}
