#include <cstdlib>

#include "protocol/base/random.hpp"
#include "protocol/base/utf.hpp"
#include "protocol/wire/hub.hpp"
#include "tests/support/catch.hpp"

// Whatever a change holds, it comes out as it went in; whatever is done to its text, decoding ends with a value or a reason.

using namespace tutti;
using namespace tutti::wire;

namespace {

/// TUTTI_SEED replays one run.
std::vector<std::uint64_t> seeds() {
  if (const char* one = std::getenv("TUTTI_SEED")) return {std::strtoull(one, nullptr, 10)};
  std::vector<std::uint64_t> all(500);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  return all;
}

/// Any scalar value, the awkward ones more often.
std::string random_char(Random& random) {
  static const std::string awkward[] = {std::string(1, '\0'),
                                        "\x01",
                                        "\x1f",
                                        "\"",
                                        "\\",
                                        "/",
                                        "\x7f",
                                        "\n",
                                        "\r",
                                        "\t",
                                        "\b",
                                        "\f",
                                        "\xc2\x80",
                                        "\xe2\x80\xa8",
                                        "\xef\xbf\xbf",
                                        "\xed\x9f\xbf",
                                        "\xf0\x90\x80\x80",
                                        "\xf4\x8f\xbf\xbf"};
  if (random.chance(40)) return awkward[random.below(std::size(awkward))];
  return std::string(1, static_cast<char>('a' + random.below(26)));
}

std::string random_text(Random& random) {
  std::string text;
  for (std::uint64_t i = random.below(40); i > 0; --i) text += random_char(random);
  return text;
}

std::uint64_t random_u53(Random& random) {
  return random.next() & (((std::uint64_t{1} << 53U) - 1) >> random.below(53));
}

Change random_change(Random& random) {
  Change change;
  change.replica = static_cast<std::uint32_t>(random.next());
  change.seq = random_u53(random);
  for (std::uint64_t i = random.below(3); i > 0; --i) {
    change.parents.push_back({static_cast<std::uint32_t>(random.next()), random_u53(random)});
  }
  for (std::uint64_t i = random.below(5); i > 0; --i) {
    change.patches.push_back({random_u53(random), random_u53(random), random_text(random)});
  }
  return change;
}

std::string fitting(std::string text) {
  text.resize(utf8::boundary_before(text, kFileEditStampMax));
  return text;
}

FileEdit random_edit(Random& random) {
  FileEdit edit;
  if (random.chance(50)) edit.request = random_u53(random);
  if (random.chance(50)) edit.position = random_u53(random);
  if (random.chance(50)) edit.participant = random_id<ParticipantId>(random);
  edit.document = random_id<DocumentId>(random);
  edit.change = random_change(random);
  if (random.chance(50)) edit.stamp = fitting(random_text(random));
  return edit;
}

std::string mutated(std::string text, Random& random) {
  static const std::string_view parts[] = {
      "\"", "{", "}", "[", "]", ",", ":", "null", "-1", "1e9", "\\u", "\xff", "9007199254740993"};
  for (std::uint64_t i = 1 + random.below(3); i > 0; --i) {
    const std::size_t at = random.below(text.size() + 1);
    if (random.chance(50)) {
      text.insert(at, parts[random.below(std::size(parts))]);
    } else {
      text.erase(at, random.below(8));
    }
  }
  return text;
}

}  // namespace

TEST_CASE("random edits come out as they went in, up and down") {
  for (const std::uint64_t seed : seeds()) {
    INFO("TUTTI_SEED=" << seed);
    Random random(seed);
    const FileEdit edit = random_edit(random);
    const std::string frame = encode(edit);
    REQUIRE(utf8::valid(frame));
    const auto up = decode_up(frame);
    const auto down = decode_down(frame);
    REQUIRE(up.ok());
    REQUIRE(down.ok());
    CHECK(std::get<FileEdit>(*up) == edit);
    CHECK(std::get<FileEdit>(*down) == edit);
  }
}

TEST_CASE("a frame that was tampered with is refused with a sentence, or is another good frame") {
  std::size_t refused = 0;
  for (const std::uint64_t seed : seeds()) {
    INFO("TUTTI_SEED=" << seed);
    Random random(seed);
    const auto decoded = decode_up(mutated(encode(random_edit(random)), random));
    if (decoded) {
      const auto again = decode_up(encode(*decoded));
      REQUIRE(again.ok());
      CHECK(*again == *decoded);
    } else {
      ++refused;
      CHECK(decoded.error().message.find(": ") != std::string::npos);
      CHECK(decoded.error().message.size() < 200);
    }
  }
  CHECK(refused > 0);
}

TEST_CASE("roles are ranked, and agents stand where editors do") {
  CHECK(at_least(Role::owner, Role::editor));
  CHECK(at_least(Role::agent, Role::editor));
  CHECK(at_least(Role::editor, Role::agent));
  CHECK_FALSE(at_least(Role::viewer, Role::agent));
  CHECK_FALSE(at_least(Role::editor, Role::owner));
  CHECK(least_role(Up(FileEdit{})) == Role::editor);
  CHECK(least_role(Up(CursorMove{})) == Role::viewer);
  CHECK(type_of(Up(FileEdit{})) == "file:edit");
}

TEST_CASE("a large frame is read as a small one is") {
  Welcome welcome;
  welcome.documents.resize(20'000);
  for (std::size_t i = 0; i < welcome.documents.size(); ++i) welcome.documents[i].path = "file " + std::to_string(i);
  const std::string frame = encode(welcome);
  REQUIRE(frame.size() > std::size_t{1024} * 1024);
  const auto decoded = decode_down(frame);
  REQUIRE(decoded.ok());
  CHECK(std::get<Welcome>(*decoded) == welcome);
  CHECK(decode_up(encode(Ping{1, false})).ok());
}
