#include "protocol/base/utf.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/random_text.hpp"

using namespace tutti;

TEST_CASE("UTF-8 is checked strictly") {
  struct Case {
    std::string_view text;
    bool valid;
  };
  using namespace std::string_view_literals;
  for (const Case& c : {
           Case{"", true},
           {"plain ASCII, longer than one word"sv, true},
           {"\0"sv, true},
           {"\xC2\x80"sv, true},
           {"\xDF\xBF"sv, true},
           {"\xE0\xA0\x80"sv, true},
           {"\xED\x9F\xBF"sv, true},
           {"\xEE\x80\x80"sv, true},
           {"\xF0\x90\x80\x80"sv, true},
           {"\xF4\x8F\xBF\xBF"sv, true},
           {"\x80"sv, false},
           {"\xC0\x80"sv, false},          // overlong NUL
           {"\xC1\xBF"sv, false},          // overlong
           {"\xE0\x9F\xBF"sv, false},      // overlong
           {"\xED\xA0\x80"sv, false},      // surrogate
           {"\xED\xBF\xBF"sv, false},      // surrogate
           {"\xF0\x8F\xBF\xBF"sv, false},  // overlong
           {"\xF4\x90\x80\x80"sv, false},  // beyond U+10FFFF
           {"\xF5\x80\x80\x80"sv, false},
           {"\xFF"sv, false},
           {"\xC2"sv, false},
           {"\xE2\x82"sv, false},
           {"\xF0\x9F\x98"sv, false},
           {"eight by\xE2\x82\xAC, then a break\xE2\x28\xA1"sv, false},
       }) {
    INFO(std::string(c.text));
    CHECK(utf8::valid(c.text) == c.valid);
  }
}

TEST_CASE("counts and skips agree with walking character by character") {
  Random random(11);
  for (int round = 0; round < 300; ++round) {
    const std::string text = test::random_text(random, 400);
    const auto chars = test::chars_of(text);
    std::uint64_t units = 0;
    std::uint64_t feeds = 0;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < chars.size(); ++i) {
      REQUIRE(utf8::skip_chars(text, i) == bytes);
      REQUIRE(utf8::skip_utf16(text, units) == bytes);
      if (chars[i].size() == 4) REQUIRE(utf8::skip_utf16(text, units + 1) == bytes);
      for (std::size_t inside = 1; inside < chars[i].size(); ++inside) {
        REQUIRE(utf8::boundary_before(text, bytes + inside) == bytes);
        REQUIRE(utf8::boundary_after(text, bytes + inside) == bytes + chars[i].size());
      }
      bytes += chars[i].size();
      units += chars[i].size() == 4 ? 2 : 1;
      if (chars[i] == "\n") REQUIRE(utf8::skip_lines(text, ++feeds) == bytes);
    }
    const auto counts = utf8::count(text);
    CHECK(counts.chars == chars.size());
    CHECK(counts.utf16 == units);
    CHECK(counts.lines == feeds);
    CHECK(utf8::count_chars(text) == chars.size());
    CHECK(utf8::skip_chars(text, chars.size() + 5) == text.size());
    CHECK(utf8::skip_lines(text, feeds + 1) == text.size());
  }
}
