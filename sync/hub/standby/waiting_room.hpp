#pragma once

#include <functional>
#include <memory>
#include <string>

#include "sync/hub/standby/neighbours.hpp"
#include "sync/hub/standby/tenure.hpp"
#include "sync/net/http/http.hpp"

namespace tutti::hub {

/// A hub that stands by: it can be reached, says that another one serves, and takes its place once that is gone. Loop thread.
///
///   /healthz ─▶ 200      everything else, /readyz among it ─▶ 503 with Retry-After
class WaitingRoom {
 public:
  static Result<std::unique_ptr<WaitingRoom>> open(net::Loop& loop, std::shared_ptr<store::Store> store,
                                                   net::HttpServer::Options options, const std::string& public_url,
                                                   std::function<void()> may_serve);

  [[nodiscard]] std::uint16_t port() const { return server_->port(); }
  [[nodiscard]] std::string url() const { return server_->url(); }

 private:
  WaitingRoom(net::Loop& loop, std::shared_ptr<store::Store> store, std::function<void()> may_serve);

  net::WorkerPool worker_;
  Neighbours neighbours_;
  Standby standby_;
  std::unique_ptr<net::HttpServer> server_;
};

}  // namespace tutti::hub
