#include "sync/hub/standby/waiting_room.hpp"

#include <utility>

#include "sync/hub/rest/pages.hpp"
#include "sync/hub/rest/problem.hpp"

namespace tutti::hub {

namespace {

net::HttpResponse elsewhere() {
  auto response = problem(503, "unavailable", "This hub stands by; another one serves.");
  response.headers.set("retry-after", "1");
  return response;
}

net::HttpHandlers handlers() {
  net::HttpHandlers made;
  made.on_request = [](const net::HttpRequest& request, const net::Responder& responder) {
    responder.respond(request.path == "/healthz" ? plain_page(200, "ok\n") : elsewhere());
  };
  made.on_upgrade = [](const net::HttpRequest& /*request*/) {
    net::UpgradeAnswer answer;
    answer.refusal = elsewhere();
    return answer;
  };
  return made;
}

}  // namespace

WaitingRoom::WaitingRoom(net::Loop& loop, std::shared_ptr<store::Store> store, std::function<void()> may_serve)
    : worker_(loop, 1),
      neighbours_(loop, worker_, store, [](const std::vector<std::string>& /*urls*/) {}),
      standby_(loop, worker_, std::move(store), {}, std::move(may_serve)) {}

Result<std::unique_ptr<WaitingRoom>> WaitingRoom::open(net::Loop& loop, std::shared_ptr<store::Store> store,
                                                       net::HttpServer::Options options, const std::string& public_url,
                                                       std::function<void()> may_serve) {
  auto server = net::HttpServer::listen(loop, std::move(options), handlers());
  if (!server) return server.error();
  std::unique_ptr<WaitingRoom> room(new WaitingRoom(loop, std::move(store), std::move(may_serve)));
  room->server_ = std::move(*server);
  room->neighbours_.begin(public_url.empty() ? room->url() : public_url);
  return room;
}

}  // namespace tutti::hub
