#include "sync/net/websocket/codec.hpp"

#include <string>
#include <vector>

#include "protocol/base/random.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;
using namespace tutti::net;

namespace {

using Side = WsParser::Side;

std::string describe(const std::vector<WsEvent>& events) {
  static const char* const names[] = {"text", "binary", "ping", "pong", "close", "failed"};
  std::string out;
  for (const WsEvent& event : events) {
    out += names[static_cast<int>(event.kind)];
    if (event.code != 0) out += ' ' + std::to_string(event.code);
    if (event.kind != WsEvent::Kind::failed) {
      out += event.payload.size() > 64 ? " <" + std::to_string(event.payload.size()) + " bytes>" : " '" + event.payload + '\'';
    }
    out += '\n';
  }
  return out;
}

std::string run(Side side, const std::vector<std::string_view>& pieces, const WsCodecLimits& limits = {}) {
  WsParser parser(side, limits);
  std::vector<WsEvent> events;
  for (const std::string_view piece : pieces) parser.feed(piece, events);
  return describe(events);
}

std::string run_every_split(Side side, std::string_view bytes, const WsCodecLimits& limits = {}) {
  const std::string whole = run(side, {bytes}, limits);
  std::vector<std::string_view> single;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    single.push_back(bytes.substr(i, 1));
    INFO("cut at " << i);
    CHECK(run(side, {bytes.substr(0, i), bytes.substr(i)}, limits) == whole);
  }
  CHECK(run(side, single, limits) == whole);
  return whole;
}

// A client's frame with any first byte: final bit, reserved bits, opcode.
std::string raw(unsigned first, std::string_view payload) {
  std::string frame = ws_masked_frame(WsOpcode::text, payload, {1, 2, 3, 4});
  frame[0] = static_cast<char>(first);
  return frame;
}

}  // namespace

TEST_CASE("WebSocket messages are read, however the bytes are cut") {
  struct Case {
    std::string bytes;
    std::string expected;
  };
  const Case cases[] = {
      {raw(0x81, "hello"), "text 'hello'\n"},
      {raw(0x81, ""), "text ''\n"},
      {raw(0x82, "\xff\xfe"), "binary '\xff\xfe'\n"},
      {raw(0x82, std::string(126, 'x')), "binary <126 bytes>\n"},
      {raw(0x01, "he") + raw(0x00, "ll") + raw(0x80, "o"), "text 'hello'\n"},
      {raw(0x01, "he") + raw(0x89, "p") + raw(0x80, "llo") + raw(0x8a, "q"), "ping 'p'\ntext 'hello'\npong 'q'\n"},
      {raw(0x01, "\xe2\x82") + raw(0x80, "\xac"), "text '\xe2\x82\xac'\n"},
      {raw(0x01, "") + raw(0x00, "") + raw(0x80, ""), "text ''\n"},
      {raw(0x88, ws_close_payload(1000, "bye")) + raw(0x81, "late"), "close 1000 'bye'\n"},
      {raw(0x88, ""), "close 1005 ''\n"},
      {raw(0x88, ws_close_payload(4321, "")), "close 4321 ''\n"},
  };
  for (const Case& c : cases) {
    INFO(c.expected);
    CHECK(run_every_split(Side::server, c.bytes) == c.expected);
  }
  CHECK(run_every_split(Side::client, ws_frame(WsOpcode::text, "hello") + ws_frame(WsOpcode::ping, "")) ==
        "text 'hello'\nping ''\n");
}

TEST_CASE("breaches of RFC 6455 end the connection with the right code") {
  struct Case {
    const char* what;
    std::string bytes;
    int code;
  };
  std::string long_ping = raw(0x89, std::string(126, 'p'));
  std::string not_minimal = raw(0x81, std::string(130, 'x'));
  not_minimal[2] = 0;  // the length 130 & 0xff in two bytes, as 2
  const Case cases[] = {
      {"unmasked client frame", ws_frame(WsOpcode::text, "x"), 1002},
      {"RSV1", raw(0xc1, "x"), 1002},
      {"RSV2", raw(0xa1, "x"), 1002},
      {"RSV3", raw(0x91, "x"), 1002},
      {"opcode 3", raw(0x83, "x"), 1002},
      {"opcode 11", raw(0x8b, "x"), 1002},
      {"opcode 15", raw(0x8f, "x"), 1002},
      {"continuation of nothing", raw(0x80, "x"), 1002},
      {"a new message inside one", raw(0x01, "x") + raw(0x81, "y"), 1002},
      {"fragmented ping", raw(0x09, "x"), 1002},
      {"long ping", long_ping, 1002},
      {"length not minimal", std::string("\x81\xfe\x00\x02\x01\x02\x03\x04xx", 10), 1002},
      {"64-bit length with the top bit", std::string("\x82\xff\x80\x00\x00\x00\x00\x00\x00\x00\x01\x02\x03\x04", 14), 1002},
      {"close with one byte", raw(0x88, "x"), 1002},
      {"close code 999", raw(0x88, ws_close_payload(999, "")), 1002},
      {"close code 1004", raw(0x88, ws_close_payload(1004, "")), 1002},
      {"close code 1005", raw(0x88, ws_close_payload(1005, "")), 1002},
      {"close code 1006", raw(0x88, ws_close_payload(1006, "")), 1002},
      {"close code 1015", raw(0x88, ws_close_payload(1015, "")), 1002},
      {"close code 2999", raw(0x88, ws_close_payload(2999, "")), 1002},
      {"close code 5000", raw(0x88, ws_close_payload(5000, "")), 1002},
      {"close reason not UTF-8", raw(0x88, ws_close_payload(1000, "\xff")), 1007},
      {"text not UTF-8", raw(0x81, "a\xffz"), 1007},
      {"surrogate", raw(0x81, "\xed\xa0\x80"), 1007},
      {"over-long", raw(0x81, "\xc0\x80"), 1007},
      {"above U+10FFFF", raw(0x81, "\xf4\x90\x80\x80"), 1007},
      {"character cut at the end", raw(0x81, "\xe2\x82"), 1007},
      {"character broken by a fragment", raw(0x01, "\xe2") + raw(0x80, "x"), 1007},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    CHECK(run_every_split(Side::server, c.bytes) == "failed " + std::to_string(c.code) + "\n");
  }
  CHECK(run(Side::client, {raw(0x81, "masked")}) == "failed 1002\n");
}

TEST_CASE("WebSocket limits are seen with the first byte of a payload") {
  const WsCodecLimits limits{100, 150, 3};
  CHECK(run(Side::server, {raw(0x82, std::string(100, 'x'))}, limits) == "binary <100 bytes>\n");
  CHECK(run(Side::server, {std::string_view(raw(0x82, std::string(101, 'x'))).substr(0, 7)}, limits) == "failed 1009\n");
  const std::string two = raw(0x02, std::string(100, 'x')) + raw(0x80, std::string(51, 'x'));
  CHECK(run_every_split(Side::server, two, limits) == "failed 1009\n");
  const std::string four = raw(0x02, "") + raw(0x00, "") + raw(0x00, "") + raw(0x80, "");
  CHECK(run_every_split(Side::server, four, limits) == "failed 1009\n");
  const std::string huge("\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x01\x02\x03\x04x", 15);
  CHECK(run_every_split(Side::server, huge, limits) == "failed 1009\n");
}

TEST_CASE("frames that are written are read again, at every size of header") {
  for (const std::size_t size : {0, 1, 125, 126, 127, 4095, 4096, 4097, 65535, 65536, 200000}) {
    std::string payload(size, '\0');
    for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<char>(i * 31);
    std::vector<WsEvent> events;
    WsParser client(Side::client, {});
    client.feed(ws_header(WsOpcode::binary, size), events);
    client.feed(payload, events);
    WsParser server(Side::server, {});
    server.feed(ws_masked_frame(WsOpcode::binary, payload, {0xde, 0xad, 0xbe, 0xef}), events);
    REQUIRE(events.size() == 2);
    CHECK(events[0].payload == payload);
    CHECK(events[1].payload == payload);
  }
}

TEST_CASE("a long close reason is cut between characters") {
  const std::string payload = ws_close_payload(4000, std::string(122, 'x') + "\xe2\x82\xac");
  CHECK(payload.size() == 124);
  CHECK(run(Side::server, {raw(0x88, payload)}).starts_with("close 4000"));
}

TEST_CASE("the handshake's answer is the one of RFC 6455") {
  CHECK(ws_accept("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST_CASE("UTF-8 is told from what is not, byte by byte") {
  const auto valid = [](std::string_view text) {
    Utf8Check check;
    for (const char c : text) {
      if (!check.feed({&c, 1})) return false;
    }
    return check.complete();
  };
  for (const std::string_view text : {"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
                                      "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    CHECK(valid(text));
  }
  for (const std::string_view text : {"\x80", "\xc1\xbf", "\xc2", "\xc2\x41", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xef\xbf",
                                      "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"}) {
    CHECK_FALSE(valid(text));
  }
}

TEST_CASE("random bytes never make the WebSocket parser do worse than fail") {
  const std::uint64_t seed = 7;
  Random random(seed);
  INFO("seed " << seed);
  for (int round = 0; round < 20000; ++round) {
    std::string bytes = raw(0x01, "he") + raw(0x89, "p") + raw(0x80, "llo") + raw(0x88, ws_close_payload(1000, "x"));
    for (std::uint64_t n = random.below(3) + 1; n > 0; --n)
      bytes[random.below(bytes.size())] = static_cast<char>(random.next());
    const std::string_view view = bytes;
    const std::size_t cut = random.below(bytes.size());
    REQUIRE(run(Side::server, {view.substr(0, cut), view.substr(cut)}) == run(Side::server, {view}));
  }
}
