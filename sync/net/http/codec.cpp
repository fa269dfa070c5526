#include "sync/net/http/codec.hpp"

#include <llhttp.h>

#include <algorithm>
#include <array>

#include "sync/net/http/head_guard.hpp"

namespace tutti::net {

namespace {

constexpr std::array<std::string_view, 7> known_methods = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

}  // namespace

// llhttp calls back while it runs over the bytes. A callback that answers HPE_PAUSED makes it stop exactly there, which is
// how "one event at a time" comes about; one that refuses leaves the reason in `failure`.
struct HttpParser::State {
  State(Kind k, const HttpCodecLimits& l);
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  const Kind kind;
  const HttpCodecLimits limits;
  HttpHeadGuard guard;
  llhttp_t llhttp{};

  HttpMessage message;
  Failure failure;
  bool failed = false;
  bool head_done = false;
  bool complete = false;
  std::string field;
  std::string value;
  std::string answers = "GET";  ///< the method that a response answers
  std::size_t extra = 0;        ///< bytes of chunk extensions and trailers

  void begin_message();
  Event feed_head(std::string_view& input);
  Event run(std::string_view& input, std::string_view part);
  Event fail(int status, std::string reason);

  int refuse(int status, const char* reason);
  int end_field();
  int count_extra(std::size_t size);
  int head_complete();
  int check_request();
  int check_request_framing();
  int finish_request_head();
  int finish_response_head();
  int take_body(std::string_view bytes);
};

namespace {

using Self = HttpParser::State;

Self& self(llhttp_t* parser) {
  return *static_cast<Self*>(parser->data);
}

llhttp_settings_t make_settings() {
  llhttp_settings_t s{};
  llhttp_settings_init(&s);
  s.on_url = [](llhttp_t* p, const char* at, std::size_t n) { return self(p).message.target.append(at, n), 0; };
  s.on_header_field = [](llhttp_t* p, const char* at, std::size_t n) {
    return self(p).field.append(at, n), self(p).count_extra(n);
  };
  s.on_header_value = [](llhttp_t* p, const char* at, std::size_t n) {
    return self(p).value.append(at, n), self(p).count_extra(n);
  };
  s.on_header_value_complete = [](llhttp_t* p) { return self(p).end_field(); };
  s.on_chunk_extension_name = [](llhttp_t* p, const char*, std::size_t n) { return self(p).count_extra(n); };
  s.on_chunk_extension_value = [](llhttp_t* p, const char*, std::size_t n) { return self(p).count_extra(n); };
  s.on_headers_complete = [](llhttp_t* p) { return self(p).head_complete(); };
  s.on_body = [](llhttp_t* p, const char* at, std::size_t n) { return self(p).take_body({at, n}); };
  s.on_message_complete = [](llhttp_t* p) {
    self(p).complete = true;
    return static_cast<int>(HPE_PAUSED);
  };
  return s;
}

const llhttp_settings_t& settings() {
  static const llhttp_settings_t made = make_settings();
  return made;
}

}  // namespace

HttpParser::State::State(Kind k, const HttpCodecLimits& l) : kind(k), limits(l), guard(l.head_bytes) {
  llhttp_init(&llhttp, k == Kind::request ? HTTP_REQUEST : HTTP_RESPONSE, &settings());
  llhttp.data = this;
}

int HttpParser::State::refuse(int status, const char* reason) {
  failure = {status, reason};
  failed = true;
  return HPE_USER;
}

HttpParser::Event HttpParser::State::fail(int status, std::string reason) {
  if (!failed) failure = {status, std::move(reason)};
  failed = true;
  return Event::failed;
}

void HttpParser::State::begin_message() {
  message = {};
  head_done = false;
  complete = false;
  extra = 0;
  guard.restart();
}

int HttpParser::State::end_field() {
  if (!head_done) {
    if (message.headers.fields().size() >= limits.head_fields) return refuse(431, "too many header fields");
    message.headers.add(field, value);
  }
  field.clear();
  value.clear();
  return 0;
}

// The head itself was counted before llhttp saw it.
int HttpParser::State::count_extra(std::size_t size) {
  if (!head_done) return 0;
  extra += size;
  return extra > limits.head_bytes ? refuse(431, "trailers or chunk extensions too large") : 0;
}

int HttpParser::State::take_body(std::string_view bytes) {
  if (bytes.size() > limits.body_bytes - message.body.size()) return refuse(413, "body too large");
  message.body.append(bytes);
  return 0;
}

int HttpParser::State::check_request() {
  message.method = llhttp_method_name(static_cast<llhttp_method_t>(llhttp.method));
  if (llhttp.http_major != 1 || llhttp.http_minor > 1) return refuse(505, "HTTP version not supported");
  if (std::find(known_methods.begin(), known_methods.end(), message.method) == known_methods.end()) {
    return refuse(501, "method not supported");
  }
  const bool star = message.target == "*" && message.method == "OPTIONS";
  if (!message.target.starts_with('/') && !star) return refuse(400, "the request target must be a path");
  const std::size_t hosts = message.headers.count("host");
  if (hosts > 1 || (hosts == 0 && llhttp.http_minor == 1)) return refuse(400, "exactly one Host field is needed");
  return check_request_framing();
}

int HttpParser::State::check_request_framing() {
  const std::size_t codings = message.headers.count("transfer-encoding");
  if (codings == 0) return 0;
  if (message.headers.count("content-length") != 0) return refuse(400, "Transfer-Encoding and Content-Length together");
  const bool chunked = codings == 1 && message.headers.has_token("transfer-encoding", "chunked") &&
                       message.headers.get("transfer-encoding").size() == 7;
  if (!chunked || llhttp.http_minor == 0) return refuse(501, "transfer coding not supported");
  return 0;
}

// Only a WebSocket handshake may leave HTTP; any other Upgrade (a client offering HTTP/2, say) is an ordinary request.
int HttpParser::State::finish_request_head() {
  if (const int refused = check_request(); refused != 0) return refused;
  const bool websocket = llhttp.upgrade != 0 && message.headers.has_token("upgrade", "websocket");
  llhttp.upgrade = websocket ? 1 : 0;
  if (!websocket) return 0;
  const std::string_view length = message.headers.get("content-length");
  const bool body = message.headers.count("transfer-encoding") != 0 || (!length.empty() && length != "0");
  return body || message.method != "GET" ? refuse(400, "not a WebSocket handshake") : 0;
}

// 1: no body follows. 2: none, and the rest is another protocol.
int HttpParser::State::finish_response_head() {
  message.status = llhttp.status_code;
  if (answers == "CONNECT" && message.status / 100 == 2) return llhttp.upgrade = 1, 2;
  llhttp.upgrade = message.status == 101 ? 1 : 0;
  if (message.status == 101) return 2;
  return answers == "HEAD" ? 1 : 0;
}

int HttpParser::State::head_complete() {
  message.keep_alive = llhttp_should_keep_alive(&llhttp) != 0;
  const int result = kind == Kind::request ? finish_request_head() : finish_response_head();
  if (failed) return HPE_USER;
  head_done = true;
  if ((llhttp.flags & F_CONTENT_LENGTH) != 0 && answers != "HEAD" && llhttp.content_length > limits.body_bytes) {
    return refuse(413, "body too large");
  }
  return result;
}

// Runs llhttp over `part`, the front of `input`, and takes what it used off the input.
HttpParser::Event HttpParser::State::run(std::string_view& input, std::string_view part) {
  const bool had_head = head_done;
  const llhttp_errno_t result = llhttp_execute(&llhttp, part.data(), part.size());
  const bool paused = result == HPE_PAUSED || result == HPE_PAUSED_UPGRADE;
  if (failed || (result != HPE_OK && !paused)) return fail(400, llhttp_errno_name(result));
  const std::size_t used = paused ? static_cast<std::size_t>(llhttp_get_error_pos(&llhttp) - part.data()) : part.size();
  input.remove_prefix(used);
  if (result == HPE_PAUSED_UPGRADE) return Event::upgrade;
  if (result == HPE_PAUSED) llhttp_resume(&llhttp);
  if (complete) return llhttp.upgrade != 0 ? Event::upgrade : Event::message;
  return head_done && !had_head ? Event::head : Event::need_more;
}

HttpParser::Event HttpParser::State::feed_head(std::string_view& input) {
  std::size_t used = 0;
  switch (guard.look(input, used)) {
    case HttpHeadGuard::Verdict::too_large:
      return fail(431, "head too large");
    case HttpHeadGuard::Verdict::malformed:
      return fail(400, "malformed head");
    case HttpHeadGuard::Verdict::need_more:
    case HttpHeadGuard::Verdict::complete:
      break;
  }
  return run(input, input.substr(0, used));
}

HttpParser::HttpParser(Kind kind, const HttpCodecLimits& limits) : state_(std::make_unique<State>(kind, limits)) {}

HttpParser::~HttpParser() = default;

HttpParser::Event HttpParser::feed(std::string_view& input) {
  State& s = *state_;
  if (s.failed) return Event::failed;
  if (s.complete) s.begin_message();
  while (!input.empty()) {
    const Event event = s.head_done ? s.run(input, input) : s.feed_head(input);
    if (event != Event::need_more) return event;
  }
  return Event::need_more;
}

HttpParser::Event HttpParser::finish() {
  State& s = *state_;
  if (s.failed) return Event::failed;
  if (!in_message()) return Event::need_more;
  const llhttp_errno_t result = llhttp_finish(&s.llhttp);
  if (s.complete && !s.failed) return Event::message;
  return s.fail(400, result == HPE_OK ? "the connection ended inside a message" : llhttp_errno_name(result));
}

void HttpParser::expect_response_to(std::string_view method) {
  state_->answers = method;
}

HttpMessage& HttpParser::message() {
  return state_->message;
}

const HttpParser::Failure& HttpParser::failure() const {
  return state_->failure;
}

bool HttpParser::in_message() const {
  return !state_->complete && (state_->head_done || state_->guard.begun());
}

bool HttpParser::in_head() const {
  return in_message() && !state_->head_done;
}

}  // namespace tutti::net
