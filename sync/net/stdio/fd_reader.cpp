#include <uv.h>

#include <array>
#include <optional>
#include <utility>

#include "sync/net/stdio/fd_handle.hpp"
#include "sync/net/stdio/stdio.hpp"

namespace tutti::net {

namespace {
constexpr std::size_t chunk_size = 64 * 1024;  ///< bytes
}

struct FdReader::State : std::enable_shared_from_this<FdReader::State> {
  State(Loop& l, Callbacks c) : loop(l), callbacks(std::make_shared<Callbacks>(std::move(c))) {}

  Loop& loop;
  std::shared_ptr<Callbacks> callbacks;
  std::unique_ptr<FdHandle> handle;
  std::array<char, chunk_size> bytes{};
  uv_fs_t request{};
  std::shared_ptr<State> busy;        ///< itself, while a file read runs in libuv's threads
  std::unique_ptr<FdHandle> retired;  ///< closed by us, but still used by that read
  std::optional<ssize_t> held;        ///< result of a file read, not handed on yet
  bool paused = false;
  bool reading = false;

  void read_more();
  void read_file();
  void read_stream();
  void hand_on();
  void received(ssize_t size, const char* data);
  void end(Status status);
  void close();
};

void FdReader::State::read_more() {
  if (paused || !handle || reading || held) return;
  reading = true;
  return handle->is_file() ? read_file() : read_stream();
}

void FdReader::State::read_file() {
  busy = shared_from_this();
  request.data = this;
  const uv_buf_t to = uv_buf_init(bytes.data(), static_cast<unsigned>(bytes.size()));
  uv_fs_read(loop.raw(), &request, handle->fd(), &to, 1, -1, [](uv_fs_t* done) {
    const std::shared_ptr<State> self = std::exchange(static_cast<State*>(done->data)->busy, nullptr);
    const ssize_t size = done->result;
    uv_fs_req_cleanup(done);
    if (!self->handle) return;
    self->reading = false;
    self->held = size == 0 ? static_cast<ssize_t>(UV_EOF) : size;
    self->hand_on();
  });
}

// A file read that ends while paused waits for `resume`.
void FdReader::State::hand_on() {
  if (paused || !held) return;
  received(*std::exchange(held, std::nullopt), bytes.data());
  read_more();
}

void FdReader::State::read_stream() {
  handle->stream()->data = this;
  const auto allocate = [](uv_handle_t* h, std::size_t, uv_buf_t* to) {
    *to = uv_buf_init(static_cast<State*>(h->data)->bytes.data(), chunk_size);
  };
  const auto done = [](uv_stream_t* s, ssize_t size, const uv_buf_t* from) {
    const auto keep = static_cast<State*>(s->data)->shared_from_this();
    keep->received(size, from->base);
  };
  if (const int code = uv_read_start(handle->stream(), allocate, done); code != 0) {
    loop.defer([self = shared_from_this(), code] { self->received(code, nullptr); });
  }
}

void FdReader::State::received(ssize_t size, const char* data) {
  if (!handle || size == 0) return;
  if (size < 0) return end(size == UV_EOF ? Status() : Status(error(ErrorCode::io, uv_strerror(static_cast<int>(size)))));
  const auto keep = callbacks;
  if (keep->on_data) keep->on_data({data, static_cast<std::size_t>(size)});
}

void FdReader::State::end(Status status) {
  const auto keep = callbacks;
  close();
  if (keep->on_end) keep->on_end(std::move(status));
}

void FdReader::State::close() {
  callbacks = std::make_shared<Callbacks>();
  if (!handle) return;
  if (busy) {
    retired = std::move(handle);
    return;
  }
  FdHandle::close(std::move(handle), shared_from_this());
}

FdReader::FdReader(std::shared_ptr<State> state) : state_(std::move(state)) {}

FdReader::~FdReader() {
  state_->close();
}

Result<std::unique_ptr<FdReader>> FdReader::open(Loop& loop, int fd, Callbacks callbacks) {
  auto handle = FdHandle::open(loop, fd, true);
  if (!handle) return handle.error();
  auto state = std::make_shared<State>(loop, std::move(callbacks));
  state->handle = std::move(*handle);
  loop.defer([state] { state->read_more(); });
  return std::unique_ptr<FdReader>(new FdReader(std::move(state)));
}

void FdReader::pause() {
  state_->paused = true;
  if (!state_->handle || state_->handle->is_file() || !state_->reading) return;
  uv_read_stop(state_->handle->stream());
  state_->reading = false;
}

void FdReader::resume() {
  if (!std::exchange(state_->paused, false)) return;
  state_->loop.defer([state = state_] {
    state->hand_on();
    state->read_more();
  });
}

}  // namespace tutti::net
