#include <sys/stat.h>

#include "tests/net/support.hpp"

using namespace tutti;
using namespace tutti::net;
using namespace tutti::net::test;

namespace {

const std::string get_a = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

}  // namespace

TEST_CASE("a request and its answer make the round trip") {
  TestLoop loop;
  const auto server = serve(loop, echo_handlers());
  HttpCallOptions call;
  call.method = "POST";
  call.url = server->url() + "/path%20x/y?q=1&r=";
  call.body = std::string(300'000, 'b');
  call.headers.add("X-Mine", "v");
  const auto answer = fetch(loop, call);
  REQUIRE(answer.ok());
  CHECK(answer->status == 200);
  CHECK(answer->body == "POST /path%20x/y?q=1&r= " + call.body);
  CHECK(answer->headers.get("x-method") == "POST");
  CHECK(answer->headers.get("Date").size() == 29);
}

TEST_CASE("a large answer arrives whole") {
  TestLoop loop;
  HttpHandlers handlers;
  std::string big(20'000'000, 'x');
  for (std::size_t i = 0; i < big.size(); i += 1000) big[i] = static_cast<char>('a' + i / 1000 % 26);
  handlers.on_request = [&](const HttpRequest&, const Responder& responder) { responder.respond({200, {}, big}); };
  const auto server = serve(loop, std::move(handlers));
  const auto answer = get(loop, server->url() + "/");
  REQUIRE(answer.ok());
  CHECK(answer->body == big);
  HttpCallOptions small;
  small.url = server->url() + "/";
  small.max_body = 1000;
  const auto refused = fetch(loop, small);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::limit);
}

TEST_CASE("a connection is kept, and pipelined requests are answered in order, one at a time") {
  TestLoop loop;
  std::vector<std::pair<std::string, Responder>> waiting;
  HttpHandlers handlers;
  handlers.on_request = [&](const HttpRequest& request, Responder responder) {
    waiting.emplace_back(request.path, std::move(responder));
  };
  const auto server = serve(loop, std::move(handlers));
  RawClient client(loop, endpoint_of(*server));
  client.send(
      "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nPOST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhiGET /3 HTTP/1.1\r\nHost: "
      "h\r\n\r\n");
  for (const std::string path : {"/1", "/2", "/3"}) {
    loop.until([&] { return waiting.size() == 1; });
    CHECK(waiting[0].first == path);
    const Responder responder = waiting[0].second;
    waiting.clear();
    CHECK(responder.open());
    responder.respond({200, {}, "answer " + path + ";"});
    CHECK_FALSE(responder.open());
    responder.respond({200, {}, "second"});
    client.expect("answer " + path + ";");
  }
  CHECK(client.count("HTTP/1.1 200 OK") == 3);
  CHECK(client.count("second") == 0);
  CHECK(client.count("connection: keep-alive") == 3);
  CHECK(server->connections() == 1);
}

TEST_CASE("the last request of a connection is answered and the connection closed") {
  TestLoop loop;
  const auto server = serve(loop, echo_handlers());
  for (const std::string request : {"GET /z HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "GET /z HTTP/1.0\r\n\r\n"}) {
    RawClient client(loop, endpoint_of(*server));
    client.send(request);
    client.expect_end();
    CHECK(client.why.empty());
    CHECK(client.count("GET /z") == 1);
    CHECK(client.count("connection: close") == 1);
  }
}

TEST_CASE("HEAD is answered without a body, Expect with a 100, and injected header lines are left out") {
  TestLoop loop;
  HttpHandlers handlers;
  handlers.on_request = [](const HttpRequest& request, const Responder& responder) {
    responder.respond({200, {{"good", "1"}, {"bad", "x\r\nset-cookie: y"}}, "body of " + request.method});
  };
  const auto server = serve(loop, std::move(handlers));
  RawClient client(loop, endpoint_of(*server));
  client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n" + get_a);
  client.expect("body of GET");
  CHECK(client.count("content-length: 12") == 1);
  CHECK(client.count("content-length: 11") == 1);
  CHECK(client.count("body of HEAD") == 0);
  CHECK(client.count("set-cookie") == 0);
  CHECK(client.count("good: 1") == 2);
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  client.expect("100 Continue");
  client.send("ok");
  client.expect("body of POST");
}

TEST_CASE("a responder that nobody uses answers 500, and one whose client has gone does nothing") {
  TestLoop loop;
  std::vector<Responder> kept;
  HttpHandlers handlers;
  handlers.on_request = [&](const HttpRequest& request, const Responder& responder) {
    if (request.path == "/keep") kept.push_back(responder);
  };
  const auto server = serve(loop, std::move(handlers));
  const auto dropped = get(loop, server->url() + "/drop");
  REQUIRE(dropped.ok());
  CHECK(dropped->status == 500);
  {
    RawClient client(loop, endpoint_of(*server));
    client.send("GET /keep HTTP/1.1\r\nHost: h\r\n\r\n");
    loop.until([&] { return kept.size() == 1; });
  }
  kept[0].respond({200, {}, std::string(5'000'000, 'x')});
  loop.until([&] { return server->connections() == 0; });
  CHECK_FALSE(kept[0].open());
}

TEST_CASE("requests that are malformed or too large are refused and the connection is closed") {
  TestLoop loop;
  int seen = 0;
  HttpHandlers handlers;
  handlers.on_request = [&](const HttpRequest&, const Responder& responder) {
    ++seen;
    responder.respond({});
  };
  HttpLimits limits;
  limits.body_bytes = 1000;
  const auto server = serve(loop, std::move(handlers), limits);
  struct Case {
    std::string request;
    std::string status;
  };
  std::string fields;
  for (int i = 0; i < 64; ++i) fields += "X-" + std::to_string(i) + ": y\r\n";
  const Case cases[] = {
      {"GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(16 * 1024, 'x') + "\r\n\r\n", "431"},
      {"GET / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n", "431"},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n" + std::string(1001, 'x'), "413"},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
      {"nonsense\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", "426"},
      {"GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: "
       "13\r\nSec-WebSocket-Key: "
       "short\r\n\r\n",
       "400"},
  };
  for (const Case& c : cases) {
    INFO(c.request.substr(0, 100));
    RawClient client(loop, endpoint_of(*server));
    client.send(c.request);
    client.expect("HTTP/1.1 " + c.status);
    client.expect_end();
    CHECK(client.why.empty());
  }
  CHECK(seen == 0);
  loop.until([&] { return server->connections() == 0; });
}

TEST_CASE("a client that sends slowly is shown out, however it spreads its bytes") {
  TestLoop loop;
  HttpLimits limits;
  limits.idle = Duration(300);
  limits.head = Duration(50);
  limits.body = Duration(50);
  const auto server = serve(loop, echo_handlers(), limits);
  RawClient silent(loop, endpoint_of(*server));
  silent.expect_end();
  CHECK(silent.received.empty());

  RawClient slow_head(loop, endpoint_of(*server));
  Timer drip(loop);
  slow_head.send("GET / HTTP/1.1\r\nHost: h\r\nX: ");
  drip.every(Duration(5), [&] { slow_head.send("x"); });
  slow_head.expect("HTTP/1.1 408");
  drip.stop();
  slow_head.expect_end();

  RawClient slow_body(loop, endpoint_of(*server));
  slow_body.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n");
  drip.every(Duration(5), [&] { slow_body.send("x"); });
  slow_body.expect("HTTP/1.1 408");
  drip.stop();
  slow_body.expect_end();

  RawClient idle(loop, endpoint_of(*server));
  idle.send(get_a);
  idle.expect("GET /a");
  idle.expect_end();
}

TEST_CASE("an answer that the client does not take is given up") {
  TestLoop loop;
  HttpHandlers handlers;
  handlers.on_request = [](const HttpRequest&, const Responder& responder) {
    responder.respond({200, {}, std::string(20'000'000, 'x')});
  };
  HttpLimits limits;
  limits.write = Duration(50);
  const auto server = serve(loop, std::move(handlers), limits);
  RawClient client(loop, endpoint_of(*server));
  client.stream->pause();
  client.send(get_a);
  loop.until([&] { return server->connections() == 1; });
  loop.until([&] { return server->connections() == 0; });
}

TEST_CASE("connections beyond the limit are closed on accept") {
  TestLoop loop;
  HttpLimits limits;
  limits.connections = 2;
  const auto server = serve(loop, echo_handlers(), limits);
  RawClient a(loop, endpoint_of(*server));
  RawClient b(loop, endpoint_of(*server));
  a.send(get_a);
  b.send(get_a);
  a.expect("GET /a");
  b.expect("GET /a");
  RawClient c(loop, endpoint_of(*server));
  c.expect_end();
  CHECK(c.received.empty());
}

TEST_CASE("a server may be destroyed while it calls its handler") {
  TestLoop loop;
  std::unique_ptr<HttpServer> server;
  HttpHandlers handlers;
  handlers.on_request = [&](const HttpRequest&, const Responder& responder) {
    server.reset();
    responder.respond({});
  };
  server = serve(loop, std::move(handlers));
  RawClient client(loop, endpoint_of(*server));
  client.send(get_a + get_a);
  client.expect_end();
  CHECK(client.received.empty());
}

TEST_CASE("stop answers what runs, refuses what comes, and tells when all is over") {
  TestLoop loop;
  std::vector<Responder> kept;
  HttpHandlers handlers;
  handlers.on_request = [&](const HttpRequest&, const Responder& responder) { kept.push_back(responder); };
  auto server = serve(loop, std::move(handlers));
  RawClient busy(loop, endpoint_of(*server));
  RawClient idle(loop, endpoint_of(*server));
  busy.send(get_a + get_a);
  loop.until([&] { return kept.size() == 1 && server->connections() == 2; });
  const std::string url = server->url();
  bool stopped = false;
  server->stop(Duration(20'000), [&] {
    stopped = true;
    server.reset();
  });
  idle.expect_end();
  const auto refused = get(loop, url);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().message.find("connection refused") != std::string::npos);
  CHECK_FALSE(stopped);
  kept[0].respond({200, {}, "the last"});
  busy.expect("the last");
  busy.expect_end();
  CHECK(busy.count("connection: close") == 1);
  loop.until([&] { return stopped; });
  CHECK(kept.size() == 1);
}

TEST_CASE("stop cuts off what takes longer than its patience") {
  TestLoop loop;
  std::vector<Responder> kept;
  HttpHandlers handlers;
  handlers.on_request = [&](const HttpRequest&, const Responder& responder) { kept.push_back(responder); };
  const auto server = serve(loop, std::move(handlers));
  RawClient busy(loop, endpoint_of(*server));
  busy.send(get_a);
  loop.until([&] { return kept.size() == 1; });
  bool stopped = false;
  server->stop(Duration(20), [&] { stopped = true; });
  loop.until([&] { return stopped; });
  busy.expect_end();
}

TEST_CASE("HTTP over a Unix socket that only its owner can open") {
  TestLoop loop;
  const TempDir dir;
  HttpServer::Options options;
  options.endpoint.unix_path = dir.path("hub.sock");
  auto server = HttpServer::listen(loop, options, echo_handlers());
  REQUIRE(server.ok());
  struct stat info {};
  REQUIRE(::stat(options.endpoint.unix_path.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777U) == 0600U);
  HttpCallOptions call;
  call.url = "http://localhost/x";
  call.connect.unix_path = options.endpoint.unix_path;
  const auto answer = fetch(loop, call);
  REQUIRE(answer.ok());
  CHECK(answer->body == "GET /x? ");
  const auto taken = HttpServer::listen(loop, options, echo_handlers());
  REQUIRE_FALSE(taken.ok());
  CHECK(taken.error().code == ErrorCode::conflict);
  (*server).reset();
  CHECK_FALSE(std::filesystem::exists(options.endpoint.unix_path));
}

TEST_CASE("failed requests say why in plain words") {
  TestLoop loop;
  std::uint16_t free_port = 0;
  {
    const auto server = serve(loop, echo_handlers());
    free_port = server->port();
  }
  struct Case {
    std::string url;
    std::string words;
  };
  const Case cases[] = {
      {"http://127.0.0.1:" + std::to_string(free_port) + "/", "connection refused"},
      {"http://no-such-host.invalid/", "host not found"},
      {"ftp://127.0.0.1/", "unknown scheme"},
      {"ws://127.0.0.1/", "not an http"},
      {"http://user:pw@127.0.0.1/", "user name"},
  };
  for (const Case& c : cases) {
    const auto answer = get(loop, c.url);
    REQUIRE_FALSE(answer.ok());
    INFO(answer.error().message);
    CHECK(answer.error().message.find(c.words) != std::string::npos);
  }
}

TEST_CASE("a call gives up on a server that does not answer, and a destroyed call calls nobody") {
  TestLoop loop;
  std::vector<Responder> kept;
  HttpHandlers handlers;
  handlers.on_request = [&](const HttpRequest&, const Responder& responder) { kept.push_back(responder); };
  const auto server = serve(loop, std::move(handlers));
  HttpCallOptions call;
  call.url = server->url();
  call.timeout = Duration(30);
  const auto answer = fetch(loop, call);
  REQUIRE_FALSE(answer.ok());
  CHECK(answer.error().code == ErrorCode::unavailable);
  bool called = false;
  call.timeout = Duration(30'000);
  const std::size_t before = kept.size();
  auto gone = http_request(loop, call, [&](const Result<HttpResponse>&) { called = true; });
  loop.until([&] { return kept.size() > before; });
  gone.reset();
  for (const Responder& responder : kept) responder.respond({});
  loop.until([&] { return server->connections() == 0; });
  CHECK_FALSE(called);
}

TEST_CASE("two listeners cannot have one port, and a name is no address to listen on") {
  TestLoop loop;
  const auto server = serve(loop, echo_handlers());
  const auto second = HttpServer::listen(loop, {endpoint_of(*server), {}, {}}, echo_handlers());
  REQUIRE_FALSE(second.ok());
  CHECK(second.error().code == ErrorCode::conflict);
  CHECK_FALSE(HttpServer::listen(loop, {{"example.org", 0, {}}, {}, {}}, echo_handlers()).ok());
  const auto v6 = HttpServer::listen(loop, {{"::1", 0, {}}, {}, {}}, echo_handlers());
  if (v6.ok()) {
    const auto answer = get(loop, (*v6)->url() + "/six");
    REQUIRE(answer.ok());
    CHECK(answer->body == "GET /six? ");
  }
}
