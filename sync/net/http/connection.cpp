#include "sync/net/http/connection.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "sync/net/http/write.hpp"
#include "sync/net/log.hpp"
#include "sync/net/websocket/state.hpp"

namespace tutti::net {

namespace {

constexpr Duration linger{2'000};  ///< for the client to end its side, and to read a refusal while it may still be sending

HttpResponse plain(int status, std::string text) {
  return {status, {{"content-type", "text/plain"}}, std::move(text) + "\n"};
}

// A key is 16 bytes in base64: 22 digits and "==".
bool is_websocket_key(std::string_view key) {
  const auto digit = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
  };
  return key.size() == 24 && key.ends_with("==") && std::all_of(key.begin(), key.end() - 2, digit);
}

std::optional<HttpResponse> handshake_objection(const HttpRequest& request) {
  const Headers& headers = request.headers;
  if (headers.get("sec-websocket-version") != "13") {
    HttpResponse response = plain(426, "only WebSocket version 13 is spoken");
    response.headers.add("Sec-WebSocket-Version", "13");
    return response;
  }
  if (headers.count("sec-websocket-key") != 1 || !is_websocket_key(headers.get("sec-websocket-key"))) {
    return plain(400, "not a WebSocket key");
  }
  return std::nullopt;
}

}  // namespace

struct Responder::State {
  State(std::weak_ptr<HttpConnection> c, std::uint64_t s) : connection(std::move(c)), serial(s) {}
  ~State() {
    if (!answered) respond(plain(500, "no answer"));
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  std::weak_ptr<HttpConnection> connection;
  std::uint64_t serial;
  bool answered = false;

  void respond(const HttpResponse& response) {
    if (std::exchange(answered, true)) return;
    if (const auto live = connection.lock()) live->answer(serial, response);
  }
};

void Responder::respond(HttpResponse response) const {
  state_->respond(response);
}

bool Responder::open() const {
  const auto live = state_->connection.lock();
  return !state_->answered && live && live->awaits(state_->serial);
}

HttpConnection::HttpConnection(Loop& loop, std::shared_ptr<HttpHost> host, std::unique_ptr<Stream> stream,
                               std::shared_ptr<void> lease)
    : loop_(loop),
      host_(std::move(host)),
      stream_(std::move(stream)),
      lease_(std::move(lease)),
      parser_(HttpParser::Kind::request, {host_->limits.head_bytes, host_->limits.head_fields, host_->limits.body_bytes}),
      alarm_(loop) {}

void HttpConnection::begin(const std::optional<TlsContext>& tls) {
  // One answer is queued at a time, and it is as large as the handler made it.
  stream_->set_limits({StreamLimits{}.high_water, std::numeric_limits<std::size_t>::max() / 2});
  StreamCallbacks callbacks;
  callbacks.on_data = [this](std::string_view bytes) { received(bytes); };
  callbacks.on_writable = [this] { written(); };
  callbacks.on_end = [this](const Status&) { gone(); };
  stream_->start(std::move(callbacks));
  if (!tls) return expect(Clock::idle);
  alarm_.once(host_->limits.handshake, [this] { gone(); });
  stream_->start_tls(*tls, {}, [this] { expect(Clock::idle); });
}

// ---- requests in ----

void HttpConnection::received(std::string_view bytes) {
  input_.append(bytes);
  advance();
}

void HttpConnection::advance() {
  if (advancing_) return;
  const auto keep = shared_from_this();
  advancing_ = true;
  while (phase_ == Phase::waiting && step()) {
  }
  advancing_ = false;
}

bool HttpConnection::step() {
  std::string_view rest = input_;
  const HttpParser::Event event = parser_.feed(rest);
  input_.erase(0, input_.size() - rest.size());
  switch (event) {
    case HttpParser::Event::need_more:
      expect(!parser_.in_message() ? Clock::idle : parser_.in_head() ? Clock::head : Clock::body);
      return false;
    case HttpParser::Event::head:
      handle_head();
      return true;
    case HttpParser::Event::message:
      handle_request();
      return true;
    case HttpParser::Event::upgrade:
      handle_upgrade();
      return false;
    case HttpParser::Event::failed:
      refuse(parser_.failure().status, parser_.failure().reason);
      return false;
  }
  return false;
}

// A clock that runs is not set back by a few more bytes: that is what slow senders hope for.
void HttpConnection::expect(Clock clock) {
  if (clock == clock_) return;
  clock_ = clock;
  const HttpLimits& limits = host_->limits;
  const Duration wait = clock == Clock::idle ? limits.idle : clock == Clock::head ? limits.head : limits.body;
  alarm_.once(wait, [this] { timed_out(); });
}

void HttpConnection::timed_out() {
  const auto keep = shared_from_this();
  if (clock_ == Clock::idle) return leave();
  refuse(408, clock_ == Clock::head ? "the request took too long" : "the request's body took too long");
}

void HttpConnection::handle_head() {
  expect(Clock::body);
  if (parser_.message().headers.has_token("expect", "100-continue"))
    stream_->write(std::string("HTTP/1.1 100 Continue\r\n\r\n"));
}

HttpRequest HttpConnection::take_request() {
  HttpMessage& message = parser_.message();
  HttpRequest request;
  request.method = std::move(message.method);
  const std::size_t mark = std::min(message.target.find('?'), message.target.size());
  request.path = message.target.substr(0, mark);
  if (mark < message.target.size()) request.query = message.target.substr(mark + 1);
  request.headers = std::move(message.headers);
  request.body = std::move(message.body);
  request.remote = stream_->peer();
  request.secure = stream_->secure();
  return request;
}

void HttpConnection::handle_request() {
  phase_ = Phase::handling;
  clock_ = Clock::none;
  alarm_.stop();
  stream_->pause();
  ++serial_;
  keep_alive_ = parser_.message().keep_alive;
  HttpRequest request = take_request();
  head_only_ = request.method == "HEAD";
  Responder responder(std::make_shared<Responder::State>(weak_from_this(), serial_));
  const auto host = host_;
  if (host->handlers.on_request) return host->handlers.on_request(std::move(request), std::move(responder));
  responder.respond(plain(404, "nothing here"));
}

void HttpConnection::handle_upgrade() {
  const HttpRequest request = take_request();
  const auto host = host_;
  auto objection = handshake_objection(request);
  if (!objection && (host->stopping || !host->handlers.on_upgrade || !host->handlers.on_websocket))
    objection = plain(404, "nothing here");
  if (objection) return write(*objection, false);
  const UpgradeAnswer answer = host->handlers.on_upgrade(request);
  if (phase_ == Phase::gone) return;
  if (answer.refusal) return write(*answer.refusal, false);
  upgrade(request, answer);
}

void HttpConnection::upgrade(const HttpRequest& request, const UpgradeAnswer& answer) {
  const auto keep = shared_from_this();
  const auto host = host_;
  std::string head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ";
  head += ws_accept(request.headers.get("sec-websocket-key")) + "\r\n";
  if (!answer.subprotocol.empty()) head += "Sec-WebSocket-Protocol: " + answer.subprotocol + "\r\n";
  stream_->write(head + "\r\n");
  stream_->pause();
  auto state = std::make_shared<WebSocket::State>(loop_, WsParser::Side::server, answer.limits);
  state->subprotocol = answer.subprotocol;
  state->lease = std::move(lease_);
  host->on_upgraded(state);
  auto socket = adopt_websocket(state, std::move(stream_), std::move(input_));
  gone();
  host->handlers.on_websocket(request, std::move(socket));
}

// ---- answers out ----

void HttpConnection::answer(std::uint64_t serial, const HttpResponse& response) {
  if (!awaits(serial)) return;
  const auto keep = shared_from_this();
  const bool close = last_ || host_->stopping || response.headers.has_token("connection", "close");
  write(response, keep_alive_ && !close);
}

void HttpConnection::refuse(int status, const std::string& reason) {
  log_debug("request refused", {{"peer", stream_->peer()}, {"status", status}, {"reason", reason}});
  head_only_ = false;
  write(plain(status, reason), false);
}

void HttpConnection::write(const HttpResponse& response, bool keep_alive) {
  phase_ = Phase::writing;
  clock_ = Clock::none;
  last_ = !keep_alive;
  alarm_.stop();
  if (stream_->write(write_response(response, keep_alive, head_only_))) return written();
  last_queued_ = stream_->queued();
  watch_progress();
}

// A large answer may take its time as long as the client takes some of it.
void HttpConnection::watch_progress() {
  alarm_.once(host_->limits.write, [this] {
    if (stream_->queued() >= last_queued_) return gone();
    last_queued_ = stream_->queued();
    watch_progress();
  });
}

void HttpConnection::written() {
  if (phase_ != Phase::writing) return;
  if (last_) return leave();
  phase_ = Phase::waiting;
  alarm_.stop();
  stream_->resume();
  advance();
}

// ---- the end ----

void HttpConnection::leave() {
  phase_ = Phase::leaving;
  alarm_.stop();
  stream_->finish(stream_->queued() == 0 ? linger : std::max(linger, host_->limits.write));
}

void HttpConnection::wind_down() {
  last_ = true;
  if (phase_ == Phase::waiting) leave();
}

void HttpConnection::drop() {
  phase_ = Phase::gone;
  alarm_.stop();
  stream_.reset();
  lease_.reset();
}

void HttpConnection::gone() {
  const auto keep = shared_from_this();
  if (phase_ == Phase::gone) return;
  drop();
  if (host_->on_gone) host_->on_gone(*this);
}

}  // namespace tutti::net
