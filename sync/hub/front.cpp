#include "sync/hub/front.hpp"

#include <algorithm>

#include "sync/hub/entry/admission.hpp"
#include "sync/hub/rest/live_read.hpp"
#include "sync/hub/rest/pages.hpp"
#include "sync/hub/rest/problem.hpp"
#include "sync/net/url.hpp"

namespace tutti::hub {

namespace {

constexpr std::string_view api_segments[] = {"api", "v1", "collaboration"};

bool below_api(const std::vector<std::string>& segments) {
  return segments.size() > std::size(api_segments) &&
         std::equal(std::begin(api_segments), std::end(api_segments), segments.begin());
}

/// The session of `/api/v1/collaboration/ws/:session_id`.
std::optional<SessionId> websocket_session(std::string_view path) {
  const auto segments = net::path_segments(path);
  if (!segments || !below_api(*segments) || segments->size() != 5 || (*segments)[3] != "ws") return std::nullopt;
  const auto id = parse_id<SessionId>((*segments)[4]);
  return id ? std::optional(*id) : std::nullopt;
}

std::string in_words(std::int64_t seconds) {
  if (seconds < 60) return std::to_string(seconds) + (seconds == 1 ? " second" : " seconds");
  const std::int64_t minutes = (seconds + 59) / 60;
  return std::to_string(minutes) + (minutes == 1 ? " minute" : " minutes");
}

net::HttpResponse too_often(std::int64_t wait_ms) {
  const std::int64_t seconds = (wait_ms + 999) / 1000;
  auto response = problem(429, "limit", "Too many joins were tried or failed. Try again in " + in_words(seconds) + ".");
  response.headers.set("retry-after", std::to_string(seconds));
  return response;
}

/// Scheme and authority, always with the port.
std::string origin_of(std::string_view url) {
  const auto parsed = net::parse_url(url);
  return parsed ? parsed->scheme + "://" + parsed->authority() : std::string();
}

}  // namespace

Front::Front(const ConnectionContext& context, const JoinLimits& joins, Accepted accepted)
    : context_(context), accepted_(std::move(accepted)), gate_(joins), proxies_(joins.proxies), join_bytes_(joins.body_bytes) {}

net::HttpHandlers Front::handlers() {
  net::HttpHandlers made;
  made.on_request = [this](net::HttpRequest r, const net::Responder& responder) { request(std::move(r), responder); };
  made.on_upgrade = [this](const net::HttpRequest& r) { return upgrade(r); };
  made.on_websocket = [this](const net::HttpRequest& r, std::unique_ptr<net::WebSocket> socket) {
    if (const auto id = websocket_session(r.path)) accepted_(*id, std::move(socket));
  };
  return made;
}

void Front::request(net::HttpRequest request, const net::Responder& responder) {
  ++context_.metrics.requests;
  const auto segments = net::path_segments(request.path);
  if (!segments) return responder.respond(problem(segments.error()));
  const bool get = request.method == "GET" || request.method == "HEAD";
  if (get && request.path == "/healthz") return responder.respond(plain_page(200, "ok\n"));
  if (get && request.path == "/readyz") return ready(responder);
  if (get && request.path == "/api/v1/openapi.json") return responder.respond(openapi_page());
  if (get && segments->size() == 2 && segments->front() == "s") return responder.respond(link_page());
  if (below_api(*segments)) return api(std::move(request), std::span(*segments).subspan(std::size(api_segments)), responder);
  responder.respond(problem(404, "not_found", "There is nothing at this address."));
}

void Front::ready(const net::Responder& responder) {
  if (stopping_) return responder.respond(plain_page(503, "stopping\n"));
  const auto status = context_.records.submit(
      [store = context_.store] { return store->ping(); },
      [responder](const Status& answer) {
        responder.respond(answer ? plain_page(200, "ready\n") : plain_page(503, "the store does not answer\n"));
      });
  if (!status) responder.respond(plain_page(503, "busy\n"));
}

void Front::api(net::HttpRequest request, std::span<const std::string> segments, const net::Responder& responder) {
  auto matched = match_route(request.method, segments);
  if (matched.route == nullptr && matched.other_method) {
    return responder.respond(problem(405, "invalid", "This address does not know this method."));
  }
  if (matched.route == nullptr) return responder.respond(problem(404, "not_found", "There is nothing at this address."));
  Call call;
  call.request = std::move(request);
  call.parts = std::move(matched.parts);
  call.public_url = address_for(call.request);
  call.is_private = net::leads_to_loopback(public_url_);
  call.now = unix_now();
  if (matched.route->open) return join(*matched.route, std::move(call), responder);
  run(
      *matched.route, std::move(call), [this, responder](Answer answer) { finish(std::move(answer), responder); }, responder);
}

void Front::join(const Route& route, Call call, const net::Responder& responder) {
  const net::HttpRequest& request = call.request;
  if (request.body.size() > join_bytes_) return responder.respond(problem(413, "limit", "A join says less than that."));
  const std::string address = asking_address(request, proxies_);
  auto keys = join_keys(address, call.parts.front(), request.body, request.headers.get("authorization"));
  if (const std::int64_t wait = gate_.try_now(keys, context_.loop.now()); wait > 0) return responder.respond(too_often(wait));
  const auto done = [this, keys = std::move(keys), responder](Answer answer) {
    if (answer.response.status == 403) {
      ++context_.metrics.joins_failed;
      gate_.failed(keys, context_.loop.now());
    }
    finish(std::move(answer), responder);
  };
  run(route, std::move(call), done, responder);
}

void Front::run(const Route& route, Call call, std::function<void(Answer)> done, const net::Responder& responder) {
  auto work = [&route, store = context_.store, call = std::move(call)]() mutable { return answer(route, call, *store); };
  const auto status =
      context_.records.submit(std::move(work), [weak = std::weak_ptr(alive_), done = std::move(done)](Answer answer) {
        if (!weak.expired()) done(std::move(answer));
      });
  if (!status) responder.respond(problem(503, "unavailable", "The hub is busy; try again in a moment."));
}

void Front::finish(Answer answer, const net::Responder& responder) {
  for (const auto& notice : answer.notices) context_.sessions.apply(notice);
  complete(context_.sessions, std::move(answer),
           [responder](net::HttpResponse response) { responder.respond(std::move(response)); });
}

/// A hub that listens on every address of its machine does not know by which it is reached, but who asks does.
std::string Front::address_for(const net::HttpRequest& request) const {
  const auto own = net::parse_url(public_url_);
  if (!own || (own->host != "0.0.0.0" && own->host != "::")) return public_url_;
  const auto asked = net::parse_url(own->scheme + "://" + std::string(request.headers.get("host")));
  return asked ? own->scheme + "://" + asked->authority() : public_url_;
}

bool Front::own_origin(const net::HttpRequest& request) const {
  const auto origin = request.headers.find("origin");
  if (!origin) return true;  // not a browser
  const auto asked = origin_of(*origin);
  return !asked.empty() && asked == origin_of(public_url_);
}

net::UpgradeAnswer Front::upgrade(const net::HttpRequest& request) const {
  net::UpgradeAnswer answer;
  answer.limits = Connection::limits();
  const auto session = websocket_session(request.path);
  if (stopping_) {
    answer.refusal = problem(503, "unavailable", "The hub is stopping.");
  } else if (!session || !context_.sessions.exists(*session)) {
    answer.refusal = problem(404, "not_found", "There is no such session.");
  } else if (!own_origin(request)) {
    answer.refusal = problem(403, "denied", "Pages of other sites may not connect.");
  }
  return answer;
}

}  // namespace tutti::hub
