#include "tests/net/support.hpp"

#include <stdlib.h>  // mkdtemp

#include <fstream>
#include <iterator>

namespace tutti::net::test {

TempDir::TempDir() {
  std::string pattern = (std::filesystem::temp_directory_path() / "tutti-net-XXXXXX").string();
  REQUIRE(::mkdtemp(pattern.data()) != nullptr);
  root_ = pattern;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(root_, ignored);
}

void write_file(const std::string& path, std::string_view content) {
  std::ofstream(path, std::ios::binary).write(content.data(), static_cast<std::streamsize>(content.size()));
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

RawClient::RawClient(TestLoop& loop, const Endpoint& endpoint, const TlsContext* tls, const std::string& host) : loop_(loop) {
  connecting_ = Connecting::to(loop, endpoint, Duration(10'000), [this](Result<std::unique_ptr<Stream>> result) {
    REQUIRE(result.ok());
    stream = std::move(*result);
  });
  loop.until([this] { return stream != nullptr; });
  StreamCallbacks callbacks;
  callbacks.on_data = [this](std::string_view bytes) { received.append(bytes); };
  callbacks.on_end = [this](const Status& status) {
    ended = true;
    if (!status) why = status.error().message;
  };
  stream->start(std::move(callbacks));
  if (tls != nullptr) stream->start_tls(*tls, host);
}

void RawClient::expect(std::string_view text) {
  INFO("waiting for: " << text << "\nreceived: " << received);
  loop_.until([&] { return received.find(text) != std::string::npos; });
}

void RawClient::expect_end() {
  INFO("waiting for the end; received: " << received);
  loop_.until([&] { return ended; });
}

std::size_t RawClient::count(std::string_view text) const {
  std::size_t found = 0;
  for (std::size_t at = received.find(text); at != std::string::npos; at = received.find(text, at + 1)) ++found;
  return found;
}

Result<HttpResponse> fetch(TestLoop& loop, HttpCallOptions options) {
  std::optional<Result<HttpResponse>> answer;
  const auto call = http_request(loop, std::move(options), [&](Result<HttpResponse> result) { answer = std::move(result); });
  loop.until([&] { return answer.has_value(); });
  return std::move(*answer);
}

Result<HttpResponse> get(TestLoop& loop, const std::string& url) {
  HttpCallOptions options;
  options.url = url;
  return fetch(loop, std::move(options));
}

std::unique_ptr<HttpServer> serve(TestLoop& loop, HttpHandlers handlers, const HttpLimits& limits,
                                  std::optional<TlsContext> tls) {
  auto server = HttpServer::listen(loop, {{"127.0.0.1", 0, {}}, std::move(tls), limits}, std::move(handlers));
  REQUIRE(server.ok());
  return std::move(*server);
}

HttpHandlers echo_handlers() {
  HttpHandlers handlers;
  handlers.on_request = [](const HttpRequest& request, const Responder& responder) {
    responder.respond(
        {200, {{"x-method", request.method}}, request.method + ' ' + request.path + '?' + request.query + ' ' + request.body});
  };
  return handlers;
}

Endpoint endpoint_of(const HttpServer& server) {
  return {"127.0.0.1", server.port(), {}};
}

std::string ws_url(const HttpServer& server, const std::string& path) {
  const std::string url = server.url();
  return "ws" + url.substr(4) + path;
}

WebSocketCallbacks Peer::callbacks() {
  WebSocketCallbacks all;
  all.on_open = [this] { opened = true; };
  all.on_text = [this](std::string message) { texts.push_back(std::move(message)); };
  all.on_binary = [this](std::string message) { binaries.push_back(std::move(message)); };
  all.on_writable = [this] { writable = true; };
  all.on_close = [this](const WebSocketEnd& why) {
    REQUIRE_FALSE(end);
    end = why;
  };
  return all;
}

void Peer::connect(Loop& loop, const std::string& url, WebSocketConnectOptions options) {
  socket = WebSocket::connect(loop, url, std::move(options), callbacks());
}

SocketServer::SocketServer(TestLoop& loop, const WebSocketLimits& limits, const HttpLimits& http,
                           std::optional<TlsContext> tls) {
  HttpHandlers handlers;
  handlers.on_upgrade = [limits](const HttpRequest& request) {
    UpgradeAnswer answer;
    answer.limits = limits;
    if (request.path == "/forbidden") answer.refusal = Refusal{403, {}, "no"};
    if (request.headers.has_token("sec-websocket-protocol", "tutti.v1")) answer.subprotocol = "tutti.v1";
    return answer;
  };
  handlers.on_websocket = [this](const HttpRequest&, std::unique_ptr<WebSocket> socket) {
    peers.push_back(std::make_unique<Peer>());
    Peer& peer = *peers.back();
    peer.socket = std::move(socket);
    WebSocketCallbacks callbacks = peer.callbacks();
    if (echo) {
      callbacks.on_text = [&peer](std::string message) { peer.socket->send_text(std::move(message)); };
      callbacks.on_binary = [&peer](std::string message) { peer.socket->send_binary(std::move(message)); };
    }
    peer.socket->start(std::move(callbacks));
  };
  server = serve(loop, std::move(handlers), http, std::move(tls));
}

}  // namespace tutti::net::test
