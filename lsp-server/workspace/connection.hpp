#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "lsp-server/workspace/hub_addresses.hpp"
#include "lsp-server/workspace/link_file.hpp"
#include "lsp-server/workspace/private_hub.hpp"
#include "lsp-server/workspace/settings.hpp"
#include "sync/net/loop.hpp"
#include "sync/net/websocket/websocket.hpp"
#include "sync/peer/peer.hpp"

namespace tutti::workspace {

/// For a participant's peer: its token, and chance of its own.
[[nodiscard]] peer::Config peer_config(const LinkFile& link, std::string client);

/// A Peer with a socket: does what it asks of the world (Connect, SendText, Hangup, Wake) and hands everything else on.
/// A private hub of this machine that does not answer is started again; where a hub has others beside it, the next is tried.
class Connection {
 public:
  /// `on_effect` gets what is not about the socket, in order, at once. `left`: what a former process left.
  Connection(net::Loop& loop, const Settings& settings, const LinkFile& link, const peer::Config& config,
             std::optional<peer::journal::Image> left, std::function<void(const peer::Effect&)> on_effect);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void start();
  void step(const peer::Event& event);
  [[nodiscard]] peer::Peer& peer() { return peer_; }
  [[nodiscard]] const peer::Peer& peer() const { return peer_; }

  /// Where else the session is looked for.
  [[nodiscard]] std::vector<std::string> other_hubs() const { return addresses_.others(); }

  /// Runs a local call of the peer and carries out what follows from it.
  template <class Call>
  auto local(Call call) {
    peer::Effects effects;
    auto result = call(peer_, loop_.now(), effects);
    carry_out(effects);
    return result;
  }

  /// The same where nothing is answered.
  template <class Call>
  void run(Call call) {
    peer::Effects effects;
    call(peer_, loop_.now(), effects);
    carry_out(effects);
  }

 private:
  void carry_out(const peer::Effects& effects);
  void connect();
  void ended(const net::WebSocketEnd& end);
  void revive_private_hub();
  [[nodiscard]] std::string plain_words(const net::WebSocketEnd& end) const;

  net::Loop& loop_;
  Settings settings_;
  LinkFile link_;
  HubAddresses addresses_;
  peer::Peer peer_;
  std::function<void(const peer::Effect&)> on_effect_;
  std::unique_ptr<net::WebSocket> socket_;
  net::Timer wake_;
  std::unique_ptr<Errand> reviving_;
};

}  // namespace tutti::workspace
