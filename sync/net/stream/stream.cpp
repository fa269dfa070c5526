#include "sync/net/stream/stream.hpp"

#include <array>
#include <utility>

#include "sync/net/stream/state.hpp"

namespace tutti::net {

std::string address_text(const sockaddr* address) {
  std::array<char, 64> text{};
  if (address->sa_family == AF_INET) {
    uv_ip4_name(reinterpret_cast<const sockaddr_in*>(address), text.data(), text.size());
  } else if (address->sa_family == AF_INET6) {
    uv_ip6_name(reinterpret_cast<const sockaddr_in6*>(address), text.data(), text.size());
  }
  return text.data();
}

std::string network_words(int code) {
  switch (code) {
    case UV_ECONNREFUSED:
      return "connection refused";
    case UV_ECONNRESET:
    case UV_EPIPE:
      return "connection broken by the other side";
    case UV_ETIMEDOUT:
      return "no answer";
    case UV_ENETUNREACH:
    case UV_EHOSTUNREACH:
      return "network unreachable";
    case UV_EAI_NONAME:
    case UV_EAI_NODATA:
      return "host not found";
    case UV_EAI_AGAIN:
      return "host not found: the name service does not answer";
    default:
      return uv_strerror(code);
  }
}

// ---- opening and closing ----

void Stream::State::opened() {
  handle.data = this;
  self_ = shared_from_this();
}

void Stream::State::learn_peer() {
  if (handle.type != UV_TCP) return;
  sockaddr_storage address{};
  int size = sizeof address;
  if (uv_tcp_getpeername(&tcp, reinterpret_cast<sockaddr*>(&address), &size) == 0) {
    peer = address_text(reinterpret_cast<const sockaddr*>(&address));
  }
  uv_tcp_nodelay(&tcp, 1);
}

void Stream::State::close() {
  callbacks_.reset();
  on_tls_ready_ = nullptr;
  if (!live()) return;
  closing_ = true;
  patience_.reset();
  uv_close(&handle, [](uv_handle_t* h) {
    State& state = *static_cast<State*>(h->data);
    state.wire_.clear();
    const std::shared_ptr<State> last = std::move(state.self_);
  });
}

void Stream::State::end(Status status) {
  if (!live()) return;
  const std::shared_ptr<StreamCallbacks> callbacks = callbacks_;
  close();
  if (callbacks && callbacks->on_end) callbacks->on_end(std::move(status));
}

void Stream::State::end_later(Error error) {
  loop.defer([self = shared_from_this(), error = std::move(error)] { self->end(error); });
}

// ---- an orderly end ----

void Stream::State::finish(Duration patience) {
  if (!live() || finishing_) return;
  finishing_ = true;
  patience_ = std::make_unique<Timer>(loop);
  patience_->once(patience, [this] {
    const std::shared_ptr<State> keep = shared_from_this();
    end({});
  });
  read_more();
  flush_later();
}

void Stream::State::shut_down() {
  if (shut_down_) return;
  shut_down_ = true;
  if (tls && tls->ready()) {
    tls->end();
    push_wire(buffer(tls->take_output()));
    flush();
    if (!live()) return;
  }
  uv_shutdown(&shutdown_request_, &stream, [](uv_shutdown_t*, int) {});
}

// ---- the public face ----

Stream::Stream(std::shared_ptr<State> state) : state_(std::move(state)) {}
Stream::~Stream() {
  state_->close();
}

void Stream::start(StreamCallbacks callbacks) {
  state_->start(std::move(callbacks));
}
void Stream::set_limits(const StreamLimits& limits) {
  state_->limits = limits;
}
void Stream::start_tls(const TlsContext& context, const std::string& host, std::function<void()> on_ready) {
  state_->start_tls(context, host, std::move(on_ready));
}
bool Stream::write(Buffer bytes) {
  return state_->write(std::move(bytes));
}
std::size_t Stream::queued() const {
  return state_->queued();
}
std::optional<Instant> Stream::behind_since() const {
  return state_->behind_since;
}
void Stream::pause() {
  state_->pause();
}
void Stream::resume() {
  state_->resume();
}
void Stream::finish(Duration patience) {
  state_->finish(patience);
}
const std::string& Stream::peer() const {
  return state_->peer;
}
bool Stream::secure() const {
  return state_->tls != nullptr;
}

}  // namespace tutti::net
