#include "tests/hub/house.hpp"

#include <unistd.h>

#include "sync/hub/entry/secret.hpp"
#include "sync/net/http/client.hpp"
#include "tests/support/catch.hpp"

namespace tutti::test {

TempFolder::TempFolder() {
  static int count = 0;
  path = std::filesystem::temp_directory_path() / ("tutti-hub-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
  std::filesystem::create_directories(path);
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

Reply call(net::Loop& loop, const std::string& base, const std::string& method, const std::string& path,
           const std::optional<Json>& body, const std::string& token) {
  net::HttpCallOptions options;
  options.method = method;
  options.url = base + path;
  if (body) options.body = body->dump();
  if (!token.empty()) options.headers.add("authorization", "Bearer " + token);
  std::optional<Result<net::HttpResponse>> got;
  const auto running = net::http_request(loop, std::move(options), [&](Result<net::HttpResponse> r) { got = std::move(r); });
  loop.run_until([&] { return got.has_value(); }, patience);
  if (!got) FAIL("no answer to " << method << ' ' << path);
  if (!got->ok()) FAIL(method << ' ' << path << ": " << got->error().message);
  auto& response = got->value();
  return {response.status, Json::parse(response.body, nullptr, false), response.body, response.headers};
}

Client::Client(net::Loop& loop, const std::string& base, const std::string& session, const net::Headers& headers)
    : loop_(loop) {
  net::WebSocketConnectOptions options;
  options.headers = headers;
  options.limits.message = options.limits.frame = wire::kDownFrameMax;
  net::WebSocketCallbacks callbacks;
  callbacks.on_open = [this] { open_ = true; };
  callbacks.on_text = [this](const std::string& text) {
    auto frame = wire::decode_down(text);
    if (!frame) fail("the hub sent what its own codec refuses: " + text);
    frames.push_back(std::move(*frame));
  };
  callbacks.on_binary = [this](std::string bytes) { binary.push_back(std::move(bytes)); };
  callbacks.on_close = [this](const net::WebSocketEnd& why) { end = why; };
  const auto url = "ws" + base.substr(4) + "/api/v1/collaboration/ws/" + session;
  socket_ = net::WebSocket::connect(loop, url, std::move(options), std::move(callbacks));
  wait([this] { return open_ || end; });
}

void Client::fail(const std::string& why) const {
  FAIL(why << (end ? "; closed " + std::to_string(end->code) + " " + end->reason : ""));
  std::abort();
}

bool Client::wait(const std::function<bool()>& condition) {
  return loop_.run_until([&] { return condition() || (end && open_); }, patience) && condition();
}

void Client::hello(const std::string& token, std::uint32_t protocol) {
  wire::Hello message;
  message.protocol = protocol;
  message.token = token;
  message.client = "test";
  say(message);
}

const wire::Welcome& Client::enter(const std::string& token) {
  hello(token);
  return await<wire::Welcome>();
}

void Client::create(const std::string& path) {
  follow(hub::secret_id<DocumentId>());
  wire::FileCreate message;
  message.request = ++request_;
  message.document = document_;
  message.path = path;
  say(message);
}

void Client::follow(DocumentId document) {
  document_ = document;
  seq_ = typed_ = 0;
}

std::uint64_t Client::type(const std::string& text) {
  const auto replica = last<wire::Welcome>()->replica;
  wire::FileEdit message;
  message.request = ++request_;
  message.document = document_;
  message.change.replica = replica;
  message.change.seq = seq_;
  if (seq_ > 0) message.change.parents = {{replica, seq_ - 1}};
  message.change.patches = {{typed_, 0, text}};
  seq_ += text.size();
  typed_ += text.size();
  say(message);
  return request_;
}

std::uint64_t Client::take_back_all() {
  const auto replica = last<wire::Welcome>()->replica;
  wire::FileEdit message;
  message.request = ++request_;
  message.document = document_;
  message.change = {replica, seq_, {{replica, seq_ - 1}}, {{0, typed_, ""}}};
  seq_ += std::exchange(typed_, 0);
  say(message);
  return request_;
}

void Client::fetch(DocumentId document) {
  wire::Fetch message;
  message.document = document;
  say(message);
}

std::uint64_t Client::durable() const {
  const auto* position = last<wire::Durable>();
  std::uint64_t newest = 0;
  for (const auto& frame : frames) {
    const auto* received = std::get_if<wire::Received>(&frame);
    if (received != nullptr && position != nullptr && received->position <= position->position) newest = received->request;
  }
  return newest;
}

void Client::await_durable(std::uint64_t request) {
  if (!wait([&] { return durable() >= request; })) fail("request " + std::to_string(request) + " is not durable");
}

const net::WebSocketEnd& Client::await_end() {
  loop_.run_until([&] { return end.has_value(); }, patience);
  if (!end) fail("the connection does not end");
  return *end;
}

std::string Client::heard() const {
  std::string text;
  for (const auto& frame : frames) {
    const auto* edit = std::get_if<wire::FileEdit>(&frame);
    if (edit == nullptr) continue;
    for (const auto& patch : edit->change.patches) text += patch.insert;
  }
  return text;
}

hub::Hub::Options House::quick() {
  hub::Hub::Options options;
  options.listen.port = 0;
  return options;
}

House::House(std::shared_ptr<store::Store> kept, hub::Hub::Options options) : store(std::move(kept)) {
  auto started = hub::Hub::start(loop, store, std::move(options));
  if (!started) FAIL(started.error().message);
  hub = std::move(*started);
  const auto token = hub::make_token(store::TokenKind::user);
  store::TokenRow row;
  row.hash = token.hash;
  row.id = hub::secret_id<store::TokenId>();
  row.user = hub::secret_id<ParticipantId>();
  REQUIRE(store->put_user({*row.user, "Olga", wire::Kind::person, 1}).ok());
  REQUIRE(store->put_token(row).ok());
  user_token = token.text;
}

House::~House() {
  hub.reset();
}

House::Session House::session(const std::string& name) {
  const auto made = call("POST", "/sessions", Json{{"name", name}}, user_token);
  REQUIRE(made.status == 201);
  return {made.body["id"], made.body["token"], made.body["participant"]};
}

std::string House::link(const Session& session, const std::string& role) {
  const auto made = call("POST", "/sessions/" + session.id + "/links", Json{{"role", role}}, session.token);
  REQUIRE(made.status == 201);
  CHECK(made.body["link"] == hub->url() + "/s/" + session.id + "#" + made.body["secret"].get<std::string>());
  return made.body["secret"];
}

House::Guest House::join(const Session& session, const std::string& secret, const std::string& name) {
  const auto joined = call("POST", "/sessions/" + session.id + "/join", Json{{"secret", secret}, {"name", name}});
  REQUIRE(joined.status == 200);
  return {joined.body["participant"], joined.body["token"], joined.body["ticket"]};
}

std::unique_ptr<Client> House::enter(const Session& session, const std::string& token) {
  auto entered = client(session);
  entered->enter(token);
  return entered;
}

}  // namespace tutti::test
