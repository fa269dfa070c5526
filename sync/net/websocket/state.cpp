#include "sync/net/websocket/state.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <utility>

#include "sync/net/log.hpp"

namespace tutti::net {

namespace {

constexpr std::size_t join_below = 1024;  ///< bytes of payload that are cheaper to copy behind the header than to send apart

constexpr Duration last_chance{1'000};  ///< between the moment a peer seems dead and the moment it is

using Mask = std::array<std::uint8_t, 4>;

// Masks must be unpredictable; they are drawn 64 at a time.
Mask next_mask() {
  static thread_local std::array<Mask, 64> pool;
  static thread_local std::size_t left = 0;
  if (left == 0) {
    RAND_bytes(pool.front().data(), static_cast<int>(sizeof pool));
    left = pool.size();
  }
  return pool.at(--left);
}

bool may_send_code(std::uint16_t code) {
  return code == 1000 || code == 1001 || code == 1002 || code == 1003 || (code >= 1007 && code <= 1014) ||
         (code >= 3000 && code <= 4999);
}

}  // namespace

WebSocket::State::State(Loop& l, WsParser::Side s, const WebSocketLimits& lim)
    : loop(l),
      side(s),
      limits(lim),
      callbacks(std::make_shared<WebSocketCallbacks>()),
      parser_(s, {lim.frame, lim.message, lim.fragments}),
      alarm_(l),
      last_control_(l.now()),
      control_allowance_(2.0 * lim.control_per_second) {}

void WebSocket::State::adopt(std::unique_ptr<Stream> connected, std::string first) {
  stream_ = std::move(connected);
  stream_->set_limits({limits.high_water, limits.queue});
  stream_->pause();
  stream_->start(stream_callbacks());
  peer = stream_->peer();
  first_ = std::move(first);
  phase = Phase::open;
  last_heard_ = loop.now();
  watch_silence(limits.ping_interval);
}

StreamCallbacks WebSocket::State::stream_callbacks() {
  StreamCallbacks wanted;
  wanted.on_data = [this](std::string_view bytes) { received(bytes); };
  wanted.on_end = [this](const Status& status) { stream_ended(status); };
  wanted.on_writable = [this] {
    const auto keep = callbacks;
    if (phase == Phase::open && keep->on_writable) keep->on_writable();
  };
  return wanted;
}

void WebSocket::State::start(WebSocketCallbacks wanted) {
  callbacks = std::make_shared<WebSocketCallbacks>(std::move(wanted));
  if (phase == Phase::open && !started_) return read();
  started_ = true;
  if (!missed_end_) return;
  loop.defer([self = shared_from_this(), keep = callbacks] {
    const auto end = std::exchange(self->missed_end_, std::nullopt);
    if (end && self->callbacks == keep && keep->on_close) keep->on_close(*end);
  });
}

void WebSocket::State::read() {
  started_ = true;
  if (!paused_) stream_->resume();
  if (first_.empty()) return;
  loop.defer([self = shared_from_this(), bytes = std::exchange(first_, {})] {
    if (self->phase != Phase::ended) self->received(bytes);
  });
}

// ---- receiving ----

void WebSocket::State::received(std::string_view bytes) {
  const std::shared_ptr<State> keep = shared_from_this();
  last_heard_ = loop.now();
  doubted_ = false;
  std::vector<WsEvent> events;
  parser_.feed(bytes, events);
  std::move(events.begin(), events.end(), std::back_inserter(inbox_));
  dispatch();
}

void WebSocket::State::dispatch() {
  if (dispatching_) return;
  dispatching_ = true;
  while (!inbox_.empty() && !paused_ && phase != Phase::ended && !ending_) {
    WsEvent event = std::move(inbox_.front());
    inbox_.pop_front();
    handle(std::move(event));
  }
  dispatching_ = false;
}

void WebSocket::State::handle(WsEvent event) {
  const auto keep = callbacks;
  switch (event.kind) {
    case WsEvent::Kind::text:
      if (phase == Phase::open && keep->on_text) keep->on_text(std::move(event.payload));
      return;
    case WsEvent::Kind::binary:
      if (phase == Phase::open && keep->on_binary) keep->on_binary(std::move(event.payload));
      return;
    case WsEvent::Kind::ping:
      return handle_ping(event.payload);
    case WsEvent::Kind::pong:
      if (pings_out_ == 0) return static_cast<void>(allow_control());
      --pings_out_;
      return;
    case WsEvent::Kind::close:
      return handle_close(std::move(event));
    case WsEvent::Kind::failed:
      return handle_failure(event);
  }
}

void WebSocket::State::handle_ping(const std::string& payload) {
  if (allow_control() && phase == Phase::open) write_control(WsOpcode::pong, payload);
}

// A bucket that refills by `control_per_second`; a peer that empties it is shown out.
bool WebSocket::State::allow_control() {
  const double rate = limits.control_per_second;
  const double refill = static_cast<double>(loop.now() - last_control_) * rate / 1000.0;
  control_allowance_ = std::min(2.0 * rate, control_allowance_ + refill);
  last_control_ = loop.now();
  if (control_allowance_ < 1.0) {
    handle_failure({WsEvent::Kind::failed, "too many pings", close_code::policy});
    return false;
  }
  control_allowance_ -= 1.0;
  return true;
}

void WebSocket::State::handle_close(WsEvent event) {
  if (phase == Phase::open) {
    const bool coded = event.code != close_code::none;
    write_control(WsOpcode::close, coded ? ws_close_payload(event.code, {}) : std::string());
  }
  finish({event.code, std::move(event.payload), true, true, 0});
}

void WebSocket::State::handle_failure(const WsEvent& event) {
  if (phase == Phase::open) write_control(WsOpcode::close, ws_close_payload(event.code, event.payload));
  finish({event.code, event.payload, false, true, 0});
}

// ---- sending ----

bool WebSocket::State::send(WsOpcode opcode, const Buffer& payload) {
  if (phase != Phase::open) return false;
  if (side == WsParser::Side::client) return stream_->write(ws_masked_frame(opcode, *payload, next_mask()));
  if (payload->size() < join_below) return stream_->write(ws_frame(opcode, *payload));
  stream_->write(ws_header(opcode, payload->size()));
  return stream_->write(payload);
}

bool WebSocket::State::send_frame(Buffer frame) {
  if (phase != Phase::open) return false;
  if (side == WsParser::Side::client) {
    log_error("a shared frame is unmasked, and clients must mask");
    return false;
  }
  return stream_->write(std::move(frame));
}

bool WebSocket::State::write_control(WsOpcode opcode, std::string_view payload) {
  return stream_->write(side == WsParser::Side::client ? ws_masked_frame(opcode, payload, next_mask())
                                                       : ws_frame(opcode, payload));
}

void WebSocket::State::pause() {
  paused_ = true;
  if (stream_) stream_->pause();
}

void WebSocket::State::resume() {
  if (!paused_) return;
  paused_ = false;
  last_heard_ = loop.now();
  if (stream_) stream_->resume();
  loop.defer([self = shared_from_this()] { self->dispatch(); });
}

// ---- the end ----

void WebSocket::State::close(std::uint16_t code, std::string_view reason) {
  if (phase == Phase::connecting) {
    loop.defer([self = shared_from_this()] {
      self->end({close_code::abnormal, "closed before it was open", false, false, 0});
    });
    return;
  }
  if (phase != Phase::open || ending_) return;
  write_control(WsOpcode::close, ws_close_payload(may_send_code(code) ? code : close_code::internal, reason));
  phase = Phase::closing;
  if (paused_) resume();  // or the peer's answer would never be seen
  alarm_.once(limits.close_wait, [this] { end({close_code::abnormal, "no answer to the close frame", false, true, 0}); });
}

void WebSocket::State::finish(WebSocketEnd why) {
  if (ending_) return;
  phase = Phase::closing;
  ending_ = std::move(why);
  alarm_.stop();
  stream_->finish(limits.close_wait);
}

void WebSocket::State::stream_ended(const Status& status) {
  if (ending_) return end(*ending_);
  end({close_code::abnormal, status ? "connection closed without a close frame" : status.error().message, false, true, 0});
}

void WebSocket::State::end(WebSocketEnd why) {
  if (phase == Phase::ended) return;
  const std::shared_ptr<State> self = shared_from_this();
  const auto keep = callbacks;
  drop();
  if (!started_ && why.opened) missed_end_ = why;
  if (keep->on_close) keep->on_close(why);
}

void WebSocket::State::drop() {
  phase = Phase::ended;
  callbacks = std::make_shared<WebSocketCallbacks>();
  alarm_.stop();
  handshake.reset();
  stream_.reset();
  inbox_.clear();
  lease.reset();
}

// ---- silence ----

void WebSocket::State::watch_silence(Duration after) {
  alarm_.once(after, [this] { check_silence(); });
}

// Timers run before sockets are read: after a stall of this process (a stopped one, a busy machine) every peer looks dead while
// its answers wait to be read. So the first verdict only leads to a second look.
void WebSocket::State::check_silence() {
  const Duration silence(loop.now() - last_heard_);
  if (paused_) return watch_silence(limits.ping_interval);
  if (silence >= limits.dead_after && !doubted_) {
    doubted_ = true;
    return watch_silence(std::min(limits.ping_interval, last_chance));
  }
  if (silence >= limits.dead_after) {
    return end({close_code::abnormal, "no answer for " + std::to_string(silence.count() / 1000) + " s", false, true, 0});
  }
  if (silence < limits.ping_interval) return watch_silence(limits.ping_interval - silence);
  write_control(WsOpcode::ping, {});
  ++pings_out_;
  watch_silence(std::min(limits.ping_interval, limits.dead_after - silence));
}

}  // namespace tutti::net
