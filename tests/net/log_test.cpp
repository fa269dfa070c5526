#include "sync/net/log.hpp"

#include "tests/net/support.hpp"

using namespace tutti::net;
using namespace tutti::net::test;

TEST_CASE("a log line is one line of JSON or of text, whatever is in its fields") {
  const std::string hostile = "a\r\nb\x1b[31m\"\\\x7f\xc2\x9b\xff\xe2\x82\xac";
  CHECK(format_log_line(true, LogLevel::warn, "closed", {{"peer", hostile}, {"n", 7}, {"ok", true}}) ==
        "{\"level\":\"warn\",\"message\":\"closed\",\"peer\":\"a\\u000d\\u000ab\\u001b["
        "31m\\\"\\\\\\u007f\\u009b\xef\xbf\xbd\xe2\x82\xac\",\"n\":7,"
        "\"ok\":true}");
  CHECK(format_log_line(false, LogLevel::info, "hello", {{"who", "a b\n"}, {"n", -1}}) == "info hello who=\"a b\\u000a\" n=-1");
}

TEST_CASE("a field is cut at its limit, between characters") {
  std::string euros;
  for (int i = 0; i < 1000; ++i) euros += "\xe2\x82\xac";
  const std::string line = format_log_line(true, LogLevel::info, "x", {{"v", euros}});
  CHECK(line.size() < max_log_field + 100);
  CHECK(line.ends_with("\xe2\x82\xac...\"}"));
}

TEST_CASE("levels are parsed and obeyed, and a file takes the log") {
  CHECK(parse_log_level("debug") == LogLevel::debug);
  CHECK_FALSE(parse_log_level("loud"));
  const TempDir dir;
  CHECK_FALSE(log_to_file(dir.path()));
  set_log_level(LogLevel::warn);
  CHECK_FALSE(log_enabled(LogLevel::info));
  set_log_level(LogLevel::info);
  CHECK(log_enabled(LogLevel::info));
}
