#include "lsp-server/mirror/text_file.hpp"

#include "tests/support/catch.hpp"

using namespace tutti;
using namespace tutti::mirror;

TEST_CASE("bytes of a file become text and traits, and the same bytes again", "[mirror]") {
  struct Case {
    std::string bytes, text;
    wire::Eol eol;
    bool bom;
    std::string written;  ///< "=": the bytes themselves
  };
  const Case cases[] = {
      {"", "", wire::Eol::lf, false, "="},
      {"a", "a", wire::Eol::lf, false, "="},
      {"a\n", "a\n", wire::Eol::lf, false, "="},
      {"a\r\nb\r\n", "a\nb\n", wire::Eol::crlf, false, "="},
      {"a\r\nb", "a\nb", wire::Eol::crlf, false, "="},
      {"\r\n", "\n", wire::Eol::crlf, false, "="},
      {"\xEF\xBB\xBF", "", wire::Eol::lf, true, "="},
      {"\xEF\xBB\xBFx\r\n", "x\n", wire::Eol::crlf, true, "="},
      {"a\rb\n", "a\rb\n", wire::Eol::lf, false, "="},
      {"a\r", "a\r", wire::Eol::lf, false, "="},
      {"a\r\nb\r\nc\n", "a\nb\nc\n", wire::Eol::crlf, false, "a\r\nb\r\nc\r\n"},
      {"a\nb\nc\r\n", "a\nb\nc\n", wire::Eol::lf, false, "a\nb\nc\n"},
      {"a\nb\r\n", "a\nb\n", wire::Eol::lf, false, "a\nb\n"},
      {"\u00e4\U0001F600\n", "\u00e4\U0001F600\n", wire::Eol::lf, false, "="},
      {"a\r\r\n", "a\r\n", wire::Eol::crlf, false, "="},
  };
  for (const Case& each : cases) {
    CAPTURE(each.bytes);
    const auto decoded = decode_file(each.bytes);
    REQUIRE(std::holds_alternative<TextFile>(decoded));
    const auto& file = std::get<TextFile>(decoded);
    CHECK(file.text == each.text);
    CHECK(file.traits.eol == each.eol);
    CHECK(file.traits.bom == each.bom);
    CHECK(encode_file(file.text, file.traits) == (each.written == "=" ? each.bytes : each.written));
  }
}

TEST_CASE("what is not a text is not shared", "[mirror]") {
  const std::string not_texts[] = {std::string("a\0b", 3), "\xFF\xFE", "a\xC3", "\xC0\x80", "\xED\xA0\x80"};
  for (const std::string& bytes : not_texts) {
    const auto decoded = decode_file(bytes);
    REQUIRE(std::holds_alternative<NotText>(decoded));
    CHECK(std::get<NotText>(decoded) == NotText::binary);
  }
  CHECK(std::get<NotText>(decode_file(std::string(max_file_bytes + 1, 'a'))) == NotText::too_large);
  CHECK(std::holds_alternative<TextFile>(decode_file(std::string(max_file_bytes, 'a'))));
}
