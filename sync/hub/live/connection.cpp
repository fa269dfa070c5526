#include "sync/hub/live/connection.hpp"

#include "sync/exchange/convert.hpp"
#include "sync/hub/entry/admission.hpp"
#include "sync/hub/live/close_codes.hpp"
#include "sync/net/log.hpp"

namespace tutti::hub {

Connection::Connection(const ConnectionContext& context, session::ConnectionId id, SessionId session,
                       std::unique_ptr<net::WebSocket> socket, Ended ended)
    : context_(context),
      id_(id),
      session_(session),
      socket_(std::move(socket)),
      ended_(std::move(ended)),
      deadline_(context.loop) {
  deadline_.once(hello_within, [this] { refuse(error(ErrorCode::invalid, "No hello came in time."), close_code::silent); });
  net::WebSocketCallbacks callbacks;
  callbacks.on_text = [this](std::string frame) { on_text(std::move(frame)); };
  callbacks.on_binary = [this](const std::string&) { close(close_code::no_binary, "participants send text frames"); };
  callbacks.on_close = [this](const net::WebSocketEnd& end) { on_close(end); };
  socket_->start(std::move(callbacks));
}

Connection::~Connection() {
  if (auto* live = context_.sessions.find(session_); live != nullptr && phase_ == Phase::attached) live->detach(id_);
}

net::WebSocketLimits Connection::limits() {
  net::WebSocketLimits limits;
  limits.frame = wire::kUpFrameMax;
  limits.message = wire::kUpFrameMax;
  limits.queue = 2 * most_bytes;  // beyond what `send` lets grow
  return limits;
}

void Connection::on_text(std::string frame) {
  context_.metrics.bytes_received += frame.size();
  if (phase_ == Phase::greeting) return greet(frame);
  if (phase_ == Phase::checking) return keep_early(std::move(frame));
  if (phase_ != Phase::attached) return;
  if (auto* live = context_.sessions.find(session_)) live->receive(id_, frame);
}

void Connection::greet(const std::string& frame) {
  deadline_.stop();
  if (frame.size() > hello_bytes) {
    return refuse(error(ErrorCode::limit, "A hello has at most 16 KiB."), close_code::malformed);
  }
  auto message = wire::decode_up(frame);
  if (!message) return refuse(message.error(), close_code::malformed);
  auto* hello = std::get_if<wire::Hello>(&*message);
  if (hello == nullptr) {
    return refuse(error(ErrorCode::invalid, "The first frame must be a hello."), close_code::malformed);
  }
  phase_ = Phase::checking;
  check(std::move(*hello));
}

void Connection::keep_early(std::string frame) {
  early_size_ += frame.size();
  if (early_size_ > early_bytes) {
    return refuse(error(ErrorCode::limit, "Too much was sent before the welcome."), close_code::malformed);
  }
  early_.push_back(std::move(frame));
}

void Connection::check(wire::Hello hello) {
  const auto work = [store = context_.store, session = session_, token = hello.token] {
    return redeem_hello(*store, session, token, unix_now());
  };
  const auto status = context_.records.submit(
      work, [this, weak = std::weak_ptr(alive_), hello = std::move(hello)](Result<ParticipantId> who) mutable {
        if (weak.expired() || phase_ != Phase::checking) return;
        if (!who) return refuse(who.error());
        load(*who, std::move(hello));
      });
  if (!status) refuse(error(ErrorCode::unavailable, "The hub is busy; try again in a moment."));
}

void Connection::load(ParticipantId who, wire::Hello hello) {
  context_.sessions.open(session_,
                         [this, weak = std::weak_ptr(alive_), who, hello = std::move(hello)](Result<LiveSession*> live) {
                           if (weak.expired() || phase_ != Phase::checking) return;
                           if (!live) return refuse(live.error());
                           read_rights(who, hello);
                         });
}

void Connection::read_rights(ParticipantId who, wire::Hello hello) {
  const auto authority = context_.sessions.authority();
  const auto work = [store = context_.store, session = session_, who] { return member_of(*store, session, who, unix_now()); };
  const auto status = context_.records.submit(work, [this, weak = std::weak_ptr(alive_), who, authority,
                                                     hello = std::move(hello)](Result<session::Member> member) mutable {
    if (weak.expired() || phase_ != Phase::checking) return;
    if (!member) return refuse(member.error());
    if (authority != context_.sessions.authority()) return read_rights(who, std::move(hello));
    if (context_.sessions.find(session_) == nullptr) return load(who, std::move(hello));  // gone, or out of memory again
    attach(std::move(*member), std::move(hello));
  });
  if (!status) refuse(error(ErrorCode::unavailable, "The hub is busy; try again in a moment."));
}

void Connection::attach(session::Member member, wire::Hello hello) {
  net::log_info("participant connected", {{"session", to_string(session_)},
                                          {"participant", to_string(member.participant)},
                                          {"role", to_string(member.role)},
                                          {"client", hello.client}});
  auto* live = context_.sessions.find(session_);
  phase_ = Phase::attached;
  live->attach(id_, *this, std::move(member), std::move(hello));
  const auto frames = std::move(early_);
  for (const auto& frame : frames) {
    if (phase_ == Phase::attached) live->receive(id_, frame);
  }
}

void Connection::refuse(const Error& error) {
  const bool later = error.code == ErrorCode::unavailable || error.code == ErrorCode::io || error.code == ErrorCode::limit;
  const bool denied = error.code == ErrorCode::denied || error.code == ErrorCode::not_found;
  refuse(error, denied ? close_code::not_admitted : later ? close_code::try_later : close_code::broken);
}

void Connection::refuse(const Error& error, std::uint16_t code) {
  ++context_.metrics.handshakes_refused;
  net::log_info("connection refused", {{"session", to_string(session_)}, {"peer", socket_->peer()}, {"why", error.message}});
  wire::ErrorMessage message;
  message.code = exchange::to_wire(error.code);
  message.message = error.message.substr(0, wire::kErrorMessageMessageMax);
  message.fatal = true;
  socket_->send_text(wire::encode(message));
  close(code, error.message);
}

void Connection::send(const session::Send& send) {
  if (!socket_->open()) return;
  if (send.urgency == session::Urgency::presence && socket_->queued() > presence_above) {
    ++context_.metrics.presence_dropped;
    return;
  }
  context_.metrics.bytes_sent += send.frame->size();
  send.binary ? socket_->send_binary(send.frame) : socket_->send_text(send.frame);
  if (!too_slow()) return;
  ++context_.metrics.slow_readers_closed;
  net::log_warn("slow reader closed", {{"session", to_string(session_)}, {"queued", socket_->queued()}});
  close(close_code::try_later, "the connection is too slow");
}

bool Connection::too_slow() const {
  const auto queued = socket_->queued();
  if (queued <= behind_bytes) return false;
  const auto since = socket_->behind_since();
  return queued > most_bytes || (since && context_.loop.now() - *since > behind_ms);
}

void Connection::close(std::uint16_t code, std::string_view reason) {
  deadline_.stop();
  if (phase_ != Phase::attached) phase_ = Phase::ended;
  socket_->close(code, reason);
}

void Connection::on_close(const net::WebSocketEnd& end) {
  net::log_debug("connection closed", {{"session", to_string(session_)}, {"code", end.code}, {"reason", end.reason}});
  const bool attached = std::exchange(phase_, Phase::ended) == Phase::attached;
  deadline_.stop();
  if (auto* live = context_.sessions.find(session_); live != nullptr && attached) live->detach(id_);
  const auto ended = ended_;
  ended(id_);  // destroys this
}

}  // namespace tutti::hub
