#include "sync/net/stream.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "sync/net/stream_state.hpp"

namespace tutti::net {

namespace {

constexpr std::size_t chunk_size = 64 * 1024;        ///< bytes read, or encrypted, at a time
constexpr std::size_t max_handed_over = 256 * 1024;  ///< bytes given to libuv at a time
constexpr std::size_t max_parts = 64;                ///< buffers of one writev

// Reads are handed on before the next one begins, and only the loop thread reads: one buffer per thread serves all streams.
std::array<char, chunk_size>& read_buffer() {
  static thread_local std::array<char, chunk_size> bytes;
  return bytes;
}

Stream::State& state_of(void* handle) {
  return *static_cast<Stream::State*>(static_cast<uv_handle_t*>(handle)->data);
}

}  // namespace

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
    State& state = state_of(h);
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

// ---- reading ----

void Stream::State::start(StreamCallbacks callbacks) {
  callbacks_ = std::make_shared<StreamCallbacks>(std::move(callbacks));
  read_more();
}

void Stream::State::read_more() {
  if (!live() || reading_ || (paused_ && !finishing_) || !callbacks_) return;
  reading_ = true;
  const auto allocate = [](uv_handle_t*, std::size_t, uv_buf_t* to) { *to = uv_buf_init(read_buffer().data(), chunk_size); };
  const auto received = [](uv_stream_t* s, ssize_t size, const uv_buf_t* from) {
    const std::shared_ptr<State> keep = state_of(s).shared_from_this();
    keep->received(size, from->base);
  };
  if (const int code = uv_read_start(&stream, allocate, received); code != 0) {
    end_later(error(ErrorCode::unavailable, network_words(code)));
  }
}

void Stream::State::pause() {
  paused_ = true;
  if (!live() || !reading_ || finishing_) return;
  uv_read_stop(&stream);
  reading_ = false;
}

void Stream::State::resume() {
  if (!paused_) return;
  paused_ = false;
  read_more();
  if (tls && live()) loop.defer([self = shared_from_this()] { self->pump_tls(); });  // what one chunk had more than was wanted
}

void Stream::State::received(ssize_t size, const char* data) {
  if (size == 0) return;
  if (size < 0) {
    const bool cut = tls && !tls->peer_ended() && !finishing_;
    if (size != UV_EOF) return end(error(ErrorCode::unavailable, network_words(static_cast<int>(size))));
    return end(cut ? Status(error(ErrorCode::unavailable, "secure connection cut")) : Status());
  }
  const std::string_view bytes(data, static_cast<std::size_t>(size));
  if (tls) return received_cipher(bytes);
  deliver(bytes);
}

// What still comes while the end is awaited is thrown away: closing with unread bytes would make the kernel send a reset,
// which can destroy our last words on their way.
void Stream::State::deliver(std::string_view bytes) {
  const std::shared_ptr<StreamCallbacks> callbacks = callbacks_;
  if (!finishing_ && callbacks && callbacks->on_data) callbacks->on_data(bytes);
}

void Stream::State::received_cipher(std::string_view cipher) {
  tls->receive(cipher);
  if (!tls->ready() && !advance_handshake()) return;
  pump_tls();
}

bool Stream::State::advance_handshake() {
  const Status status = tls->handshake();
  push_wire(buffer(tls->take_output()));
  flush();  // also the alert that tells the peer why not
  if (!live()) return false;
  if (!status) {
    end(status);
    return false;
  }
  if (!tls->ready()) return false;
  flush_later();
  if (const auto ready = std::exchange(on_tls_ready_, nullptr)) ready();
  return live();
}

void Stream::State::pump_tls() {
  std::array<char, 16 * 1024> plain;  // NOLINT: filled before it is read; one TLS record
  while (live() && tls->ready() && (!paused_ || finishing_)) {
    const Result<std::size_t> got = tls->read(plain.data(), plain.size());
    if (!got) return end(got.error());
    if (*got == 0) break;
    deliver({plain.data(), *got});
  }
  if (!live()) return;
  if (std::string reply = tls->take_output(); !reply.empty()) {
    push_wire(buffer(std::move(reply)));
    flush_later();
  }
  if (tls->peer_ended()) end({});
}

void Stream::State::start_tls(const TlsContext& context, const std::string& host, std::function<void()> on_ready) {
  if (!live() || tls) return;
  tls = std::make_unique<TlsSession>(context, host);
  on_tls_ready_ = std::move(on_ready);
  if (!callbacks_) callbacks_ = std::make_shared<StreamCallbacks>();
  loop.defer([self = shared_from_this()] {
    if (self->live()) self->advance_handshake();
  });
  read_more();
}

// ---- writing ----

bool Stream::State::write(Buffer bytes) {
  if (!live() || finishing_ || bytes->empty()) return queued() <= limits.high_water;
  if (queued() + bytes->size() > limits.hard_limit) {
    finishing_ = true;  // nothing more is taken
    end_later(error(ErrorCode::limit, "the other side does not read: too much is waiting to be sent"));
    return false;
  }
  if (!behind_since) behind_since = loop.now();
  if (tls) {
    plain_bytes_ += bytes->size();
    plain_.push_back(std::move(bytes));
  } else {
    push_wire(std::move(bytes));
  }
  flush_later();
  above_high_water_ = above_high_water_ || queued() > limits.high_water;
  return queued() <= limits.high_water;
}

void Stream::State::push_wire(Buffer bytes) {
  if (bytes->empty()) return;
  wire_bytes_ += bytes->size();
  wire_.push_back(std::move(bytes));
}

void Stream::State::flush_later() {
  if (flush_due_) return;
  flush_due_ = true;
  loop.defer([self = shared_from_this()] {
    self->flush_due_ = false;
    self->flush();
  });
}

void Stream::State::flush() {
  while (live() && handed_over_ == 0) {
    if (!encrypt_some() || wire_.empty() || !send_some()) break;
  }
  if (live()) after_flush();
}

// Joins what is queued, so that many small messages become one TLS record instead of one each.
bool Stream::State::encrypt_some() {
  if (!tls || !tls->ready() || plain_.empty() || wire_bytes_ >= max_handed_over) return true;
  std::string joined;
  while (!plain_.empty() && (joined.empty() || joined.size() + plain_.front()->size() <= chunk_size)) {
    joined.append(*plain_.front());
    plain_.pop_front();
  }
  plain_bytes_ -= joined.size();
  if (const Status status = tls->write(joined); !status) {
    end(status);
    return false;
  }
  push_wire(buffer(tls->take_output()));
  return true;
}

// True if everything gathered was taken at once.
bool Stream::State::send_some() {
  std::vector<uv_buf_t> parts;
  std::size_t total = 0;
  for (const Buffer& bytes : wire_) {
    if (parts.size() == max_parts || total >= max_handed_over) break;
    const std::size_t skip = parts.empty() ? front_sent_ : 0;
    const std::size_t size = std::min(bytes->size() - skip, max_handed_over - total);
    parts.push_back(uv_buf_init(const_cast<char*>(bytes->data() + skip), static_cast<unsigned>(size)));
    total += size;
  }
  const int taken = uv_try_write(&stream, parts.data(), static_cast<unsigned>(parts.size()));
  if (taken < 0 && taken != UV_EAGAIN) {
    end(error(ErrorCode::unavailable, network_words(taken)));
    return false;
  }
  const std::size_t done = taken > 0 ? static_cast<std::size_t>(taken) : 0;
  drop_sent(done);
  if (done == total) return true;
  return send_rest(parts, done, total - done);
}

bool Stream::State::send_rest(std::vector<uv_buf_t>& parts, std::size_t done, std::size_t rest) {
  auto first = parts.begin();
  for (; done >= first->len; ++first) done -= first->len;
  first->base += done;
  first->len -= done;
  handed_over_ = rest;
  const auto finished = [](uv_write_t* request, int status) {
    const std::shared_ptr<State> keep = state_of(request->handle).shared_from_this();
    keep->sent(status);
  };
  const auto count = static_cast<unsigned>(parts.end() - first);
  if (const int code = uv_write(&write_request_, &stream, &*first, count, finished); code != 0) {
    end(error(ErrorCode::unavailable, network_words(code)));
  }
  return false;
}

void Stream::State::sent(int status) {
  drop_sent(std::exchange(handed_over_, 0));
  if (!live()) return;
  if (status != 0) return end(error(ErrorCode::unavailable, network_words(status)));
  flush();
}

void Stream::State::drop_sent(std::size_t size) {
  wire_bytes_ -= size;
  while (size > 0) {
    const std::size_t rest = wire_.front()->size() - front_sent_;
    if (size < rest) {
      front_sent_ += size;
      return;
    }
    size -= rest;
    front_sent_ = 0;
    wire_.pop_front();
  }
}

void Stream::State::after_flush() {
  if (queued() == 0) behind_since.reset();
  if (finishing_ && queued() == 0) return shut_down();
  if (!above_high_water_ || queued() > limits.high_water / 2) return;
  above_high_water_ = false;
  const std::shared_ptr<StreamCallbacks> callbacks = callbacks_;
  if (callbacks && callbacks->on_writable) callbacks->on_writable();
}

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
