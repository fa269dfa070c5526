#include "tests/support/proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

namespace tutti::test {

namespace {

constexpr int look_again_ms = 5;
constexpr std::string_view commit("COMMIT\0", 7);

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

void at_once(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

int connect_to(int port) {
  const auto address = loopback(port);
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  at_once(fd);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  ::close(fd);
  return -1;
}

/// What came, or nothing when the other side is gone.
std::string_view receive(int fd, std::array<char, 65'536>& room) {
  const auto got = ::recv(fd, room.data(), room.size(), 0);
  return {room.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
}

bool pass_on(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace

struct Proxy::State {
  int server_port = 0;
  int listener = -1;
  int port = 0;
  std::atomic<bool> ends = false;
  std::atomic<bool> stalled = false;
  std::atomic<Cut> cut = Cut::none;
  std::atomic<std::chrono::milliseconds::rep> delay_ms = 0;
  std::mutex mutex;
  std::vector<int> dangling;  ///< server's sides of connections that the hub lost
  std::vector<std::thread> threads;

  void listen() {
    auto address = loopback(0);
    socklen_t size = sizeof address;
    listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), size) != 0 || ::listen(listener, 16) != 0) std::abort();
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
  }

  void accept_all() {
    while (!ends) {
      pollfd waits{listener, POLLIN, 0};
      if (::poll(&waits, 1, look_again_ms) <= 0) continue;
      const int hub = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
      if (hub < 0) continue;
      at_once(hub);
      const std::lock_guard lock(mutex);
      threads.emplace_back([this, hub] { carry(hub); });
    }
  }

  void carry(int hub) {
    const int server = connect_to(server_port);
    bool keep_server = false;
    bool was_stalled = false;
    while (!ends && server >= 0) {
      if (stalled) {
        was_stalled = true;
        std::this_thread::sleep_for(std::chrono::milliseconds(look_again_ms));
        continue;
      }
      if (was_stalled) break;
      std::array<pollfd, 2> waits{pollfd{hub, POLLIN, 0}, pollfd{server, POLLIN, 0}};
      if (::poll(waits.data(), 2, look_again_ms) <= 0) continue;
      if (waits[0].revents != 0 && !from_hub(hub, server, keep_server)) break;
      if (waits[1].revents != 0 && !from_server(hub, server)) break;
    }
    ::close(hub);
    if (server < 0) return;
    if (!keep_server) {
      ::close(server);
      return;
    }
    const std::lock_guard lock(mutex);
    dangling.push_back(server);
  }

  bool from_hub(int hub, int server, bool& keep_server) {
    std::array<char, 65'536> room;
    const auto bytes = receive(hub, room);
    if (bytes.empty()) return false;
    const auto now = bytes.find(commit) == std::string_view::npos ? Cut::none : cut.exchange(Cut::none);
    if (now == Cut::none) return pass_on(server, bytes);
    keep_server = now != Cut::answer_lost;
    if (now == Cut::never_arrived) return false;
    pass_on(server, bytes);
    if (now == Cut::answer_lost) receive(server, room);  // by then it is committed
    return false;
  }

  bool from_server(int hub, int server) const {
    std::array<char, 65'536> room;
    const auto bytes = receive(server, room);
    if (bytes.empty()) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(delay_ms));
    return pass_on(hub, bytes);
  }
};

Proxy::Proxy(int server_port) : state_(std::make_unique<State>()) {
  state_->server_port = server_port;
  state_->listen();
  const std::lock_guard lock(state_->mutex);
  state_->threads.emplace_back([state = state_.get()] { state->accept_all(); });
}

Proxy::~Proxy() {
  state_->ends = true;
  state_->threads.front().join();  // after it there are no new ones
  for (std::size_t i = 1; i < state_->threads.size(); ++i) state_->threads[i].join();
  for (const int fd : state_->dangling) ::close(fd);
  ::close(state_->listener);
}

void Proxy::cut_next(Cut cut) {
  state_->cut = cut;
}

void Proxy::delay(std::chrono::milliseconds by) {
  state_->delay_ms = by.count();
}

void Proxy::stall(bool on) {
  state_->stalled = on;
}

std::string Proxy::through(const std::string& url) const {
  const auto colon = url.rfind(':');
  return url.substr(0, colon + 1) + std::to_string(state_->port) + url.substr(url.find('/', colon));
}

}  // namespace tutti::test
