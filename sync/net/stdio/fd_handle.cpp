#include "sync/net/stdio/fd_handle.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <string>
#include <utility>

namespace tutti::net {

Result<std::unique_ptr<FdHandle>> FdHandle::open(Loop& loop, int fd, bool readable) {
  const int flags = ::fcntl(fd, F_GETFL);
  const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 3);
  if (flags < 0 || copy < 0) return error(ErrorCode::io, "file descriptor " + std::to_string(fd) + " is not open");
  std::unique_ptr<FdHandle> handle(new FdHandle(copy, flags));
  const uv_handle_type kind = uv_guess_handle(copy);
  if (kind == UV_FILE) {
    handle->is_file_ = true;
    return handle;
  }
  Status opened = handle->open_stream(loop, kind, readable);
  if (opened) return handle;
  close(std::move(handle), nullptr);
  return opened.error();
}

Status FdHandle::open_stream(Loop& loop, uv_handle_type kind, bool readable) {
  int code = UV_EINVAL;
  switch (kind) {
    case UV_TTY:
      code = uv_tty_init(loop.raw(), &tty_, fd_, readable ? 1 : 0);
      is_file_ = code != 0;  // no handle was made
      break;
    case UV_TCP:
      uv_tcp_init(loop.raw(), &tcp_);
      code = uv_tcp_open(&tcp_, fd_);
      break;
    case UV_NAMED_PIPE:
      uv_pipe_init(loop.raw(), &pipe_, 0);
      code = uv_pipe_open(&pipe_, fd_);
      break;
    default:
      is_file_ = true;
  }
  if (code == 0) return {};
  return error(ErrorCode::io, std::string("cannot use a file descriptor: ") + uv_strerror(code));
}

void FdHandle::close(std::unique_ptr<FdHandle> handle, std::shared_ptr<void> owner) {
  handle->owner_ = std::move(owner);
  if (handle->is_file_) return;
  FdHandle* last = handle.release();
  ::fcntl(last->fd_, F_SETFL, last->flags_);
  last->handle_.data = last;
  uv_close(&last->handle_, [](uv_handle_t* h) {
    auto* self = static_cast<FdHandle*>(h->data);
    self->fd_ = -1;  // libuv has closed it
    delete self;
  });
}

FdHandle::~FdHandle() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace tutti::net
