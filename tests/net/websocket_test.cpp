#include "sync/net/log.hpp"
#include "sync/net/websocket/codec.hpp"
#include "tests/net/support.hpp"

using namespace tutti;
using namespace tutti::net;
using namespace tutti::net::test;

namespace {

// A client that speaks raw frames, so that it can break the rules.
struct RawSocket : RawClient {
  RawSocket(TestLoop& loop, const HttpServer& server) : RawClient(loop, endpoint_of(server)) {
    send(
        "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    expect("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
    expect("\r\n\r\n");
    received.erase(0, received.find("\r\n\r\n") + 4);
  }
  void frame(WsOpcode opcode, std::string_view payload) { send(ws_masked_frame(opcode, payload, {9, 8, 7, 6})); }
  void raw(unsigned first, std::string_view payload) {
    std::string bytes = ws_masked_frame(WsOpcode::text, payload, {9, 8, 7, 6});
    bytes[0] = static_cast<char>(first);
    send(std::move(bytes));
  }
  // Waits for the server's close frame, and says its code.
  int expect_close() {
    expect_end();
    const std::size_t at = received.rfind('\x88');
    REQUIRE(at != std::string::npos);
    REQUIRE(at + 4 <= received.size());
    return static_cast<unsigned char>(received[at + 2]) * 256 + static_cast<unsigned char>(received[at + 3]);
  }
};

}  // namespace

TEST_CASE("text and binary messages go both ways, of every size") {
  TestLoop loop;
  SocketServer server(loop);
  server.echo = true;
  Peer client;
  client.connect(loop, ws_url(*server.server));
  CHECK_FALSE(client.socket->send_text("dropped: not open yet"));
  loop.until([&] { return client.opened; });
  std::vector<std::string> sent;
  for (const std::size_t size : {0, 1, 125, 126, 1023, 1024, 65535, 65536, 1000000}) sent.emplace_back(size, 'm');
  sent.emplace_back("\xe2\x82\xac \xf0\x9f\x8e\xbc");
  for (const std::string& message : sent) {
    client.socket->send_text(message);
    client.socket->send_binary(message + '\xff');
  }
  loop.until([&] { return client.texts.size() == sent.size() && client.binaries.size() == sent.size(); });
  CHECK(client.texts == sent);
  for (std::size_t i = 0; i < sent.size(); ++i) CHECK(client.binaries[i] == sent[i] + '\xff');
  CHECK(server.peers[0]->socket->peer() == "127.0.0.1");
}

TEST_CASE("a close is answered, and both sides learn code and reason") {
  TestLoop loop;
  SocketServer server(loop);
  for (const bool by_client : {true, false}) {
    Peer client;
    client.connect(loop, ws_url(*server.server));
    loop.until([&] { return client.opened && server.peers.size() == 1; });
    Peer& peer = *server.peers[0];
    client.socket->send_text("before the end");
    (by_client ? client : peer).socket->close(4001, "because");
    CHECK_FALSE((by_client ? client : peer).socket->open());
    CHECK_FALSE((by_client ? client : peer).socket->send_text("too late"));
    loop.until([&] { return client.end && peer.end; });
    const WebSocketEnd& told = by_client ? *peer.end : *client.end;
    CHECK(told.code == 4001);
    CHECK(told.reason == "because");
    CHECK(told.clean);
    CHECK(client.end->code == 4001);
    CHECK(client.end->clean);
    CHECK(client.end->opened);
    if (by_client) CHECK(peer.texts == std::vector<std::string>{"before the end"});
    server.peers.clear();
  }
  loop.until([&] { return server.server->connections() == 0; });
}

TEST_CASE("fragments, and control frames between them, make one message") {
  TestLoop loop;
  SocketServer server(loop);
  RawSocket client(loop, *server.server);
  client.raw(0x01, "one ");
  client.raw(0x89, "ping");
  client.raw(0x00, "two ");
  client.raw(0x80, "three");
  loop.until([&] { return server.peers.size() == 1 && server.peers[0]->texts.size() == 1; });
  CHECK(server.peers[0]->texts[0] == "one two three");
  client.expect(std::string("\x8a\x04ping"));
}

TEST_CASE("breaches of the protocol close the connection with their code") {
  TestLoop loop;
  WebSocketLimits limits;
  limits.frame = 1000;
  limits.message = 1500;
  limits.fragments = 4;
  SocketServer server(loop, limits);
  struct Case {
    const char* what;
    std::function<void(RawSocket&)> act;
    int code;
  };
  const Case cases[] = {
      {"unmasked", [](RawSocket& c) { c.send(ws_frame(WsOpcode::text, "x")); }, 1002},
      {"reserved bit", [](RawSocket& c) { c.raw(0xc1, "x"); }, 1002},
      {"invalid UTF-8", [](RawSocket& c) { c.frame(WsOpcode::text, "\xff"); }, 1007},
      {"frame too big", [](RawSocket& c) { c.frame(WsOpcode::binary, std::string(1001, 'x')); }, 1009},
      {"message too big",
       [](RawSocket& c) {
         c.raw(0x02, std::string(1000, 'x'));
         c.raw(0x80, std::string(501, 'x'));
       },
       1009},
      {"too many fragments",
       [](RawSocket& c) {
         c.raw(0x02, "x");
         for (int i = 0; i < 4; ++i) c.raw(0x00, "x");
       },
       1009},
      {"ping flood",
       [](RawSocket& c) {
         for (int i = 0; i < 11; ++i) c.frame(WsOpcode::ping, "p");
       },
       1008},
      {"pong flood",
       [](RawSocket& c) {
         for (int i = 0; i < 11; ++i) c.frame(WsOpcode::pong, "p");
       },
       1008},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    RawSocket client(loop, *server.server);
    loop.until([&] { return server.peers.size() == 1; });
    c.act(client);
    CHECK(client.expect_close() == c.code);
    loop.until([&] { return server.peers[0]->end.has_value(); });
    CHECK(server.peers[0]->end->code == c.code);
    CHECK_FALSE(server.peers[0]->end->clean);
    CHECK(server.peers[0]->texts.empty());
    server.peers.clear();
  }
}

TEST_CASE("a connection that breaks is reported as abnormal") {
  TestLoop loop;
  SocketServer server(loop);
  {
    const RawSocket client(loop, *server.server);
    loop.until([&] { return server.peers.size() == 1; });
  }
  loop.until([&] { return server.peers[0]->end.has_value(); });
  CHECK(server.peers[0]->end->code == close_code::abnormal);
  CHECK(server.peers[0]->end->opened);
}

TEST_CASE("silence is answered with a ping, and more silence with the end") {
  TestLoop loop;
  WebSocketLimits limits;
  limits.ping_interval = Duration(20);
  limits.dead_after = Duration(1'000);
  SocketServer server(loop, limits);
  RawSocket dead(loop, *server.server);
  Peer alive;  // the room's own client answers pings
  WebSocketConnectOptions options;
  options.limits.control_per_second = 1000;
  alive.connect(loop, ws_url(*server.server), options);
  loop.until([&] { return server.peers.size() == 2; });
  dead.expect(std::string("\x89\x00", 2));
  loop.until([&] { return server.peers[0]->end.has_value(); });
  CHECK(server.peers[0]->end->code == close_code::abnormal);
  CHECK_FALSE(server.peers[1]->end);
  CHECK(alive.socket->open());
}

TEST_CASE("refused and failed handshakes say why in plain words") {
  TestLoop loop;
  SocketServer hub(loop);
  HttpHandlers plain = echo_handlers();
  const auto web = serve(loop, std::move(plain));
  auto listening =
      Listener::listen(loop, {"127.0.0.1", 0, {}},
                       [kept = std::make_shared<std::vector<std::unique_ptr<Stream>>>()](std::unique_ptr<Stream> stream) {
                         stream->start({});
                         stream->write(std::string("SSH-2.0-x\r\n\r\n"));
                         kept->push_back(std::move(stream));
                       });
  REQUIRE(listening.ok());
  struct Case {
    std::string url;
    std::string words;
    int status;
  };
  const std::string none = std::to_string([&] { return serve(loop, {})->port(); }());
  const Case cases[] = {
      {"ws://127.0.0.1:" + none + "/", "connection refused", 0},
      {"ws://no-such-host.invalid/", "host not found", 0},
      {ws_url(*hub.server, "/forbidden"), "HTTP status 403", 403},
      {ws_url(*web), "not a Tutti hub", 404},
      {"ws://127.0.0.1:" + std::to_string((*listening)->port()) + "/", "does not speak HTTP", 0},
      {"http://127.0.0.1/", "ws://", 0},
      {"ws://127.0.0.1:99999/", "port", 0},
  };
  for (const Case& c : cases) {
    INFO(c.url);
    Peer client;
    client.connect(loop, c.url);
    CHECK_FALSE(client.end);
    loop.until([&] { return client.end.has_value(); });
    INFO(client.end->reason);
    CHECK(client.end->reason.find(c.words) != std::string::npos);
    CHECK(client.end->http_status == c.status);
    CHECK_FALSE(client.end->opened);
    CHECK_FALSE(client.opened);
  }
}

TEST_CASE("a handshake that lies about what it accepts is refused") {
  TestLoop loop;
  std::string answer;
  std::vector<std::unique_ptr<Stream>> streams;
  auto listening = Listener::listen(loop, {"127.0.0.1", 0, {}}, [&](std::unique_ptr<Stream> stream) {
    Stream* raw = stream.get();
    StreamCallbacks callbacks;
    callbacks.on_data = [&answer, raw](std::string_view) { raw->write(answer); };
    stream->start(std::move(callbacks));
    streams.push_back(std::move(stream));
  });
  REQUIRE(listening.ok());
  const std::string head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
  for (const std::string& lie : {head + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n", head + "\r\n",
                                 std::string("HTTP/1.1 101 X\r\nUpgrade: other\r\nConnection: Upgrade\r\n\r\n"),
                                 std::string("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")}) {
    answer = lie;
    Peer client;
    client.connect(loop, "ws://127.0.0.1:" + std::to_string((*listening)->port()) + "/");
    loop.until([&] { return client.end.has_value(); });
    INFO(client.end->reason);
    CHECK(client.end->reason.find("not a Tutti hub") != std::string::npos);
    CHECK_FALSE(client.opened);
  }
  answer.clear();
  WebSocketConnectOptions options;
  options.handshake = Duration(20);
  Peer client;
  client.connect(loop, "ws://127.0.0.1:" + std::to_string((*listening)->port()) + "/", options);
  loop.until([&] { return client.end.has_value(); });
  CHECK(client.end->reason.find("no answer") != std::string::npos);
}

TEST_CASE("a subprotocol is agreed on, and headers of the client reach the decision") {
  TestLoop loop;
  HttpRequest seen;
  std::unique_ptr<WebSocket> accepted;
  HttpHandlers handlers;
  handlers.on_upgrade = [&](const HttpRequest& request) {
    seen = request;
    UpgradeAnswer answer;
    answer.subprotocol = "tutti.v1";
    return answer;
  };
  handlers.on_websocket = [&](const HttpRequest&, std::unique_ptr<WebSocket> socket) { accepted = std::move(socket); };
  const auto server = serve(loop, std::move(handlers));
  WebSocketConnectOptions options;
  options.subprotocol = "tutti.v1";
  options.headers = {{"Authorization", "Bearer t"}, {"Origin", "https://example.org"}};
  Peer client;
  client.connect(loop, ws_url(*server, "/ws/1?x=y"), options);
  loop.until([&] { return client.opened && accepted; });
  CHECK(client.socket->subprotocol() == "tutti.v1");
  CHECK(accepted->subprotocol() == "tutti.v1");
  CHECK(seen.path == "/ws/1");
  CHECK(seen.query == "x=y");
  CHECK(seen.headers.get("authorization") == "Bearer t");
  CHECK(seen.headers.get("origin") == "https://example.org");
  CHECK(seen.headers.get("host") == "127.0.0.1:" + std::to_string(server->port()));
  options.subprotocol.clear();
  Peer other;
  other.connect(loop, ws_url(*server), options);
  loop.until([&] { return other.end.has_value(); });
  CHECK(other.end->reason.find("subprotocol") != std::string::npos);
}

TEST_CASE("a server's socket loses nothing while it is not started, and tells of an end that came before") {
  TestLoop loop;
  std::unique_ptr<WebSocket> accepted;
  HttpHandlers handlers;
  handlers.on_upgrade = [](const HttpRequest&) { return UpgradeAnswer{}; };
  handlers.on_websocket = [&](const HttpRequest&, std::unique_ptr<WebSocket> socket) { accepted = std::move(socket); };
  const auto server = serve(loop, std::move(handlers));
  RawClient client(loop, endpoint_of(*server));
  client.send(
      "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" +
      ws_masked_frame(WsOpcode::text, "right behind", {1, 2, 3, 4}));
  client.expect("101 Switching Protocols");
  loop.until([&] { return accepted != nullptr; });
  Peer peer;
  peer.socket = std::move(accepted);
  peer.socket->start(peer.callbacks());
  CHECK(peer.texts.empty());
  loop.until([&] { return peer.texts.size() == 1; });
  CHECK(peer.texts[0] == "right behind");
}

TEST_CASE("a socket may be destroyed in each of its callbacks") {
  TestLoop loop;
  SocketServer server(loop);
  server.echo = true;
  std::unique_ptr<WebSocket> socket;
  for (const std::string where : {"open", "text", "close"}) {
    INFO(where);
    int late = 0;
    WebSocketCallbacks callbacks;
    callbacks.on_open = [&] {
      socket->send_text("1");
      socket->send_text("2");
      if (where == "close") socket->close(1000);
      if (where == "open") socket.reset();
    };
    callbacks.on_text = [&](const std::string&) {
      if (!socket) ++late;
      if (where == "text") socket.reset();
    };
    callbacks.on_close = [&](const WebSocketEnd&) { socket.reset(); };
    socket = WebSocket::connect(loop, ws_url(*server.server), {}, std::move(callbacks));
    loop.until([&] { return !socket; });
    loop.until([&] { return server.server->connections() == 0; });
    CHECK(late == 0);
    server.peers.clear();
  }
  socket = WebSocket::connect(loop, ws_url(*server.server), {}, {});
  socket.reset();
}

TEST_CASE("a paused socket hands nothing on until it is resumed") {
  TestLoop loop;
  SocketServer server(loop);
  Peer client;
  client.connect(loop, ws_url(*server.server));
  loop.until([&] { return client.opened && server.peers.size() == 1; });
  Peer& peer = *server.peers[0];
  WebSocketCallbacks callbacks = peer.callbacks();
  callbacks.on_text = [&](std::string message) {
    peer.texts.push_back(std::move(message));
    if (peer.texts.size() == 1) peer.socket->pause();
  };
  peer.socket->start(std::move(callbacks));
  for (int i = 0; i < 100; ++i) client.socket->send_text("m" + std::to_string(i));
  loop.until([&] { return peer.texts.size() == 1; });
  bool passed = false;
  Timer timer(loop);
  timer.once(Duration(20), [&] { passed = true; });
  loop.until([&] { return passed; });
  CHECK(peer.texts.size() == 1);
  peer.socket->resume();
  loop.until([&] { return peer.texts.size() == 100; });
  CHECK(peer.texts.back() == "m99");
}

TEST_CASE("a reader that stops fills the queue to its limit and no further") {
  TestLoop loop;
  WebSocketLimits limits;
  limits.high_water = 100'000;
  limits.queue = 1'000'000;
  SocketServer server(loop, limits);
  RawSocket client(loop, *server.server);
  loop.until([&] { return server.peers.size() == 1; });
  Peer& peer = *server.peers[0];
  client.stream->pause();
  const Buffer payload = buffer(std::string(10'000, 'x'));
  bool told = false;
  std::size_t most = 0;
  Timer writer(loop);
  writer.every(Duration(1), [&] {
    for (int i = 0; i < 20 && !peer.end; ++i) {
      if (!peer.socket->send_binary(payload)) told = true;
      most = std::max(most, peer.socket->queued());
    }
  });
  loop.until([&] { return peer.end.has_value(); });
  CHECK(told);
  CHECK(most <= 1'000'000);
  CHECK(most > 900'000);
  CHECK(peer.end->code == close_code::abnormal);
  CHECK(peer.end->reason.find("does not read") != std::string::npos);
}

TEST_CASE("a slow reader is waited for: writable comes, and behind_since tells for how long") {
  TestLoop loop;
  WebSocketLimits limits;
  limits.high_water = 100'000;
  limits.queue = 100'000'000;
  SocketServer server(loop, limits);
  RawSocket client(loop, *server.server);
  loop.until([&] { return server.peers.size() == 1; });
  Peer& peer = *server.peers[0];
  client.stream->pause();
  std::size_t sent = 0;
  const Buffer payload = buffer(std::string(1'000'000, 'x'));
  while (peer.socket->send_binary(payload) && sent < 1) ++sent;
  for (int i = 0; i < 20; ++i) peer.socket->send_binary(payload);
  bool passed = false;
  Timer timer(loop);
  timer.once(Duration(20), [&] { passed = true; });
  loop.until([&] { return passed; });
  REQUIRE(peer.socket->behind_since());
  CHECK(loop.loop.now() - *peer.socket->behind_since() >= 15);
  CHECK_FALSE(peer.writable);
  client.stream->resume();
  loop.until([&] { return peer.writable && peer.socket->queued() == 0; });
  CHECK_FALSE(peer.socket->behind_since());
}

TEST_CASE("one shared frame serves a hundred connections") {
  TestLoop loop;
  SocketServer server(loop);
  std::vector<std::unique_ptr<Peer>> clients;
  for (int i = 0; i < 100; ++i) {
    clients.push_back(std::make_unique<Peer>());
    clients.back()->connect(loop, ws_url(*server.server));
  }
  loop.until([&] { return server.peers.size() == 100; });
  const std::string large(5000, 'b');
  const SharedFrame text = frame_text("to all");
  const SharedFrame binary = frame_binary(large);
  for (int round = 0; round < 16; ++round) {
    for (const auto& peer : server.peers) peer->socket->send(round % 2 == 0 ? text : binary);
  }
  CHECK(text.bytes.use_count() > 100);
  for (const auto& client : clients) {
    loop.until([&] { return client->texts.size() == 8 && client->binaries.size() == 8; });
    CHECK(client->texts[7] == "to all");
    CHECK(client->binaries[7] == large);
  }
  CHECK(text.bytes.use_count() == 1);
  set_log_level(LogLevel::off);
  CHECK_FALSE(clients[0]->socket->send(text));
  set_log_level(LogLevel::info);
}

TEST_CASE("stop closes every WebSocket with 1001 and then says that all are gone") {
  TestLoop loop;
  SocketServer server(loop);
  std::vector<std::unique_ptr<Peer>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::make_unique<Peer>());
    clients.back()->connect(loop, ws_url(*server.server));
  }
  loop.until([&] { return server.peers.size() == 20; });
  server.peers[0]->socket->send_text("last words");
  bool stopped = false;
  server.server->stop(Duration(20'000), [&] { stopped = true; });
  loop.until([&] { return stopped; });
  for (const auto& client : clients) {
    loop.until([&] { return client->end.has_value(); });
    CHECK(client->end->code == close_code::going_away);
    CHECK(client->end->clean);
  }
  CHECK(clients[0]->texts.size() + clients[19]->texts.size() <= 1);
  for (const auto& peer : server.peers) CHECK(peer->end.has_value());
}

TEST_CASE("stop cuts off a WebSocket whose peer does not answer") {
  TestLoop loop;
  SocketServer server(loop);
  RawSocket client(loop, *server.server);
  loop.until([&] { return server.peers.size() == 1; });
  client.stream->pause();
  bool stopped = false;
  server.server->stop(Duration(30), [&] { stopped = true; });
  loop.until([&] { return stopped; });
  REQUIRE(server.peers[0]->end);
  CHECK(server.peers[0]->end->code == close_code::going_away);
}
