#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "sync/hub/entry/attempts.hpp"
#include "sync/hub/live/connection.hpp"
#include "sync/hub/rest/call.hpp"
#include "sync/net/http/http.hpp"

/// The public address: what each request is for.
///
///   /healthz /readyz          answered on the loop (readyz asks the store)
///   /s/:id                    the page for people
///   /api/v1/openapi.json      the document of the routes
///   /api/v1/collaboration/…   routes: worker, then loop (call.hpp)
///   …/ws/:session_id          upgrade, if the session exists and the Origin is our own or absent
namespace tutti::hub {

class Front {
 public:
  using Accepted = std::function<void(SessionId, std::unique_ptr<net::WebSocket>)>;

  Front(const ConnectionContext& context, const JoinLimits& joins, Accepted accepted);

  [[nodiscard]] net::HttpHandlers handlers();
  void set_public_url(std::string url) { public_url_ = std::move(url); }
  [[nodiscard]] const std::string& public_url() const { return public_url_; }
  /// From here on `/readyz` says no, and nothing is upgraded.
  void stopping() { stopping_ = true; }

 private:
  void request(net::HttpRequest request, const net::Responder& responder);
  void ready(const net::Responder& responder);
  void api(net::HttpRequest request, std::span<const std::string> segments, const net::Responder& responder);
  void join(const Route& route, Call call, const net::Responder& responder);
  void run(const Route& route, Call call, std::function<void(Answer)> done, const net::Responder& responder);
  void finish(Answer answer, const net::Responder& responder);
  [[nodiscard]] net::UpgradeAnswer upgrade(const net::HttpRequest& request) const;
  [[nodiscard]] std::string address_for(const net::HttpRequest& request) const;
  [[nodiscard]] bool own_origin(const net::HttpRequest& request) const;

  ConnectionContext context_;
  Accepted accepted_;
  std::string public_url_;
  JoinGate gate_;
  std::vector<std::string> proxies_;
  std::size_t join_bytes_;
  bool stopping_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace tutti::hub
