#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// WebSocket messages (RFC 6455): bytes in, events out. No I/O, no clock.
///
/// wslay splits the bytes into frames and unmasks them; the rules above the frame are here: who must mask, no reserved bits,
/// fragments in order, control frames between them, UTF-8 checked as it arrives, limits checked with the
/// first byte of a frame's payload, and nothing is reserved for a length that was only claimed.
namespace tutti::net {

struct WsCodecLimits {
  std::size_t frame = 1024 * 1024;
  std::size_t message = 4 * 1024 * 1024;
  std::size_t fragments = 64;
};

struct WsEvent {
  enum class Kind { text, binary, ping, pong, close, failed };
  Kind kind = Kind::failed;
  std::string payload;     ///< of close: the reason; of failed: what was wrong, for the log
  std::uint16_t code = 0;  ///< of close: 1005 if none was given; of failed: the code to close with
};

class WsParser {
 public:
  enum class Side { server, client };  ///< which side we are

  WsParser(Side side, const WsCodecLimits& limits);
  ~WsParser();

  /// Appends what the bytes amount to. After `close` or `failed` further bytes are ignored.
  void feed(std::string_view bytes, std::vector<WsEvent>& events);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

enum class WsOpcode : std::uint8_t { text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// The header of a whole (unfragmented), unmasked frame: 2, 4 or 10 bytes.
std::string ws_header(WsOpcode opcode, std::size_t payload_size);
/// A whole frame, unmasked as servers send it.
std::string ws_frame(WsOpcode opcode, std::string_view payload);
/// A whole frame, masked as clients send it. The mask must be unpredictable.
std::string ws_masked_frame(WsOpcode opcode, std::string_view payload, std::array<std::uint8_t, 4> mask);
std::string ws_close_payload(std::uint16_t code, std::string_view reason);

/// The Sec-WebSocket-Accept that answers a Sec-WebSocket-Key.
std::string ws_accept(std::string_view key);

/// Whether text is UTF-8 without surrogates and over-long forms, given in pieces.
class Utf8Check {
 public:
  bool feed(std::string_view bytes);                           ///< false: not UTF-8, for good
  [[nodiscard]] bool complete() const { return state_ == 0; }  ///< not inside a character
 private:
  std::uint32_t state_ = 0;
};

}  // namespace tutti::net
