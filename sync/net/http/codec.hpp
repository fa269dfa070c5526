#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "sync/net/http/headers.hpp"

/// HTTP/1.1 messages: bytes in, one event at a time out. No I/O, no clock.
///
/// llhttp does the grammar. In front of it stands a guard over the head that is stricter than some versions of llhttp: lines
/// end in CR LF and nothing else, no folded header lines, no control characters, and the head is counted before it is parsed.
///
///   start ─▶ head ─▶ body ─▶ message ─▶ start …
///                └─▶ upgrade (the rest of the bytes belong to another protocol)
namespace tutti::net {

struct HttpCodecLimits {
  std::size_t head_bytes = 16 * 1024;  ///< also bounds chunk extensions and trailers together
  std::size_t head_fields = 64;
  std::size_t body_bytes = 1024 * 1024;
};

struct HttpMessage {
  std::string method;  ///< requests
  std::string target;  ///< requests
  int status = 0;      ///< responses
  Headers headers;
  std::string body;
  bool keep_alive = false;
};

class HttpParser {
 public:
  enum class Kind { request, response };
  enum class Event {
    need_more,  ///< all input was used
    head,       ///< headers are there, a body is to come (without a body `message` comes at once)
    message,    ///< complete; the next bytes begin another message
    upgrade,    ///< complete, and both sides leave HTTP; `feed` no more
    failed,     ///< see failure(); `feed` no more
  };
  struct Failure {
    int status = 400;  ///< what a server answers
    std::string reason;
  };

  HttpParser(Kind kind, const HttpCodecLimits& limits);
  ~HttpParser();

  /// Takes bytes off the front of `input` until something happened. Call again with what is left unless it says need_more.
  Event feed(std::string_view& input);
  /// The peer ended. `message` if that completes a response without a length, `need_more` between messages, else `failed`.
  Event finish();

  /// The next response answers HEAD (no body) or CONNECT (a 2xx ends HTTP).
  void expect_response_to(std::string_view method);

  [[nodiscard]] HttpMessage& message();  ///< valid from `head` until the next message begins
  [[nodiscard]] const Failure& failure() const;
  [[nodiscard]] bool in_message() const;  ///< some bytes of a message were seen, but not its end
  [[nodiscard]] bool in_head() const;

  struct State;  // in codec.cpp

 private:
  std::unique_ptr<State> state_;
};

}  // namespace tutti::net
