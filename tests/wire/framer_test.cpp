#include "protocol/jsonrpc/framer.hpp"

#include "protocol/base/random.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;
using namespace tutti::jsonrpc;

namespace {

/// What came out, as one line: bodies in brackets, faults by their first words.
std::string show(const std::vector<Incoming>& out) {
  std::string text;
  for (const auto& item : out) {
    if (const auto* body = std::get_if<Body>(&item)) text += "[" + body->text + "]";
    if (const auto* fault = std::get_if<Fault>(&item)) text += fault->lost ? "{lost}" : "{fault}";
  }
  return text;
}

std::string feed_whole(const std::string& bytes) {
  Framer framer(32);
  std::vector<Incoming> out;
  framer.feed(bytes, out);
  return show(out);
}

std::string feed_pieces(const std::string& bytes, const std::vector<std::size_t>& cuts) {
  Framer framer(32);
  std::vector<Incoming> out;
  std::size_t at = 0;
  for (const std::size_t cut : cuts) {
    framer.feed(std::string_view(bytes).substr(at, cut - at), out);
    at = cut;
  }
  framer.feed(std::string_view(bytes).substr(at), out);
  return show(out);
}

std::string of_length(const std::string& length) {
  return "Content-Length: " + length + "\r\n\r\nabcdef";
}

const std::string kMixed = frame("{}") + "\r\n" +
                           "content-length:  3 \nContent-Type: application/vscode-jsonrpc; charset=utf-8\n\nabc" +
                           of_length("33") + std::string(27, 'z') + frame("") + frame("é\n\r\n");

}  // namespace

TEST_CASE("any header that leaves no doubt is understood") {
  const std::pair<std::string, std::string> cases[] = {
      {frame("hello"), "[hello]"},
      {frame("") + frame("x"), "[][x]"},
      {"Content-Length: 1\n\nx", "[x]"},
      {"CONTENT-LENGTH:1\r\nX-Other: a:b\r\n\r\nx", "[x]"},
      {"Content-Length: 1\r\nContent-Length: 1\r\n\r\nx", "[x]"},
      {"Content-Length: 1\r\nContent-Length: 2\r\n\r\nx", "{lost}"},
      {"\r\n\n" + frame("x") + "\n" + frame("y"), "[x][y]"},
      {"X: 1\r\n\r\nx", "{lost}"},
      {"Content-Length 1\r\n\r\nx", "{lost}"},
      {"GET / HTTP/1.1\r\n\r\n", "{lost}"},
      {of_length("-1"), "{lost}"},
      {of_length("+1"), "{lost}"},
      {of_length(""), "{lost}"},
      {of_length("1x"), "{lost}"},
      {of_length("0x1"), "{lost}"},
      {of_length("1, 1"), "{lost}"},
      {of_length("1073741825"), "{lost}"},
      {of_length("99999999999999999999999"), "{lost}"},
      {of_length("006"), "[abcdef]"},
      {of_length("33") + std::string(27, 'z') + frame("next"), "{fault}[next]"},
      {std::string(kHeaderMax + 1, 'a'), "{lost}"},
      {"X: " + std::string(2000, 'a') + "\r\nY: " + std::string(2100, 'a') + "\r\n" + of_length("1"), "{lost}"},
      {of_length("-1") + frame("x"), "{lost}"},
  };
  for (const auto& [bytes, expected] : cases) {
    INFO(bytes.substr(0, 80));
    CHECK(feed_whole(bytes) == expected);
  }
}

TEST_CASE("where the stream is cut does not matter") {
  const std::string expected = feed_whole(kMixed);
  REQUIRE(expected == "[{}][abc]{fault}[][é\n\r\n]");
  for (std::size_t first = 0; first <= kMixed.size(); ++first) {
    for (std::size_t second = first; second <= kMixed.size(); ++second) {
      if (feed_pieces(kMixed, {first, second}) != expected) FAIL("cut at " << first << " and " << second);
    }
  }
  std::vector<std::size_t> everywhere;
  for (std::size_t i = 1; i < kMixed.size(); ++i) everywhere.push_back(i);
  CHECK(feed_pieces(kMixed, everywhere) == expected);
}

TEST_CASE("random bytes are framed alike in one piece and byte by byte") {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    std::string bytes;
    const std::string_view parts[] = {"Content-Length:", " ", "1", "2", "\r\n", "\n", "{}", "x", ":", "\r\n\r\n", "\r"};
    for (std::uint64_t i = random.below(24); i > 0; --i) bytes += parts[random.below(std::size(parts))];
    std::vector<std::size_t> everywhere;
    for (std::size_t i = 1; i < bytes.size(); ++i) everywhere.push_back(i);
    CHECK(feed_pieces(bytes, everywhere) == feed_whole(bytes));
  }
}

TEST_CASE("an announced length takes no memory before its bytes come") {
  Framer framer;
  std::vector<Incoming> out;
  framer.feed("Content-Length: " + std::to_string(kBodyMax) + "\r\n\r\nx", out);
  CHECK(out.empty());
  CHECK_FALSE(framer.between_messages());
  CHECK_FALSE(framer.lost());
}
