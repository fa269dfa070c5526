#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <utility>

#include "sync/net/log.hpp"
#include "sync/net/stream/state.hpp"

namespace tutti::net {

namespace {

constexpr int backlog = 511;

union Handle {
  uv_handle_t handle;
  uv_stream_t stream;
  uv_tcp_t tcp;
  uv_pipe_t pipe;
};

Result<sockaddr_storage> parse_address(const Endpoint& endpoint) {
  sockaddr_storage address{};
  const std::string host = endpoint.host == "localhost" ? "127.0.0.1" : endpoint.host;
  if (uv_ip4_addr(host.c_str(), endpoint.port, reinterpret_cast<sockaddr_in*>(&address)) == 0 ||
      uv_ip6_addr(host.c_str(), endpoint.port, reinterpret_cast<sockaddr_in6*>(&address)) == 0) {
    return address;
  }
  return error(ErrorCode::invalid, "cannot listen on " + endpoint.host + ": not an address");
}

bool someone_answers(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return true;
  const bool answered =
      ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 || errno != ECONNREFUSED;
  ::close(fd);
  return answered;
}

// Only a socket that nobody listens on is removed, never another kind of file.
Status clear_stale_socket(const std::string& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) return {};
  if (!S_ISSOCK(info.st_mode)) return error(ErrorCode::conflict, path + " exists and is not a socket");
  if (someone_answers(path)) return error(ErrorCode::conflict, "another process listens on " + path);
  ::unlink(path.c_str());
  return {};
}

}  // namespace

struct Listener::State : std::enable_shared_from_this<Listener::State> {
  State(Loop& l, OnStream callback) : loop(l), on_stream(std::make_shared<OnStream>(std::move(callback))) {}

  Loop& loop;
  std::shared_ptr<OnStream> on_stream;
  Handle socket{};
  std::uint16_t port = 0;
  std::string address;
  std::shared_ptr<State> self;  ///< until the handle is closed

  Status open(const Endpoint& endpoint);
  Status open_tcp(const Endpoint& endpoint);
  Status open_unix(const std::string& path);
  void learn_port();
  void accept();
  void close();
};

Status Listener::State::open(const Endpoint& endpoint) {
  Status opened = endpoint.unix_path.empty() ? open_tcp(endpoint) : open_unix(endpoint.unix_path);
  if (!opened) return opened;
  const auto accept = [](uv_stream_t* server, int status) {
    const auto keep = static_cast<State*>(server->data)->shared_from_this();
    if (status == 0) return keep->accept();
    log_warn("cannot accept a connection", {{"reason", uv_strerror(status)}});
  };
  if (const int code = uv_listen(&socket.stream, backlog, accept); code != 0) {
    const std::string where =
        endpoint.unix_path.empty() ? endpoint.host + ':' + std::to_string(endpoint.port) : endpoint.unix_path;
    return error(code == UV_EADDRINUSE ? ErrorCode::conflict : ErrorCode::io,
                 "cannot listen on " + where + ": " + uv_strerror(code));
  }
  if (endpoint.unix_path.empty()) learn_port();
  return {};
}

Status Listener::State::open_tcp(const Endpoint& endpoint) {
  auto parsed = parse_address(endpoint);
  uv_tcp_init(loop.raw(), &socket.tcp);
  self = shared_from_this();
  socket.handle.data = this;
  if (!parsed) return parsed.error();
  if (const int code = uv_tcp_bind(&socket.tcp, reinterpret_cast<const sockaddr*>(&*parsed), 0); code != 0) {
    return error(ErrorCode::io, "cannot listen on " + endpoint.host + ": " + uv_strerror(code));
  }
  return {};
}

Status Listener::State::open_unix(const std::string& path) {
  uv_pipe_init(loop.raw(), &socket.pipe, 0);
  self = shared_from_this();
  socket.handle.data = this;
  if (path.size() >= sizeof(sockaddr_un::sun_path)) return error(ErrorCode::invalid, "socket path too long: " + path);
  if (Status clear = clear_stale_socket(path); !clear) return clear;
  const mode_t old_mask = ::umask(0177);  // the socket must never exist with wider rights, not even for a moment
  const int code = uv_pipe_bind(&socket.pipe, path.c_str());
  ::umask(old_mask);
  if (code != 0) return error(ErrorCode::io, "cannot listen on " + path + ": " + uv_strerror(code));
  address = path;
  return {};
}

void Listener::State::learn_port() {
  sockaddr_storage bound{};
  int size = sizeof bound;
  uv_tcp_getsockname(&socket.tcp, reinterpret_cast<sockaddr*>(&bound), &size);
  address = address_text(reinterpret_cast<const sockaddr*>(&bound));
  const bool v6 = bound.ss_family == AF_INET6;
  port = ntohs(v6 ? reinterpret_cast<const sockaddr_in6*>(&bound)->sin6_port
                  : reinterpret_cast<const sockaddr_in*>(&bound)->sin_port);
}

void Listener::State::accept() {
  auto state = std::make_shared<Stream::State>(loop);
  if (socket.handle.type == UV_TCP) {
    uv_tcp_init(loop.raw(), &state->tcp);
  } else {
    uv_pipe_init(loop.raw(), &state->pipe, 0);
  }
  state->opened();
  auto stream = std::make_unique<Stream>(state);
  if (uv_accept(&socket.stream, &state->stream) != 0) return;
  state->learn_peer();
  const std::shared_ptr<OnStream> callback = on_stream;
  if (callback && *callback) (*callback)(std::move(stream));
}

void Listener::State::close() {
  on_stream.reset();
  if (!self || uv_is_closing(&socket.handle) != 0) return;
  uv_close(&socket.handle, [](uv_handle_t* handle) { const auto last = std::move(static_cast<State*>(handle->data)->self); });
}

Listener::Listener(std::shared_ptr<State> state) : state_(std::move(state)) {}

Listener::~Listener() {
  state_->close();
}

Result<std::unique_ptr<Listener>> Listener::listen(Loop& loop, const Endpoint& endpoint, OnStream on_stream) {
  std::unique_ptr<Listener> listener(new Listener(std::make_shared<State>(loop, std::move(on_stream))));
  if (Status opened = listener->state_->open(endpoint); !opened) return opened.error();
  return listener;
}

std::uint16_t Listener::port() const {
  return state_->port;
}

const std::string& Listener::address() const {
  return state_->address;
}

}  // namespace tutti::net
