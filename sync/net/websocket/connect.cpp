#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <utility>

#include "sync/net/http/codec.hpp"
#include "sync/net/http/write.hpp"
#include "sync/net/websocket/state.hpp"

namespace tutti::net {

namespace {

std::string random_key() {
  std::array<unsigned char, 16> bytes{};
  RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
  std::array<unsigned char, 25> text{};
  EVP_EncodeBlock(text.data(), bytes.data(), static_cast<int>(bytes.size()));
  return reinterpret_cast<const char*>(text.data());
}

// Dial, send the request, check the answer, hand the stream to the WebSocket's state, which owns this and outlives it.
class Handshake final : public WebSocketHandshake {
 public:
  Handshake(WebSocket::State& socket, WebSocketConnectOptions options)
      : socket_(socket), options_(std::move(options)), alarm_(socket.loop), parser_(HttpParser::Kind::response, {}) {}

  Status begin(const std::string& text);

 private:
  void connected(Result<std::unique_ptr<Stream>> result);
  Result<std::string> request();
  void received(std::string_view bytes);
  void succeed(std::string rest);
  void fail(std::string reason, int status = 0);
  [[nodiscard]] const char* objection(const Headers& headers) const;

  WebSocket::State& socket_;
  WebSocketConnectOptions options_;
  Url url_;
  std::string key_ = random_key();
  Timer alarm_;
  HttpParser parser_;
  std::unique_ptr<Dialing> dialing_;
  std::unique_ptr<Stream> stream_;
};

Status Handshake::begin(const std::string& text) {
  auto url = parse_url(text);
  if (!url) return url.error();
  url_ = *url;
  if (url_.scheme == "http" || url_.scheme == "https")
    return error(ErrorCode::invalid, "a WebSocket URL begins with ws:// or wss://");
  if (auto written = request(); !written) return written.error();
  dialing_ = Dialing::to(socket_.loop, url_, options_.connect,
                         [this](Result<std::unique_ptr<Stream>> result) { connected(std::move(result)); });
  return {};
}

Result<std::string> Handshake::request() {
  Headers headers = options_.headers;
  headers.set("Host", url_.host_header());
  headers.set("Upgrade", "websocket");
  headers.set("Connection", "Upgrade");
  headers.set("Sec-WebSocket-Version", "13");
  headers.set("Sec-WebSocket-Key", key_);
  if (!options_.subprotocol.empty()) headers.set("Sec-WebSocket-Protocol", options_.subprotocol);
  return write_request("GET", url_.target, headers, {});
}

void Handshake::connected(Result<std::unique_ptr<Stream>> result) {
  if (!result) return fail(result.error().message);
  stream_ = std::move(*result);
  alarm_.once(options_.handshake, [this] { fail("connected, but no answer to the WebSocket handshake"); });
  StreamCallbacks callbacks;
  callbacks.on_data = [this](std::string_view bytes) { received(bytes); };
  callbacks.on_end = [this](const Status& status) {
    fail(status ? "connection closed during the handshake" : status.error().message);
  };
  stream_->start(std::move(callbacks));
  stream_->resume();
  stream_->write(*request());
}

void Handshake::received(std::string_view bytes) {
  for (;;) {
    const HttpParser::Event event = parser_.feed(bytes);
    const int status = parser_.message().status;
    const bool interim = event == HttpParser::Event::message && status / 100 == 1;
    if (event == HttpParser::Event::need_more) return;
    if (event == HttpParser::Event::failed && status == 0) return fail("what answers there does not speak HTTP");
    if (event != HttpParser::Event::upgrade && !interim) {
      return fail("not a Tutti hub, or it refuses (HTTP status " + std::to_string(status) + ")", status);
    }
    if (interim) continue;
    if (const char* why = objection(parser_.message().headers)) return fail(std::string("not a Tutti hub: ") + why, status);
    return succeed(std::string(bytes));
  }
}

const char* Handshake::objection(const Headers& headers) const {
  if (!headers.has_token("upgrade", "websocket") || !headers.has_token("connection", "upgrade"))
    return "it upgrades to something else";
  if (headers.get("sec-websocket-accept") != ws_accept(key_)) return "its Sec-WebSocket-Accept is wrong";
  if (headers.find("sec-websocket-extensions")) return "it chose an extension that was not offered";
  if (headers.get("sec-websocket-protocol") != options_.subprotocol) return "it speaks another subprotocol";
  return nullptr;
}

void Handshake::succeed(std::string rest) {
  const auto socket = socket_.shared_from_this();
  const std::unique_ptr<WebSocketHandshake> self = std::move(socket->handshake);
  alarm_.stop();
  stream_->pause();
  socket->subprotocol = options_.subprotocol;
  socket->adopt(std::move(stream_), std::move(rest));
  socket->read();
  const auto callbacks = socket->callbacks;
  if (callbacks->on_open) callbacks->on_open();
}

// The state's end destroys this handshake; nothing may be touched afterwards.
void Handshake::fail(std::string reason, int status) {
  const auto socket = socket_.shared_from_this();
  socket->end({close_code::abnormal, std::move(reason), false, false, status});
}

}  // namespace

std::unique_ptr<WebSocket> WebSocket::connect(Loop& loop, const std::string& url, WebSocketConnectOptions options,
                                              WebSocketCallbacks callbacks) {
  auto state = std::make_shared<State>(loop, WsParser::Side::client, options.limits);
  state->callbacks = std::make_shared<WebSocketCallbacks>(std::move(callbacks));
  auto handshake = std::make_unique<Handshake>(*state, std::move(options));
  Handshake& begun = *handshake;
  state->handshake = std::move(handshake);
  if (const Status status = begun.begin(url); !status) {
    loop.defer([state, reason = status.error().message] { state->end({close_code::abnormal, reason, false, false, 0}); });
  }
  return std::make_unique<WebSocket>(state);
}

}  // namespace tutti::net
