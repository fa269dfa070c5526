#include <algorithm>
#include <utility>
#include <vector>

#include "sync/net/stream/state.hpp"

namespace tutti::net {

namespace {

/// An address that does not answer must not use up the time of the ones after it (a host with a broken IPv6, say).
constexpr Duration patience_per_address{3'000};

struct Lookup {
  uv_getaddrinfo_t request{};
  std::weak_ptr<Connecting::State> for_whom;
};

struct Attempt {
  uv_connect_t request{};
  std::weak_ptr<Connecting::State> for_whom;
  std::shared_ptr<Stream::State> stream;
};

}  // namespace

struct Connecting::State : std::enable_shared_from_this<Connecting::State> {
  State(Loop& l, Endpoint e, Done d) : loop(l), endpoint(std::move(e)), done(std::move(d)), total(l), each(l) {}

  Loop& loop;
  Endpoint endpoint;
  Done done;
  Timer total;
  Timer each;
  Lookup* lookup = nullptr;  ///< freed by its callback
  std::vector<sockaddr_storage> addresses;
  std::size_t next = 0;
  std::shared_ptr<Stream::State> trying;
  int last_failure = UV_EAI_NONAME;

  void begin(Duration timeout);
  void look_up();
  void found(int status, const addrinfo* list);
  void try_next();
  void try_unix();
  void connected(const std::shared_ptr<Stream::State>& stream, int status);
  void fail(ErrorCode code, const std::string& words);
  void finish(Result<std::unique_ptr<Stream>> result);
  void give_up();
  [[nodiscard]] std::string where() const;
};

namespace {

void attempt_done(uv_connect_t* request, int status) {
  const std::unique_ptr<Attempt> attempt(static_cast<Attempt*>(request->data));
  if (const auto state = attempt->for_whom.lock()) state->connected(attempt->stream, status);
}

std::unique_ptr<Attempt> make_attempt(const std::shared_ptr<Connecting::State>& state) {
  auto attempt = std::make_unique<Attempt>();
  attempt->request.data = attempt.get();
  attempt->for_whom = state;
  attempt->stream = state->trying;
  return attempt;
}

}  // namespace

void Connecting::State::begin(Duration timeout) {
  total.once(timeout, [this] { fail(ErrorCode::unavailable, "no answer"); });
  if (!endpoint.unix_path.empty()) return try_unix();
  look_up();
}

void Connecting::State::look_up() {
  lookup = new Lookup;
  lookup->request.data = lookup;
  lookup->for_whom = weak_from_this();
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  const auto call = [](uv_getaddrinfo_t* request, int status, addrinfo* list) {
    const std::unique_ptr<Lookup> own(static_cast<Lookup*>(request->data));
    if (const auto state = own->for_whom.lock()) state->found(status, list);
    uv_freeaddrinfo(list);
  };
  const std::string port = std::to_string(endpoint.port);
  const int code = uv_getaddrinfo(loop.raw(), &lookup->request, call, endpoint.host.c_str(), port.c_str(), &hints);
  if (code == 0) return;
  delete std::exchange(lookup, nullptr);
  loop.defer([self = shared_from_this(), code] { self->found(code, nullptr); });
}

void Connecting::State::found(int status, const addrinfo* list) {
  lookup = nullptr;
  if (!done) return;
  if (status != 0) return fail(ErrorCode::unavailable, network_words(status));
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    if (entry->ai_family != AF_INET && entry->ai_family != AF_INET6) continue;
    sockaddr_storage address{};
    std::copy_n(reinterpret_cast<const char*>(entry->ai_addr), entry->ai_addrlen, reinterpret_cast<char*>(&address));
    addresses.push_back(address);
  }
  try_next();
}

void Connecting::State::try_next() {
  if (trying) trying->close();
  if (next == addresses.size()) return fail(ErrorCode::unavailable, network_words(last_failure));
  const sockaddr_storage& address = addresses[next++];
  trying = std::make_shared<Stream::State>(loop);
  uv_tcp_init(loop.raw(), &trying->tcp);
  trying->opened();
  auto attempt = make_attempt(shared_from_this());
  const int code = uv_tcp_connect(&attempt->request, &trying->tcp, reinterpret_cast<const sockaddr*>(&address), attempt_done);
  if (code != 0) {
    last_failure = code;
    return loop.defer([self = shared_from_this()] {
      if (self->done) self->try_next();
    });
  }
  static_cast<void>(attempt.release());
  if (next < addresses.size()) {
    each.once(patience_per_address, [this] {
      last_failure = UV_ETIMEDOUT;
      try_next();
    });
  }
}

void Connecting::State::try_unix() {
  trying = std::make_shared<Stream::State>(loop);
  uv_pipe_init(loop.raw(), &trying->pipe, 0);
  trying->opened();
  auto attempt = make_attempt(shared_from_this());
  uv_pipe_connect(&attempt.release()->request, &trying->pipe, endpoint.unix_path.c_str(), attempt_done);
}

void Connecting::State::connected(const std::shared_ptr<Stream::State>& stream, int status) {
  if (!done || stream != trying) return;
  each.stop();
  if (status != 0) {
    last_failure = status;
    return try_next();
  }
  stream->learn_peer();
  trying.reset();
  finish(std::make_unique<Stream>(stream));
}

std::string Connecting::State::where() const {
  return endpoint.unix_path.empty() ? endpoint.host + ':' + std::to_string(endpoint.port) : endpoint.unix_path;
}

void Connecting::State::fail(ErrorCode code, const std::string& words) {
  finish(error(code, words + ": " + where()));
}

void Connecting::State::finish(Result<std::unique_ptr<Stream>> result) {
  const std::shared_ptr<State> keep = shared_from_this();
  const Done call = std::exchange(done, nullptr);
  give_up();
  if (call) call(std::move(result));
}

void Connecting::State::give_up() {
  done = nullptr;
  total.stop();
  each.stop();
  if (lookup != nullptr) uv_cancel(reinterpret_cast<uv_req_t*>(&lookup->request));
  if (const auto stream = std::exchange(trying, nullptr)) stream->close();
}

Connecting::Connecting(std::shared_ptr<State> state) : state_(std::move(state)) {}

Connecting::~Connecting() {
  state_->give_up();
}

std::unique_ptr<Connecting> Connecting::to(Loop& loop, const Endpoint& endpoint, Duration timeout, Done done) {
  auto state = std::make_shared<State>(loop, endpoint, std::move(done));
  std::unique_ptr<Connecting> connecting(new Connecting(state));
  state->begin(timeout);
  return connecting;
}

}  // namespace tutti::net
