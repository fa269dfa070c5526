#include "sync/net/http/codec.hpp"

#include <string>
#include <vector>

#include "protocol/base/random.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;
using namespace tutti::net;

namespace {

// What a parser made of a stream of bytes, as text, so that two runs can be compared.
struct Trace {
  std::string text;

  void note(const HttpMessage& m) {
    text += m.method + ' ' + m.target + ' ' + std::to_string(m.status);
    for (const auto& [name, value] : m.headers.fields()) text += " [" + name + ": " + value + ']';
    text += " body=" + m.body + (m.keep_alive ? " keep\n" : " close\n");
  }
};

// Feeds `pieces` in order; false once the parser wants no more.
bool feed(HttpParser& parser, std::string_view bytes, Trace& trace) {
  for (;;) {
    switch (parser.feed(bytes)) {
      case HttpParser::Event::need_more:
        return true;
      case HttpParser::Event::head:
        break;
      case HttpParser::Event::message:
        trace.note(parser.message());
        break;
      case HttpParser::Event::upgrade:
        trace.note(parser.message());
        trace.text += "upgrade\n";
        return false;
      case HttpParser::Event::failed:
        trace.text += "failed " + std::to_string(parser.failure().status) + '\n';
        return false;
    }
  }
}

std::string run(HttpParser::Kind kind, const std::vector<std::string_view>& pieces, const HttpCodecLimits& limits = {}) {
  HttpParser parser(kind, limits);
  Trace trace;
  for (const std::string_view piece : pieces) {
    if (!feed(parser, piece, trace)) break;
  }
  return trace.text;
}

// The same result however the bytes are cut: in one piece, in two at every place, byte by byte.
std::string run_every_split(HttpParser::Kind kind, std::string_view bytes, const HttpCodecLimits& limits = {}) {
  const std::string whole = run(kind, {bytes}, limits);
  std::vector<std::string_view> single;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    single.push_back(bytes.substr(i, 1));
    INFO("cut at " << i);
    CHECK(run(kind, {bytes.substr(0, i), bytes.substr(i)}, limits) == whole);
  }
  CHECK(run(kind, single, limits) == whole);
  return whole;
}

std::string request(std::string_view bytes, const HttpCodecLimits& limits = {}) {
  return run_every_split(HttpParser::Kind::request, bytes, limits);
}

}  // namespace

TEST_CASE("requests are parsed, however the bytes are cut") {
  struct Case {
    std::string_view bytes;
    std::string_view expected;
  };
  const Case cases[] = {
      {"GET /a?b=c HTTP/1.1\r\nHost: h\r\n\r\n", "GET /a?b=c 0 [host: h] body= keep\n"},
      {"GET / HTTP/1.0\r\n\r\n", "GET / 0 body= close\n"},
      {"\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", "GET / 0 [host: h] body= keep\n"},
      {"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "GET / 0 [host: h] [connection: close] body= close\n"},
      {"GET / HTTP/1.1\r\nHOST: h\r\nX-Empty:\r\nX-Space:  a b \r\n\r\n",
       "GET / 0 [host: h] [x-empty: ] [x-space: a b] body= keep\n"},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello",
       "POST / 0 [host: h] [content-length: 5] body=hello keep\n"},
      {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3;x=y\r\nyou\r\n0\r\n\r\n",
       "POST / 0 [host: h] [transfer-encoding: chunked] body=helloyou keep\n"},
      {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nTrailer: t\r\n\r\nGET /2 "
       "HTTP/1.1\r\nHost: h\r\n\r\n",
       "POST / 0 [host: h] [transfer-encoding: chunked] body=x keep\nGET /2 0 [host: h] body= keep\n"},
      {"GET /1 HTTP/1.1\r\nHost: h\r\n\r\nPOST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhiGET /3 HTTP/1.1\r\nHost: "
       "h\r\n\r\n",
       "GET /1 0 [host: h] body= keep\nPOST /2 0 [host: h] [content-length: 2] body=hi keep\nGET /3 0 [host: h] body= keep\n"},
      {"OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", "OPTIONS * 0 [host: h] body= keep\n"},
      {"GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n",
       "GET / 0 [host: h] [connection: Upgrade, HTTP2-Settings] [upgrade: h2c] body= keep\n"},
      {"GET /w HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x80rest",
       "GET /w 0 [host: h] [connection: Upgrade] [upgrade: websocket] body= keep\nupgrade\n"},
  };
  for (const Case& c : cases) {
    INFO(c.bytes);
    CHECK(request(c.bytes) == c.expected);
  }
}

TEST_CASE("requests on which two parsers could disagree are refused") {
  struct Case {
    std::string_view bytes;
    std::string_view status;
  };
  const Case cases[] = {
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +5\r\n\r\nhello", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5, 5\r\n\r\nhello", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999999\r\n\r\n", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "501"},
      {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
      {"POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "501"},
      {"GET / HTTP/1.1\r\nHost: h\r\nX-Fold: a\r\n b\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\n Host: h\r\n\r\n", "400"},
      {"GET / HTTP/1.1\nHost: h\n\n", "400"},
      {"GET / HTTP/1.1\r\nHost: h\rX: y\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: h\r\nX: a\x01z\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost : h\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: h\r\nX(): y\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: h\r\n: y\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400"},
      {"GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
      {"GET * HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
      {"GET / HTTP/1.2\r\nHost: x\r\n\r\n", "400"},
      {"GET / HTTP/2.0\r\nHost: x\r\n\r\n", "505"},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400"},
      {"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", "501"},
      {"TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", "501"},
      {"BREW / HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
      {"\x16\x03\x01\x02", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nx", "400"},
  };
  for (const Case& c : cases) {
    INFO(c.bytes);
    CHECK(request(c.bytes) == "failed " + std::string(c.status) + "\n");
  }
}

TEST_CASE("a request's limits hold wherever the bytes are cut") {
  const HttpCodecLimits limits{200, 3, 10};
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\n";
  CHECK(request(head + "X: " + std::string(200, 'x'), limits) == "failed 431\n");
  CHECK(request(head + "A: 1\r\nB: 2\r\nC: 3\r\n\r\n", limits) == "failed 431\n");
  CHECK(request(head + "Content-Length: 11\r\n\r\n", limits) == "failed 413\n");
  CHECK(request(head + "Transfer-Encoding: chunked\r\n\r\n6\r\nsixsix\r\n6\r\nsixsix\r\n0\r\n\r\n", limits) == "failed 413\n");
  CHECK(request(head + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(201, 'e') + "\r\nx\r\n0\r\n\r\n", limits) ==
        "failed 431\n");
  CHECK(request(head + "Transfer-Encoding: chunked\r\n\r\n0\r\nT: " + std::string(201, 't') + "\r\n\r\n", limits) ==
        "failed 431\n");
  CHECK(request(std::string(201, '\n'), limits) == "failed 400\n");
  CHECK(request(head + "Content-Length: 10\r\n\r\n0123456789", limits).ends_with("body=0123456789 keep\n"));
}

TEST_CASE("responses are parsed, however the bytes are cut") {
  const auto response = [](std::string_view bytes) { return run_every_split(HttpParser::Kind::response, bytes); };
  CHECK(response("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi") == "  200 [content-length: 2] body=hi keep\n");
  CHECK(response("HTTP/1.1 204 No Content\r\n\r\n") == "  204 body= keep\n");
  CHECK(response("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n") ==
        "  100 body= keep\n  201 [content-length: 0] body= keep\n");
  CHECK(response("HTTP/1.1 101 Go\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\x81") ==
        "  101 [upgrade: websocket] [connection: Upgrade] body= keep\nupgrade\n");
  CHECK(response("SSH-2.0-OpenSSH_9\r\n\r\n") == "failed 400\n");
}

TEST_CASE("a response without a length ends with the connection") {
  HttpParser parser(HttpParser::Kind::response, {});
  std::string_view bytes = "HTTP/1.1 200 OK\r\n\r\nall of it";
  CHECK(parser.feed(bytes) == HttpParser::Event::head);
  CHECK(parser.feed(bytes) == HttpParser::Event::need_more);
  CHECK(parser.finish() == HttpParser::Event::message);
  CHECK(parser.message().body == "all of it");
}

TEST_CASE("a response that stops early is not taken for a whole one") {
  HttpParser parser(HttpParser::Kind::response, {});
  std::string_view bytes = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel";
  CHECK(parser.feed(bytes) == HttpParser::Event::head);
  CHECK(parser.feed(bytes) == HttpParser::Event::need_more);
  CHECK(parser.in_message());
  CHECK(parser.finish() == HttpParser::Event::failed);
}

TEST_CASE("the answers to HEAD and CONNECT have no body") {
  HttpParser head(HttpParser::Kind::response, {});
  head.expect_response_to("HEAD");
  std::string_view bytes = "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n";
  CHECK(head.feed(bytes) == HttpParser::Event::message);

  HttpParser connect(HttpParser::Kind::response, {});
  connect.expect_response_to("CONNECT");
  bytes = "HTTP/1.1 200 Established\r\n\r\nxyz";
  CHECK(connect.feed(bytes) == HttpParser::Event::upgrade);
  CHECK(bytes == "xyz");
}

TEST_CASE("random damage never makes the HTTP parser do worse than fail") {
  const std::string seeds[] = {
      "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nT: t\r\n\r\nGET / HTTP/1.1\r\nHost: "
      "h\r\n\r\n",
      "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhelloGET /w HTTP/1.1\r\nHost: h\r\nConnection: "
      "Upgrade\r\nUpgrade: websocket\r\n\r\n"};
  const std::string odd = std::string("\r\n\0 \t:;,%\x7f\xff", 11) + "0aZ";
  const std::uint64_t seed = 20261124;
  Random random(seed);
  INFO("seed " << seed);
  std::size_t parsed = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string bytes = seeds[random.below(2)];
    for (std::uint64_t n = random.below(4) + 1; n > 0; --n) {
      const std::size_t at = random.below(bytes.size());
      if (random.chance(50)) {
        bytes[at] = odd[random.below(odd.size())];
      } else {
        bytes.insert(at, 1, odd[random.below(odd.size())]);
      }
    }
    const std::string_view view = bytes;
    const std::size_t cut = random.below(bytes.size());
    const std::string whole = run(HttpParser::Kind::request, {view});
    REQUIRE(run(HttpParser::Kind::request, {view.substr(0, cut), view.substr(cut)}) == whole);
    parsed += whole.find("failed") == std::string::npos ? 1U : 0U;
  }
  CHECK(parsed > 0);
}
