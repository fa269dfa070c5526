#include "sync/net/stream/connect.hpp"

#include <utility>

#include "sync/net/http/codec.hpp"

namespace tutti::net {

//   connect to the host, or to the proxy ─▶ [CONNECT] ─▶ [TLS] ─▶ done
//
// For http:// through a proxy there is no CONNECT: the caller sends the whole URL as the request's target instead.
struct Dialing::State : std::enable_shared_from_this<Dialing::State> {
  State(Loop& l, Url u, ConnectOptions o, Done d)
      : loop(l),
        url(std::move(u)),
        options(std::move(o)),
        done(std::move(d)),
        alarm(l),
        answer(HttpParser::Kind::response, {}) {}

  Loop& loop;
  Url url;
  ConnectOptions options;
  Done done;
  Timer alarm;
  HttpParser answer;
  std::optional<Proxy> proxy;
  std::unique_ptr<Connecting> connecting;
  std::unique_ptr<Stream> stream;

  void begin();
  void connected(Result<std::unique_ptr<Stream>> result);
  void ask_proxy();
  void proxy_answered(std::string_view bytes);
  void secure();
  void finish();
  void fail(Error why);
  void fail_later(Error why);
  void give_up();
  StreamCallbacks callbacks(std::function<void(std::string_view)> on_data);
};

void Dialing::State::begin() {
  alarm.once(options.timeout, [this] { fail(error(ErrorCode::unavailable, "no answer: " + url.authority())); });
  Endpoint endpoint{url.host, url.port, options.unix_path};
  if (options.unix_path.empty()) {
    auto found = proxy_for(url, options.proxy);
    if (!found) return fail_later(found.error());
    proxy = *found;
    if (proxy) endpoint = {proxy->host, proxy->port, {}};
  }
  connecting = Connecting::to(loop, endpoint, options.timeout,
                              [this](Result<std::unique_ptr<Stream>> result) { connected(std::move(result)); });
}

void Dialing::State::connected(Result<std::unique_ptr<Stream>> result) {
  const std::shared_ptr<State> keep = shared_from_this();
  if (!result) return fail(proxy ? error(result.error().code, "the proxy: " + result.error().message) : result.error());
  stream = std::move(*result);
  if (proxy && url.scheme != "http") return ask_proxy();
  secure();
}

StreamCallbacks Dialing::State::callbacks(std::function<void(std::string_view)> on_data) {
  StreamCallbacks all;
  all.on_data = std::move(on_data);
  all.on_end = [this](const Status& status) {
    fail(status ? error(ErrorCode::unavailable, "connection closed by " + url.authority()) : status.error());
  };
  return all;
}

void Dialing::State::ask_proxy() {
  std::string request = "CONNECT " + url.authority() + " HTTP/1.1\r\nHost: " + url.authority() + "\r\n";
  if (!proxy->authorization.empty()) request += "Proxy-Authorization: " + proxy->authorization + "\r\n";
  answer.expect_response_to("CONNECT");
  stream->write(request + "\r\n");
  stream->start(callbacks([this](std::string_view bytes) { proxy_answered(bytes); }));
}

// The peer behind the tunnel never speaks first in our protocols, so bytes after the proxy's head are not believed.
void Dialing::State::proxy_answered(std::string_view bytes) {
  const HttpParser::Event event = answer.feed(bytes);
  if (event == HttpParser::Event::need_more) return;
  const int status = answer.message().status;
  if (event == HttpParser::Event::upgrade && bytes.empty()) return secure();
  const std::string words =
      status == 0 ? "the proxy does not speak HTTP" : "the proxy refuses (HTTP status " + std::to_string(status) + ")";
  fail(error(status == 407 || status == 403 ? ErrorCode::denied : ErrorCode::unavailable, words));
}

void Dialing::State::secure() {
  if (!url.secure()) return finish();
  auto context = TlsContext::client(options.ca_file);
  if (!context) return fail(context.error());
  stream->start(callbacks([](std::string_view) {}));
  stream->start_tls(*context, url.host, [this] { finish(); });
}

void Dialing::State::finish() {
  const std::shared_ptr<State> keep = shared_from_this();
  const Done call = std::exchange(done, nullptr);
  std::unique_ptr<Stream> ready = std::move(stream);
  ready->pause();
  ready->start({});
  give_up();
  if (call) call(std::move(ready));
}

void Dialing::State::fail(Error why) {
  const std::shared_ptr<State> keep = shared_from_this();
  const Done call = std::exchange(done, nullptr);
  give_up();
  if (call) call(std::move(why));
}

void Dialing::State::fail_later(Error why) {
  loop.defer([self = shared_from_this(), why = std::move(why)] {
    if (self->done) self->fail(why);
  });
}

void Dialing::State::give_up() {
  done = nullptr;
  alarm.stop();
  connecting.reset();
  stream.reset();
}

Dialing::Dialing(std::shared_ptr<State> state) : state_(std::move(state)) {}

Dialing::~Dialing() {
  state_->give_up();
}

std::unique_ptr<Dialing> Dialing::to(Loop& loop, const Url& url, const ConnectOptions& options, Done done) {
  auto state = std::make_shared<State>(loop, url, options, std::move(done));
  std::unique_ptr<Dialing> dialing(new Dialing(state));
  state->begin();
  return dialing;
}

}  // namespace tutti::net
