#pragma once

#include <uv.h>

#include <memory>

#include "protocol/base/result.hpp"
#include "sync/net/loop.hpp"

/// An inherited descriptor as a libuv stream, or as a plain file where it is one. Private to stdio.hpp's classes.
///
/// libuv closes what it opens, so it gets a duplicate. O_NONBLOCK belongs to the open file, not to the descriptor, and is put
/// back before the duplicate is closed.
namespace tutti::net {

class FdHandle {
 public:
  /// `owner` is kept alive until libuv has let go of the handle.
  static Result<std::unique_ptr<FdHandle>> open(Loop& loop, int fd, bool readable);
  /// Ends it; the handle frees itself, and `owner`, once closed.
  static void close(std::unique_ptr<FdHandle> handle, std::shared_ptr<void> owner);
  ~FdHandle();
  FdHandle(const FdHandle&) = delete;
  FdHandle& operator=(const FdHandle&) = delete;

  [[nodiscard]] bool is_file() const { return is_file_; }
  [[nodiscard]] uv_stream_t* stream() { return &stream_; }
  [[nodiscard]] int fd() const { return fd_; }

 private:
  FdHandle(int fd, int flags) : fd_(fd), flags_(flags) {}
  Status open_stream(Loop& loop, uv_handle_type kind, bool readable);

  union {
    uv_handle_t handle_;
    uv_stream_t stream_;
    uv_pipe_t pipe_;
    uv_tcp_t tcp_;
    uv_tty_t tty_;
  };
  int fd_;
  int flags_;
  bool is_file_ = false;
  std::shared_ptr<void> owner_;
};

}  // namespace tutti::net
