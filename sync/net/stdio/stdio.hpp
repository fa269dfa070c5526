#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/base/result.hpp"
#include "sync/net/buffer.hpp"
#include "sync/net/loop.hpp"

/// Reading and writing of inherited file descriptors (stdin, stdout) without blocking the loop, whatever they are: pipes,
/// sockets, terminals and regular files.
///
/// The descriptor stays open and belongs to the caller; its O_NONBLOCK flag, which pipes share with other processes, is put
/// back as it was on destruction.
namespace tutti::net {

class FdReader {
 public:
  struct Callbacks {
    std::function<void(std::string_view bytes)> on_data;  ///< the view is valid during the call only
    std::function<void(Status)> on_end;                   ///< once: end of file, or why reading failed
  };
  static Result<std::unique_ptr<FdReader>> open(Loop& loop, int fd, Callbacks callbacks);
  ~FdReader();

  void pause();  ///< back-pressure: no `on_data` until `resume()`
  void resume();

 private:
  struct State;
  explicit FdReader(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

class FdWriter {
 public:
  static constexpr std::size_t high_water = 256 * 1024;           ///< bytes
  static constexpr std::size_t default_limit = 64 * 1024 * 1024;  ///< bytes; an editor that stopped reading

  struct Callbacks {
    std::function<void()> on_writable;    ///< the queue fell below half of high water after having been above it
    std::function<void(Status)> on_fail;  ///< once: the reader is gone or the limit was passed; later writes are dropped
  };
  static Result<std::unique_ptr<FdWriter>> open(Loop& loop, int fd, Callbacks callbacks, std::size_t limit = default_limit);
  ~FdWriter();  ///< drops what is queued; see `when_flushed`

  /// Ordered; everything written in one turn goes out with one call. False when the queue is above high water: the bytes
  /// are taken all the same, but the caller should wait for `on_writable`.
  bool write(Buffer bytes);
  bool write(std::string bytes) { return write(buffer(std::move(bytes))); }
  [[nodiscard]] std::size_t queued() const;       ///< bytes
  void when_flushed(std::function<void()> then);  ///< called once, when nothing is queued any more or writing failed

 private:
  struct State;
  explicit FdWriter(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace tutti::net
