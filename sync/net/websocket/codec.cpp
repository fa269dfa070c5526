#include "sync/net/websocket/codec.hpp"

#include <wslay/wslay.h>

#include <algorithm>
#include <cstring>

namespace tutti::net {

namespace {

constexpr std::uint16_t protocol_error = 1002;
constexpr std::uint16_t no_code = 1005;
constexpr std::uint16_t invalid_text = 1007;
constexpr std::uint16_t too_big = 1009;

bool is_text(std::string_view bytes) {
  Utf8Check check;
  return check.feed(bytes) && check.complete();
}

// What a peer may write into a close frame (RFC 6455 section 7.4, with the codes registered since).
bool is_sendable_code(unsigned code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

}  // namespace

struct WsParser::State {
  State(Side s, const WsCodecLimits& l) : side(s), limits(l) {}
  ~State() { wslay_frame_context_free(wslay); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  const Side side;
  const WsCodecLimits limits;
  wslay_frame_context_ptr wslay = nullptr;
  std::string_view input;
  std::vector<WsEvent>* out = nullptr;
  bool ended = false;

  // The frame being read.
  bool in_frame = false;
  bool final = false;
  std::uint8_t opcode = 0;
  std::uint64_t left = 0;  ///< bytes of its payload to come
  std::string control;     ///< payload of a control frame

  // The message being read; control frames may come between its frames.
  std::uint8_t kind = 0;  ///< opcode of its first frame; 0: none begun
  std::size_t fragments = 0;
  std::string message;
  Utf8Check utf8;

  [[nodiscard]] bool is_control() const { return (opcode & 8U) != 0; }
  void fail(std::uint16_t code, const char* why);
  bool step();
  bool begin_frame(const wslay_frame_iocb& frame);
  bool begin_message_frame(const wslay_frame_iocb& frame);
  bool take(std::string_view bytes);
  void end_frame();
  void end_message();
  void end_close();
};

void WsParser::State::fail(std::uint16_t code, const char* why) {
  ended = true;
  out->push_back({WsEvent::Kind::failed, why, code});
}

// False when wslay wants more bytes. It holds up to 4 KiB of its own, so an empty input does not mean that nothing is left.
bool WsParser::State::step() {
  wslay_frame_iocb frame{};
  const ssize_t got = wslay_frame_recv(wslay, &frame);
  if (got == WSLAY_ERR_WANT_READ) return false;
  if (got < 0) return fail(protocol_error, "malformed frame"), false;
  if (!in_frame && !begin_frame(frame)) return false;
  if (!take({reinterpret_cast<const char*>(frame.data), static_cast<std::size_t>(got)})) return false;
  if (left == 0) end_frame();
  return !ended;
}

bool WsParser::State::begin_frame(const wslay_frame_iocb& frame) {
  in_frame = true;
  final = frame.fin != 0;
  opcode = frame.opcode;
  left = frame.payload_length;
  control.clear();
  if (frame.rsv != 0) return fail(protocol_error, "reserved bits are set"), false;
  if ((frame.mask != 0) != (side == Side::server)) {
    return fail(protocol_error, side == Side::server ? "unmasked frame from a client" : "masked frame from a server"), false;
  }
  if (!is_control()) return begin_message_frame(frame);
  if (opcode > WSLAY_PONG) return fail(protocol_error, "unknown control frame"), false;
  if (!final || left > 125) return fail(protocol_error, "control frame in pieces or too long"), false;
  return true;
}

bool WsParser::State::begin_message_frame(const wslay_frame_iocb& frame) {
  if (opcode > WSLAY_BINARY_FRAME) return fail(protocol_error, "unknown kind of frame"), false;
  if ((opcode == WSLAY_CONTINUATION_FRAME) != (kind != 0)) return fail(protocol_error, "fragments out of order"), false;
  if (frame.payload_length > limits.frame || frame.payload_length > limits.message - message.size()) {
    return fail(too_big, "message too big"), false;
  }
  if (++fragments > limits.fragments) return fail(too_big, "too many fragments"), false;
  if (opcode != WSLAY_CONTINUATION_FRAME) kind = opcode;
  return true;
}

bool WsParser::State::take(std::string_view bytes) {
  left -= bytes.size();
  if (is_control()) {
    control.append(bytes);
    return true;
  }
  if (kind == WSLAY_TEXT_FRAME && !utf8.feed(bytes)) return fail(invalid_text, "text is not UTF-8"), false;
  message.append(bytes);
  return true;
}

void WsParser::State::end_frame() {
  in_frame = false;
  switch (opcode) {
    case WSLAY_CONNECTION_CLOSE:
      return end_close();
    case WSLAY_PING:
      out->push_back({WsEvent::Kind::ping, std::move(control), 0});
      return;
    case WSLAY_PONG:
      out->push_back({WsEvent::Kind::pong, std::move(control), 0});
      return;
    default:
      if (final) end_message();
  }
}

void WsParser::State::end_message() {
  const bool text = kind == WSLAY_TEXT_FRAME;
  if (text && !utf8.complete()) return fail(invalid_text, "text ends inside a character");
  out->push_back({text ? WsEvent::Kind::text : WsEvent::Kind::binary, std::move(message), 0});
  message = {};
  kind = 0;
  fragments = 0;
  utf8 = {};
}

void WsParser::State::end_close() {
  if (control.empty()) {
    ended = true;
    out->push_back({WsEvent::Kind::close, {}, no_code});
    return;
  }
  if (control.size() == 1) return fail(protocol_error, "half a close code");
  const unsigned code = static_cast<unsigned char>(control[0]) * 256U + static_cast<unsigned char>(control[1]);
  if (!is_sendable_code(code)) return fail(protocol_error, "close code that must not be sent");
  if (!is_text(std::string_view(control).substr(2))) return fail(invalid_text, "close reason is not UTF-8");
  ended = true;
  out->push_back({WsEvent::Kind::close, control.substr(2), static_cast<std::uint16_t>(code)});
}

WsParser::WsParser(Side side, const WsCodecLimits& limits) : state_(std::make_unique<State>(side, limits)) {
  wslay_frame_callbacks callbacks{};
  callbacks.recv_callback = [](std::uint8_t* to, std::size_t size, int, void* user) -> ssize_t {
    std::string_view& input = static_cast<State*>(user)->input;
    const std::size_t count = std::min(size, input.size());
    if (count == 0) return -1;
    std::memcpy(to, input.data(), count);
    input.remove_prefix(count);
    return static_cast<ssize_t>(count);
  };
  wslay_frame_context_init(&state_->wslay, &callbacks, state_.get());
}

WsParser::~WsParser() = default;

void WsParser::feed(std::string_view bytes, std::vector<WsEvent>& events) {
  if (state_->ended) return;
  state_->input = bytes;
  state_->out = &events;
  while (state_->step()) {
  }
}

}  // namespace tutti::net
