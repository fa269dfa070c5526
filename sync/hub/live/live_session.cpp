#include "sync/hub/live/live_session.hpp"

#include <algorithm>

namespace tutti::hub {

LiveSession::LiveSession(net::Loop& loop, Workers workers, std::shared_ptr<store::Store> store, session::Session session,
                         Metrics& metrics, Told told)
    : loop_(loop),
      session_(std::move(session)),
      metrics_(metrics),
      told_(std::move(told)),
      ticker_(loop),
      writer_(loop, workers.writer, store, session_.id(), metrics, writer_listener()),
      compactor_(loop, workers.records, std::move(store), session_.id(), metrics,
                 [this](const session::Compacted& done) { step(done); }) {}

LiveSession::~LiveSession() = default;

Writer::Told LiveSession::writer_listener() {
  return {[this](Position position) {
            step(session::Committed{position});
            if (idle()) told_.quiet();
          },
          [this](std::uint32_t end) { step(session::ReplicasReserved{end}); },
          [this](const std::string& why) { step(session::StoreTrouble{why}); }, [this] { step(session::StoreHealed{}); }};
}

void LiveSession::attach(session::ConnectionId connection, Outlet& outlet, session::Member member, wire::Hello hello) {
  outlets_[connection] = &outlet;
  if (!ticker_.active()) {
    ticker_.every(tick, [this] { step(session::Tick{}); });
  }
  step(session::Connected{connection, std::move(member), std::move(hello)});
}

void LiveSession::receive(session::ConnectionId connection, std::string_view frame) {
  step(session::FrameReceived{connection, frame});
}

void LiveSession::detach(session::ConnectionId connection) {
  if (outlets_.erase(connection) == 0) return;
  if (stepping_) {
    lost_.push_back(connection);
    return;
  }
  step(session::Disconnected{connection});
  if (!outlets_.empty()) return;
  ticker_.stop();
  told_.quiet();
}

void LiveSession::change_role(ParticipantId participant, wire::Role role) {
  step(session::RoleChanged{participant, role});
}

void LiveSession::remove(ParticipantId participant) {
  step(session::ParticipantRemoved{participant});
}

void LiveSession::tell_hubs(const std::vector<std::string>& urls) {
  step(session::HubsKnown{urls});
}

void LiveSession::close_all(std::uint16_t code, std::string_view reason) {
  const auto outlets = outlets_;
  for (const auto& [connection, outlet] : outlets) {
    if (outlets_.contains(connection)) outlet->close(code, reason);
  }
}

bool LiveSession::idle() const {
  return outlets_.empty() && durable();
}

void LiveSession::step(const session::Event& event) {
  stepping_ = true;
  session::Effects effects = std::move(effects_);
  session_.step(event, loop_.now(), effects);
  for (auto& effect : effects) perform(effect);
  effects.clear();
  effects_ = std::move(effects);
  stepping_ = false;
  while (!lost_.empty()) {
    const auto connection = lost_.back();
    lost_.pop_back();
    step(session::Disconnected{connection});
  }
}

void LiveSession::perform(session::Effect& effect) {
  std::visit([this](auto& typed) { perform_one(typed); }, effect);
}

void LiveSession::perform_one(session::Send& send) {
  for (const auto connection : send.to) {
    const auto found = outlets_.find(connection);
    if (found != outlets_.end()) found->second->send(send);
  }
}

void LiveSession::perform_one(session::Close& close) {
  const auto found = outlets_.find(close.connection);
  if (found != outlets_.end()) found->second->close(close.code, close.reason);
}

void LiveSession::perform_one(session::Append& append) {
  const auto is_change = [](const record::Row& row) { return std::holds_alternative<record::ChangeRow>(row); };
  metrics_.edits += static_cast<std::uint64_t>(std::count_if(append.fact.rows.begin(), append.fact.rows.end(), is_change));
  writer_.append(std::move(append.fact));
}

void LiveSession::perform_one(session::ReserveReplicas& reserve) {
  writer_.reserve(reserve.end);
}

void LiveSession::perform_one(session::Compact& compact) {
  compactor_.compact(compact);
}

void LiveSession::perform_one(session::ParticipantGone& gone) {
  told_.gone(gone.participant, gone.for_good);
}

}  // namespace tutti::hub
