#include <algorithm>
#include <utility>

#include "sync/net/stream/state.hpp"

/// The writing half of a Stream: queues, encrypts and flushes.
namespace tutti::net {

namespace {

constexpr std::size_t max_handed_over = 256 * 1024;  ///< bytes given to libuv at a time
constexpr std::size_t max_parts = 64;                ///< buffers of one writev

}  // namespace

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
  while (!plain_.empty() && (joined.empty() || joined.size() + plain_.front()->size() <= stream_chunk)) {
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
    const std::shared_ptr<State> keep = static_cast<State*>(request->handle->data)->shared_from_this();
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

}  // namespace tutti::net
