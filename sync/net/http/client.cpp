#include "sync/net/http/client.hpp"

#include <utility>

#include "sync/net/http/codec.hpp"
#include "sync/net/http/write.hpp"

namespace tutti::net {

struct HttpCall::State : std::enable_shared_from_this<HttpCall::State> {
  using Done = std::function<void(Result<HttpResponse>)>;
  State(Loop& l, HttpCallOptions o, Done d)
      : loop(l), options(std::move(o)), done(std::move(d)), alarm(l), parser(HttpParser::Kind::response, limits(options)) {}

  Loop& loop;
  HttpCallOptions options;
  Done done;
  Url url;
  Timer alarm;
  HttpParser parser;
  std::string request;
  std::unique_ptr<Dialing> dialing;
  std::unique_ptr<Stream> stream;

  static HttpCodecLimits limits(const HttpCallOptions& options) { return {16 * 1024, 64, options.max_body}; }
  Status prepare();
  void begin();
  void connected(Result<std::unique_ptr<Stream>> result);
  void received(std::string_view bytes);
  void ended(const Status& status);
  void succeed();
  void finish(Result<HttpResponse> result);
  void give_up();
};

Status HttpCall::State::prepare() {
  auto parsed = parse_url(options.url);
  if (!parsed) return parsed.error();
  url = *parsed;
  if (url.scheme != "http" && url.scheme != "https") return error(ErrorCode::invalid, "not an http:// or https:// URL");
  auto proxy = proxy_for(url, options.connect.proxy);
  if (!proxy) return proxy.error();
  Headers headers = options.headers;
  headers.set("Host", url.host_header());
  headers.set("Connection", "close");
  std::string target = url.target;
  if (*proxy && !url.secure() && options.connect.unix_path.empty()) {
    target = "http://" + url.host_header() + target;
    if (!(*proxy)->authorization.empty()) headers.set("Proxy-Authorization", (*proxy)->authorization);
  }
  auto written = write_request(options.method, target, headers, options.body);
  if (!written) return written.error();
  request = std::move(*written);
  return {};
}

void HttpCall::State::begin() {
  if (Status ready = prepare(); !ready) {
    return loop.defer([self = shared_from_this(), why = ready.error()] { self->finish(why); });
  }
  parser.expect_response_to(options.method);
  alarm.once(options.timeout, [this] { finish(error(ErrorCode::unavailable, "no answer in time: " + url.authority())); });
  dialing =
      Dialing::to(loop, url, options.connect, [this](Result<std::unique_ptr<Stream>> result) { connected(std::move(result)); });
}

void HttpCall::State::connected(Result<std::unique_ptr<Stream>> result) {
  if (!result) return finish(result.error());
  stream = std::move(*result);
  stream->set_limits({StreamLimits{}.high_water, request.size() + StreamLimits{}.hard_limit});
  StreamCallbacks callbacks;
  callbacks.on_data = [this](std::string_view bytes) { received(bytes); };
  callbacks.on_end = [this](const Status& status) { ended(status); };
  stream->start(std::move(callbacks));
  stream->resume();
  stream->write(std::move(request));
}

void HttpCall::State::received(std::string_view bytes) {
  for (;;) {
    switch (parser.feed(bytes)) {
      case HttpParser::Event::need_more:
        return;
      case HttpParser::Event::head:
        break;
      case HttpParser::Event::message:
        if (parser.message().status / 100 != 1) return succeed();
        break;
      case HttpParser::Event::upgrade:
        return finish(error(ErrorCode::unavailable, "the server changed the protocol unasked"));
      case HttpParser::Event::failed:
        if (parser.failure().status == 413) return finish(error(ErrorCode::limit, "the answer is too large"));
        return finish(error(ErrorCode::unavailable, "what answers at " + url.authority() + " does not speak HTTP"));
    }
  }
}

void HttpCall::State::ended(const Status& status) {
  if (!status) return finish(status.error());
  if (parser.finish() == HttpParser::Event::message) return succeed();
  finish(error(ErrorCode::unavailable, "connection closed before the answer was complete: " + url.authority()));
}

void HttpCall::State::succeed() {
  HttpMessage& message = parser.message();
  finish(HttpResponse{message.status, std::move(message.headers), std::move(message.body)});
}

void HttpCall::State::finish(Result<HttpResponse> result) {
  const auto keep = shared_from_this();
  const Done call = std::exchange(done, nullptr);
  give_up();
  if (call) call(std::move(result));
}

void HttpCall::State::give_up() {
  done = nullptr;
  alarm.stop();
  dialing.reset();
  stream.reset();
}

HttpCall::HttpCall(std::shared_ptr<State> state) : state_(std::move(state)) {}

HttpCall::~HttpCall() {
  state_->give_up();
}

std::unique_ptr<HttpCall> http_request(Loop& loop, HttpCallOptions options, std::function<void(Result<HttpResponse>)> done) {
  auto state = std::make_shared<HttpCall::State>(loop, std::move(options), std::move(done));
  auto call = std::make_unique<HttpCall>(state);
  state->begin();
  return call;
}

}  // namespace tutti::net
