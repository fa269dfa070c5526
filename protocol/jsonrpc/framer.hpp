#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/base/result.hpp"

// The base protocol of LSP: `Content-Length: n`, a blank line, n bytes. Bytes in, bodies out, no I/O.
//
//            blank lines          line without end: more than kHeaderMax bytes ─────────────▶ lost
//               ┌──┐                                                                            ▲
//   start ────▶ header ── blank line, no usable length ──────────────────────────────────────── ┤
//                │  ▲ ▲                                                                         │
//      length ok │  │ └── all bytes skipped ── skip ◀── length above the body limit ── header   │
//                ▼  │                                                                           │
//               body┘ all bytes here: Body             length above kSkipMax ───────────────────┘
//
// A stream is lost when the next message's beginning cannot be known any more; then the connection must be ended.
namespace tutti::jsonrpc {

inline constexpr std::size_t kHeaderMax = 4096;
inline constexpr std::size_t kBodyMax = std::size_t{64} * 1024 * 1024;
/// A longer body is not even skipped: whoever announces it does not speak this protocol.
inline constexpr std::uint64_t kSkipMax = std::uint64_t{1024} * 1024 * 1024;

struct Body {
  std::string text;
};
struct Fault {
  Error error;
  bool lost = false;  ///< nothing more will come out of this stream
};
using Incoming = std::variant<Body, Fault>;

class Framer {
 public:
  explicit Framer(std::size_t body_max = kBodyMax) : body_max_(body_max) {}

  /// Takes bytes as they come, split anywhere; appends what they complete.
  void feed(std::string_view bytes, std::vector<Incoming>& out);

  [[nodiscard]] bool lost() const { return state_ == State::lost; }
  /// The stream may end here: no message has begun.
  [[nodiscard]] bool between_messages() const { return state_ == State::header && header_bytes_ == 0; }

 private:
  enum class State { header, body, skip, lost };

  void take_header(std::string_view& bytes, std::vector<Incoming>& out);
  void take_body(std::string_view& bytes, std::vector<Incoming>& out);
  void take_skip(std::string_view& bytes);
  void end_line(std::vector<Incoming>& out);
  void end_header(std::vector<Incoming>& out);
  void start_message();
  void lose(std::string why, std::vector<Incoming>& out);

  std::size_t body_max_;
  State state_ = State::header;
  std::size_t header_bytes_ = 0;
  std::string line_;
  bool has_length_ = false;
  std::uint64_t length_ = 0;
  std::uint64_t left_ = 0;  ///< bytes still to skip
  std::string body_;
};

/// A body with its header, ready to be written.
[[nodiscard]] std::string frame(std::string_view body);

}  // namespace tutti::jsonrpc
