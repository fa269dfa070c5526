#include <array>
#include <utility>

#include "sync/net/stream/state.hpp"

/// The reading half of a Stream: chunks from the socket, through TLS if there is some, to the user.
namespace tutti::net {

namespace {

// Reads are handed on before the next one begins, and only the loop thread reads: one buffer per thread serves all streams.
std::array<char, stream_chunk>& read_buffer() {
  static thread_local std::array<char, stream_chunk> bytes;
  return bytes;
}

}  // namespace

void Stream::State::start(StreamCallbacks callbacks) {
  callbacks_ = std::make_shared<StreamCallbacks>(std::move(callbacks));
  read_more();
}

void Stream::State::read_more() {
  if (!live() || reading_ || (paused_ && !finishing_) || !callbacks_) return;
  reading_ = true;
  const auto allocate = [](uv_handle_t*, std::size_t, uv_buf_t* to) { *to = uv_buf_init(read_buffer().data(), stream_chunk); };
  const auto received = [](uv_stream_t* s, ssize_t size, const uv_buf_t* from) {
    const std::shared_ptr<State> keep = static_cast<State*>(s->data)->shared_from_this();
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

}  // namespace tutti::net
