#include "sync/net/websocket/websocket.hpp"

#include <utility>

#include "sync/net/websocket/state.hpp"

namespace tutti::net {

std::unique_ptr<WebSocket> adopt_websocket(const std::shared_ptr<WebSocket::State>& state, std::unique_ptr<Stream> stream,
                                           std::string first) {
  state->adopt(std::move(stream), std::move(first));
  return std::make_unique<WebSocket>(state);
}

SharedFrame frame_text(std::string_view payload) {
  return {buffer(ws_frame(WsOpcode::text, payload))};
}
SharedFrame frame_binary(std::string_view payload) {
  return {buffer(ws_frame(WsOpcode::binary, payload))};
}

WebSocket::WebSocket(std::shared_ptr<State> state) : state_(std::move(state)) {}
WebSocket::~WebSocket() {
  state_->drop();
}

void WebSocket::start(WebSocketCallbacks callbacks) {
  state_->start(std::move(callbacks));
}
bool WebSocket::send_text(Buffer payload) {
  return state_->send(WsOpcode::text, payload);
}
bool WebSocket::send_binary(Buffer payload) {
  return state_->send(WsOpcode::binary, payload);
}
bool WebSocket::send(const SharedFrame& frame) {
  return state_->send_frame(frame.bytes);
}
bool WebSocket::open() const {
  return state_->phase == State::Phase::open;
}
std::size_t WebSocket::queued() const {
  return state_->connection() ? state_->connection()->queued() : 0;
}
std::optional<Instant> WebSocket::behind_since() const {
  return state_->connection() ? state_->connection()->behind_since() : std::nullopt;
}
const std::string& WebSocket::peer() const {
  return state_->peer;
}
const std::string& WebSocket::subprotocol() const {
  return state_->subprotocol;
}
void WebSocket::pause() {
  state_->pause();
}
void WebSocket::resume() {
  state_->resume();
}
void WebSocket::close(std::uint16_t code, std::string_view reason) {
  state_->close(code, reason);
}

}  // namespace tutti::net
