#include "sync/hub/hub.hpp"

#include <unordered_map>

#include "sync/hub/entry/admission.hpp"
#include "sync/hub/front.hpp"
#include "sync/hub/live/connection.hpp"
#include "sync/hub/rest/problem.hpp"
#include "sync/hub/standby/neighbours.hpp"
#include "sync/hub/standby/tenure.hpp"
#include "sync/net/log.hpp"

namespace tutti::hub {

namespace {

/// Records that somebody went, or went for good. An owner's place stays.
Status record_gone(store::Store& store, SessionId session, ParticipantId who, bool for_good) {
  auto row = store.participant(session, who);
  if (!row) return row.error().code == ErrorCode::not_found ? Status() : Status(row.error());
  if (for_good && row->role != wire::Role::owner) return store.remove_participant(session, who);
  row->last_active = unix_now();
  return store.put_participant(*row);
}

constexpr net::Duration drain_poll{10};
constexpr net::Duration hold_every{1'000};

}  // namespace

/// Members are destroyed from the last to the first: nobody outlives what they use.
struct Hub::State {
  State(net::Loop& l, std::shared_ptr<store::Store> s, Options o, LiveSessions::Options live)
      : loop(l),
        options(std::move(o)),
        store(std::move(s)),
        records(l, options.record_workers),
        writer(l, 1),
        sessions(l, records, writer, store, std::move(live), metrics,
                 [this](SessionId session, ParticipantId who, bool good) { gone(session, who, good); }),
        context{l, records, store, sessions, metrics},
        front(context, options.joins,
              [this](SessionId id, std::unique_ptr<net::WebSocket> socket) { accept(id, std::move(socket)); }),
        drain(l),
        neighbours(l, records, store, [this](const std::vector<std::string>& urls) { sessions.tell_hubs(urls); }),
        tenure(l, writer, store, hold_every, [this] {
          if (options.superseded) options.superseded();
        }) {}

  net::Loop& loop;
  Options options;
  std::shared_ptr<store::Store> store;
  Metrics metrics;
  net::WorkerPool records;
  net::WorkerPool writer;
  LiveSessions sessions;
  ConnectionContext context;
  Front front;
  std::unordered_map<session::ConnectionId, std::unique_ptr<Connection>> connections;
  std::uint64_t last_connection = 0;
  std::unique_ptr<net::HttpServer> server;
  std::unique_ptr<net::HttpServer> admin;
  net::Timer drain;
  Neighbours neighbours;
  Tenure tenure;

  void accept(SessionId session, std::unique_ptr<net::WebSocket> socket) {
    const session::ConnectionId id(++last_connection);
    ++metrics.connections_total;
    connections[id] =
        std::make_unique<Connection>(context, id, session, std::move(socket), [this](session::ConnectionId ended) {
          connections.erase(ended);
          metrics.connections = connections.size();
        });
    metrics.connections = connections.size();
  }

  void gone(SessionId session, ParticipantId who, bool for_good) {
    const auto status =
        records.submit([kept = store, session, who, for_good] { return record_gone(*kept, session, who, for_good); },
                       [](const Status& answer) {
                         if (!answer) net::log_warn("departure not recorded", {{"why", answer.error().message}});
                       });
    if (!status) net::log_warn("departure not recorded", {{"why", status.error().message}});
  }

  void answer_admin(const net::HttpRequest& request, const net::Responder& responder) {
    if (request.path != "/metrics") return responder.respond(problem(404, "not_found", "There is nothing at this address."));
    metrics.durable_lag_ms = sessions.lag_ms();
    net::HttpResponse response;
    response.headers = {{"content-type", "text/plain; version=0.0.4; charset=utf-8"}};
    response.body = prometheus_text(metrics);
    responder.respond(std::move(response));
  }

  Status listen() {
    auto opened = net::HttpServer::listen(loop, {options.listen, options.tls, {}}, front.handlers());
    if (!opened) return opened.error();
    server = std::move(*opened);
    net::HttpHandlers handlers;
    handlers.on_request = [this](const net::HttpRequest& request, const net::Responder& responder) {
      answer_admin(request, responder);
    };
    opened = net::HttpServer::listen(loop, {options.admin, {}, {}}, std::move(handlers));
    if (!opened) return opened.error();
    admin = std::move(*opened);
    front.set_public_url(options.public_url.empty() ? server->url() : options.public_url);
    if (!options.shares_store) return {};
    neighbours.begin(front.public_url());
    tenure.begin();
    return {};
  }

  void await_durable(Instant until, std::function<void(bool)> done) {
    drain.every(drain_poll, [this, until, done = std::move(done)] {
      const bool durable = sessions.durable() && records.pending() == 0;
      if (!durable && loop.now() < until) return;
      drain.stop();
      const auto told = done;
      told(sessions.durable());
    });
  }
};

Hub::Hub(std::unique_ptr<State> state) : state_(std::move(state)) {}
Hub::~Hub() = default;

Result<std::unique_ptr<Hub>> Hub::start(net::Loop& loop, std::shared_ptr<store::Store> store, Options options) {
  const auto key = store->stamp_key();
  if (!key) return key.error();
  const auto known = store->session_ids();
  if (!known) return known.error();
  LiveSessions::Options live{{*key, 0, options.limits}, options.unload_after};
  auto state = std::make_unique<State>(loop, std::move(store), std::move(options), std::move(live));
  state->sessions.know(*known);
  if (auto status = state->listen(); !status) return status.error();
  return std::unique_ptr<Hub>(new Hub(std::move(state)));
}

std::string Hub::url() const {
  return state_->server->url();
}

std::string Hub::admin_url() const {
  return state_->admin->url();
}

const Metrics& Hub::metrics() const {
  return state_->metrics;
}

std::size_t Hub::live_sessions() const {
  return state_->sessions.size();
}

void Hub::set_tls(const net::TlsContext& tls) {
  state_->server->set_tls(tls);
}

void Hub::stop(net::Duration patience, std::function<void(bool)> done) {
  state_->front.stopping();
  state_->admin->stop(patience, [] {});
  const auto until = state_->loop.now() + patience.count();
  state_->server->stop(patience, [this, until, done = std::move(done)] { state_->await_durable(until, done); });
}

}  // namespace tutti::hub
