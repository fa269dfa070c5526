#include "lsp-server/workspace/connection.hpp"

#include <sodium.h>

#include <algorithm>

#include "lsp-server/workspace/rest_call.hpp"
#include "sync/net/log.hpp"
#include "sync/net/url.hpp"

namespace tutti::workspace {
namespace {

constexpr std::size_t max_frame = 64ULL * 1024 * 1024;  ///< a large document comes as one frame
constexpr std::uint16_t code_removed = 4403, code_version = 4406, code_unknown = 4404, code_token = 4401, code_replaced = 4409;

std::uint64_t random_seed() {
  std::uint64_t seed = 0;
  randombytes_buf(&seed, sizeof seed);
  return seed;
}

std::string socket_url(const std::string& hub, SessionId session) {
  return "ws" + hub.substr(4) + "/api/v1/collaboration/ws/" + to_string(session);
}

/// Coming back would change nothing. `at_home`: the one who says so is the hub that the folder was linked with.
bool is_final(const net::WebSocketEnd& end, bool at_home) {
  if (!end.opened && !at_home) return false;
  if (!end.opened) return end.http_status == 401 || end.http_status == 403 || end.http_status == 404 || end.http_status == 410;
  return end.code == code_removed || end.code == code_version || end.code == code_unknown || end.code == code_token;
}

}  // namespace

peer::Config peer_config(const LinkFile& link, std::string client) {
  peer::Config config;
  config.token = link.token;
  config.client = std::move(client);
  config.seed = random_seed();
  return config;
}

Connection::Connection(net::Loop& loop, const Settings& settings, const LinkFile& link, const peer::Config& config,
                       std::optional<peer::journal::Image> left, std::function<void(const peer::Effect&)> on_effect)
    : loop_(loop),
      settings_(settings),
      link_(link),
      addresses_(link.hub, link.hubs),
      peer_(left ? peer::Peer(config, std::move(*left)) : peer::Peer(config)),
      on_effect_(std::move(on_effect)),
      wake_(loop) {}

Connection::~Connection() = default;

void Connection::start() {
  peer::Effects effects;
  peer_.start(loop_.now(), effects);
  carry_out(effects);
}

void Connection::step(const peer::Event& event) {
  peer::Effects effects;
  peer_.step(event, loop_.now(), effects);
  carry_out(effects);
}

void Connection::carry_out(const peer::Effects& effects) {
  for (const peer::Effect& effect : effects) {
    if (std::holds_alternative<peer::Connect>(effect)) {
      connect();
    } else if (const auto* send = std::get_if<peer::SendText>(&effect)) {
      if (socket_) socket_->send_text(send->frame);
    } else if (const auto* hangup = std::get_if<peer::Hangup>(&effect)) {
      if (socket_) socket_->close(net::close_code::normal, hangup->why);
    } else if (const auto* wake = std::get_if<peer::Wake>(&effect)) {
      const auto wait = std::max<std::int64_t>(0, wake->at - loop_.now());
      wake_.once(net::Duration(wait), [this] { step(peer::Tick{}); });
    } else if (const auto* hubs = std::get_if<peer::HubsKnown>(&effect)) {
      if (addresses_.learn(hubs->urls)) on_effect_(effect);
    } else {
      on_effect_(effect);
    }
  }
}

void Connection::connect() {
  net::WebSocketConnectOptions options;
  options.connect = settings_.connect;
  options.limits.frame = options.limits.message = max_frame;
  net::WebSocketCallbacks callbacks;
  callbacks.on_open = [this] { step(peer::Opened{}); };
  callbacks.on_text = [this](const std::string& frame) { step(peer::TextFrame{frame}); };
  callbacks.on_binary = [this](const std::string& frame) { step(peer::BinaryFrame{frame}); };
  callbacks.on_close = [this](const net::WebSocketEnd& end) { ended(end); };
  socket_ =
      net::WebSocket::connect(loop_, socket_url(addresses_.now(), link_.session), std::move(options), std::move(callbacks));
}

void Connection::ended(const net::WebSocketEnd& end) {
  const std::string why = plain_words(end);
  const bool final = is_final(end, addresses_.at_first());
  net::log_debug("connection ended", {{"code", end.code}, {"reason", end.reason}, {"status", end.http_status}});
  if (!end.opened && end.http_status == 0) revive_private_hub();
  if (!end.opened) addresses_.pass_on();  // nobody there, or a hub that stands by
  socket_.reset();
  step(peer::Closed{why, final, end.code == code_replaced});
}

std::string Connection::plain_words(const net::WebSocketEnd& end) const {
  const auto url = net::parse_url(addresses_.now());
  const std::string where = url ? url->authority() : addresses_.now();
  if (!end.opened && end.http_status == 401) return "the hub at " + where + " does not know this participant any more";
  if (!end.opened && end.http_status == 404) return "the session is not at " + where + " any more";
  if (end.http_status == 403 || end.code == code_removed) return "you were taken out of the session";
  if (end.code == code_version) return "the hub at " + where + " speaks another version of the protocol: " + end.reason;
  if (!end.opened) return no_connection(where, end.reason);
  return "the connection to " + where + " ended" + (end.reason.empty() ? "" : ": " + end.reason);
}

void Connection::revive_private_hub() {
  const auto hub = known_private_hub(process_environment());
  if (reviving_ || !hub || hub->url != link_.hub) return;
  reviving_ = ensure_private_hub(loop_, process_environment(), [this](const Result<std::string>& started) {
    if (!started) net::log_warn("the private hub does not start", {{"why", started.error().message}});
    loop_.defer([errand = std::move(reviving_)]() mutable { errand.reset(); });
  });
}

}  // namespace tutti::workspace
