#include <uv.h>

#include <deque>
#include <utility>
#include <vector>

#include "sync/net/stdio/fd_handle.hpp"
#include "sync/net/stdio/stdio.hpp"

namespace tutti::net {

namespace {
constexpr std::size_t max_parts = 64;  ///< buffers of one write
}

// One write is on its way at a time; its buffers are the front of `queue`.
struct FdWriter::State : std::enable_shared_from_this<FdWriter::State> {
  State(Loop& l, Callbacks c, std::size_t most) : loop(l), callbacks(std::make_shared<Callbacks>(std::move(c))), limit(most) {}

  Loop& loop;
  std::shared_ptr<Callbacks> callbacks;
  const std::size_t limit;
  std::unique_ptr<FdHandle> handle;
  std::deque<Buffer> queue;
  std::size_t queued = 0;
  std::size_t front_written = 0;  ///< bytes of queue.front(); files only, streams take all or fail
  std::size_t sending = 0;        ///< bytes of the running write
  uv_write_t write_request{};
  uv_fs_t file_request{};
  std::shared_ptr<State> busy;        ///< itself, while a write runs
  std::unique_ptr<FdHandle> retired;  ///< a file closed by us, but still used by that write
  std::vector<std::function<void()>> on_flushed;
  bool flush_due = false;
  bool above_high_water = false;

  bool write(Buffer bytes);
  void flush_later();
  void flush();
  std::vector<uv_buf_t> gather();
  void begin(const std::vector<uv_buf_t>& parts);
  void done(ssize_t written);
  void drop_front(std::size_t size);
  void tell_room();
  void tell_flushed();
  void fail(Error why);
  void close();
};

bool FdWriter::State::write(Buffer bytes) {
  if (!handle || bytes->empty()) return queued <= high_water;
  if (queued + bytes->size() > limit) {
    fail(error(ErrorCode::limit, "the reader of our output does not read"));
    return false;
  }
  queued += bytes->size();
  queue.push_back(std::move(bytes));
  flush_later();
  above_high_water = above_high_water || queued > high_water;
  return queued <= high_water;
}

void FdWriter::State::flush_later() {
  if (std::exchange(flush_due, true)) return;
  loop.defer([self = shared_from_this()] {
    self->flush_due = false;
    self->flush();
  });
}

void FdWriter::State::flush() {
  if (busy) return;
  if (!handle || queue.empty()) return tell_flushed();
  busy = shared_from_this();
  begin(gather());
}

std::vector<uv_buf_t> FdWriter::State::gather() {
  std::vector<uv_buf_t> parts;
  sending = 0;
  for (const Buffer& bytes : queue) {
    if (parts.size() == max_parts) break;
    const std::size_t skip = parts.empty() ? front_written : 0;
    parts.push_back(uv_buf_init(const_cast<char*>(bytes->data() + skip), static_cast<unsigned>(bytes->size() - skip)));
    sending += bytes->size() - skip;
  }
  return parts;
}

void FdWriter::State::begin(const std::vector<uv_buf_t>& parts) {
  const auto count = static_cast<unsigned>(parts.size());
  int code = 0;
  if (handle->is_file()) {
    file_request.data = this;
    code = uv_fs_write(loop.raw(), &file_request, handle->fd(), parts.data(), count, -1, [](uv_fs_t* request) {
      const ssize_t written = request->result;
      uv_fs_req_cleanup(request);
      static_cast<State*>(request->data)->done(written);
    });
  } else {
    write_request.data = this;
    code = uv_write(&write_request, handle->stream(), parts.data(), count, [](uv_write_t* request, int status) {
      auto* self = static_cast<State*>(request->data);
      self->done(status == 0 ? static_cast<ssize_t>(self->sending) : status);
    });
  }
  if (code != 0) loop.defer([self = shared_from_this(), code] { self->done(code); });
}

void FdWriter::State::done(ssize_t written) {
  const std::shared_ptr<State> self = std::exchange(busy, nullptr);
  if (!handle) return;
  if (written < 0) return fail(error(ErrorCode::io, std::string("cannot write: ") + uv_strerror(static_cast<int>(written))));
  drop_front(static_cast<std::size_t>(written));
  flush();
  tell_room();
}

void FdWriter::State::drop_front(std::size_t size) {
  queued -= size;
  front_written += size;
  while (!queue.empty() && front_written >= queue.front()->size()) {
    front_written -= queue.front()->size();
    queue.pop_front();
  }
}

void FdWriter::State::tell_room() {
  if (!above_high_water || queued > high_water / 2) return;
  above_high_water = false;
  const auto keep = callbacks;
  if (keep->on_writable) keep->on_writable();
}

void FdWriter::State::tell_flushed() {
  const auto now = std::exchange(on_flushed, {});
  for (const auto& call : now) call();
}

void FdWriter::State::fail(Error why) {
  close();
  loop.defer([self = shared_from_this(), why = std::move(why)] {
    const auto keep = std::exchange(self->callbacks, std::make_shared<Callbacks>());
    if (keep->on_fail) keep->on_fail(why);
    self->tell_flushed();
  });
}

void FdWriter::State::close() {
  if (!handle) return;
  queued = 0;
  if (handle->is_file() && busy) {
    retired = std::move(handle);
    return;
  }
  FdHandle::close(std::move(handle), shared_from_this());
}

FdWriter::FdWriter(std::shared_ptr<State> state) : state_(std::move(state)) {}

FdWriter::~FdWriter() {
  state_->callbacks = std::make_shared<Callbacks>();
  state_->on_flushed.clear();
  state_->close();
}

Result<std::unique_ptr<FdWriter>> FdWriter::open(Loop& loop, int fd, Callbacks callbacks, std::size_t limit) {
  auto handle = FdHandle::open(loop, fd, false);
  if (!handle) return handle.error();
  auto state = std::make_shared<State>(loop, std::move(callbacks), limit);
  state->handle = std::move(*handle);
  return std::unique_ptr<FdWriter>(new FdWriter(std::move(state)));
}

bool FdWriter::write(Buffer bytes) {
  return state_->write(std::move(bytes));
}

std::size_t FdWriter::queued() const {
  return state_->queued;
}

void FdWriter::when_flushed(std::function<void()> then) {
  state_->on_flushed.push_back(std::move(then));
  state_->flush_later();
}

}  // namespace tutti::net
