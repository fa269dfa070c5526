#include "lsp-server/server/run.hpp"

#include <unistd.h>

#include <memory>
#include <utility>
#include <vector>

#include "lsp-server/server/server.hpp"
#include "protocol/jsonrpc/framer.hpp"
#include "sync/net/log.hpp"
#include "sync/net/loop.hpp"
#include "sync/net/stdio/stdio.hpp"

namespace tutti::lsp {

namespace {

/// The server on the loop: bytes of stdin to messages, turns before the loop sleeps, one timer.
class Shell {
 public:
  explicit Shell(const Options& options)
      : timer_(loop_),
        server_(live_rooms(loop_, options.settings),
                {[this](std::string framed) { write(std::move(framed)); }, [this] { want_turn(); },
                 [this](int code) { leave(code); }, [this] { return loop_.now(); },
                 [](std::string_view words) { net::log_warn(words); }},
                options.push) {}

  int run() {
    auto writer = net::FdWriter::open(loop_, STDOUT_FILENO, {{}, [this](const Status&) { leave(1); }});
    auto reader = net::FdReader::open(
        loop_, STDIN_FILENO, {[this](std::string_view bytes) { take(bytes); }, [this](const Status&) { server_.end(); }});
    if (!writer || !reader) return 1;
    writer_ = std::move(*writer);
    reader_ = std::move(*reader);
    loop_.on_terminate([this](int) { leave(0); });
    loop_.run();
    return code_;
  }

 private:
  void take(std::string_view bytes) {
    incoming_.clear();
    framer_.feed(bytes, incoming_);
    for (const jsonrpc::Incoming& message : incoming_) {
      if (const auto* body = std::get_if<jsonrpc::Body>(&message)) {
        server_.receive(body->text);
      } else {
        server_.framing_fault(std::get<jsonrpc::Fault>(message).error);
      }
    }
    if (framer_.lost()) leave(1);
  }

  void write(std::string framed) {
    if (writer_) writer_->write(std::move(framed));
  }

  void want_turn() {
    if (std::exchange(turn_wanted_, true)) return;
    loop_.defer([this] {
      turn_wanted_ = false;
      const auto again = server_.turn();
      if (!again) return timer_.stop();
      timer_.once(net::Duration(std::max<std::int64_t>(*again - loop_.now(), 1)), [this] { want_turn(); });
    });
  }

  void leave(int code) {
    code_ = code;
    if (writer_) return writer_->when_flushed([this] { loop_.stop(); });
    loop_.stop();
  }

  net::Loop loop_;
  net::Timer timer_;
  jsonrpc::Framer framer_;
  std::vector<jsonrpc::Incoming> incoming_;
  std::unique_ptr<net::FdReader> reader_;
  std::unique_ptr<net::FdWriter> writer_;
  bool turn_wanted_ = false;
  int code_ = 1;
  Server server_;
};

}  // namespace

int run(const Options& options) {
  if (!options.log_file.empty() && !net::log_to_file(options.log_file)) return 1;
  return Shell(options).run();
}

}  // namespace tutti::lsp
