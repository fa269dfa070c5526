#include <unordered_map>
#include <utility>

#include "sync/net/http/connection.hpp"
#include "sync/net/log.hpp"
#include "sync/net/websocket/state.hpp"

namespace tutti::net {

// A lease is held by every connection, and handed on to the WebSocket that it becomes: what is leased is what `stop` waits for.
struct HttpServer::State : std::enable_shared_from_this<HttpServer::State> {
  State(Loop& l, Options o) : loop(l), options(std::move(o)), patience(l) {}

  Loop& loop;
  Options options;
  std::shared_ptr<HttpHost> host = std::make_shared<HttpHost>();
  std::unique_ptr<Listener> listener;
  std::unordered_map<HttpConnection*, std::shared_ptr<HttpConnection>> connections;
  std::unordered_map<WebSocket::State*, std::weak_ptr<WebSocket::State>> sockets;
  std::size_t leases = 0;
  Timer patience;
  std::function<void()> on_stopped;

  Status open(HttpHandlers handlers);
  void accept(std::unique_ptr<Stream> stream);
  std::shared_ptr<void> lease();
  void released();
  void upgraded(const std::shared_ptr<WebSocket::State>& socket);
  void stop(Duration wait, std::function<void()> done);
  void cut_off();
  void drop_connections();
};

Status HttpServer::State::open(HttpHandlers handlers) {
  host->handlers = std::move(handlers);
  host->limits = options.limits;
  host->on_gone = [weak = weak_from_this()](HttpConnection& connection) {
    if (const auto self = weak.lock()) self->connections.erase(&connection);
  };
  host->on_upgraded = [weak = weak_from_this()](const std::shared_ptr<WebSocket::State>& socket) {
    if (const auto self = weak.lock()) self->upgraded(socket);
  };
  auto opened = Listener::listen(loop, options.endpoint, [this](std::unique_ptr<Stream> stream) { accept(std::move(stream)); });
  if (!opened) return opened.error();
  listener = std::move(*opened);
  return {};
}

void HttpServer::State::accept(std::unique_ptr<Stream> stream) {
  if (leases >= options.limits.connections) {
    log_warn("too many connections: one was closed", {{"peer", stream->peer()}, {"limit", options.limits.connections}});
    return;
  }
  auto connection = std::make_shared<HttpConnection>(loop, host, std::move(stream), lease());
  connections.emplace(connection.get(), connection);
  connection->begin(options.tls);
}

std::shared_ptr<void> HttpServer::State::lease() {
  ++leases;
  return {nullptr, [weak = weak_from_this()](void*) {
            if (const auto self = weak.lock()) self->released();
          }};
}

// `done` may destroy the server, so it is not called from within a connection's end.
void HttpServer::State::released() {
  if (--leases > 0 || !on_stopped) return;
  patience.stop();
  loop.defer([done = std::exchange(on_stopped, nullptr)] { done(); });
}

void HttpServer::State::upgraded(const std::shared_ptr<WebSocket::State>& socket) {
  sockets.insert_or_assign(socket.get(), socket);
  if (sockets.size() % 1024 != 0) return;
  std::erase_if(sockets, [](const auto& entry) { return entry.second.expired(); });
}

void HttpServer::State::stop(Duration wait, std::function<void()> done) {
  const auto keep = shared_from_this();
  listener.reset();
  host->stopping = true;
  on_stopped = std::move(done);
  ++leases;  // ours, so that `done` comes also if there is nothing to wait for
  patience.once(wait, [this] { cut_off(); });
  const auto present = connections;
  for (const auto& [key, connection] : present) connection->wind_down();
  const auto open = sockets;
  for (const auto& [key, socket] : open) {
    if (const auto live = socket.lock()) live->close(close_code::going_away, "the server is stopping");
  }
  released();
}

void HttpServer::State::cut_off() {
  const auto keep = shared_from_this();
  drop_connections();
  const auto open = sockets;
  for (const auto& [key, socket] : open) {
    if (const auto live = socket.lock()) live->end({close_code::going_away, "the server is stopping", false, true, 0});
  }
}

void HttpServer::State::drop_connections() {
  const auto present = std::exchange(connections, {});
  for (const auto& [key, connection] : present) connection->drop();
}

HttpServer::HttpServer(std::shared_ptr<State> state) : state_(std::move(state)) {}

HttpServer::~HttpServer() {
  state_->on_stopped = nullptr;
  state_->patience.stop();
  state_->listener.reset();
  state_->host->stopping = true;
  state_->drop_connections();
}

Result<std::unique_ptr<HttpServer>> HttpServer::listen(Loop& loop, Options options, HttpHandlers handlers) {
  std::unique_ptr<HttpServer> server(new HttpServer(std::make_shared<State>(loop, std::move(options))));
  if (Status opened = server->state_->open(std::move(handlers)); !opened) return opened.error();
  return server;
}

std::uint16_t HttpServer::port() const {
  return state_->listener ? state_->listener->port() : std::uint16_t{0};
}

std::string HttpServer::url() const {
  if (!state_->listener) return {};
  const std::string& address = state_->listener->address();
  const std::string host = address.find(':') == std::string::npos ? address : '[' + address + ']';
  return (state_->options.tls ? "https://" : "http://") + host + ':' + std::to_string(port());
}

std::size_t HttpServer::connections() const {
  return state_->leases;
}

void HttpServer::set_tls(const TlsContext& tls) {
  state_->options.tls = tls;
}

void HttpServer::stop(Duration patience, std::function<void()> done) {
  state_->stop(patience, std::move(done));
}

}  // namespace tutti::net
