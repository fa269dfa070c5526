#include "sync/hub/live/live_sessions.hpp"

#include <algorithm>

#include "sync/hub/entry/secret.hpp"
#include "sync/hub/live/close_codes.hpp"
#include "sync/net/log.hpp"

namespace tutti::hub {

struct LiveSessions::Entry {
  Entry(net::Loop& loop, LiveSession::Workers workers, std::shared_ptr<store::Store> store, session::Session loaded,
        Metrics& metrics, LiveSession::Told told)
      : unload(loop), session(loop, workers, std::move(store), std::move(loaded), metrics, std::move(told)) {}
  net::Timer unload;
  LiveSession session;
};

LiveSessions::LiveSessions(net::Loop& loop, net::WorkerPool& records, net::WorkerPool& writer,
                           std::shared_ptr<store::Store> store, Options options, Metrics& metrics, Gone gone)
    : loop_(loop),
      records_(records),
      writer_(writer),
      store_(std::move(store)),
      options_(std::move(options)),
      metrics_(metrics),
      gone_(std::move(gone)) {}

LiveSessions::~LiveSessions() = default;

void LiveSessions::know(const std::vector<SessionId>& sessions) {
  known_.insert(sessions.begin(), sessions.end());
}

LiveSession* LiveSessions::find(SessionId id) {
  const auto found = live_.find(id);
  return found == live_.end() ? nullptr : &found->second->session;
}

void LiveSessions::open(SessionId id, Opened done) {
  if (!exists(id)) return done(error(ErrorCode::not_found, "There is no such session."));
  if (auto* live = find(id)) return done(live);
  auto& waiting = loading_[id];
  waiting.push_back(std::move(done));
  if (waiting.size() > 1) return;
  auto config = options_.session;
  fill_random(reinterpret_cast<std::uint8_t*>(&config.seed), sizeof config.seed);
  const auto work = [store = store_, id, config]() -> Result<session::Session> {
    auto image = store->load(id);
    if (!image) return image.error();
    return session::Session::load(std::move(*image), config);
  };
  const auto status = records_.submit(work, [this, id, weak = std::weak_ptr(alive_)](Result<session::Session> session) {
    if (!weak.expired()) loaded(id, std::move(session));
  });
  if (!status) loaded(id, error(ErrorCode::unavailable, "The hub is busy; try again in a moment."));
}

void LiveSessions::loaded(SessionId id, Result<session::Session> session) {
  auto waiting = std::move(loading_[id]);
  loading_.erase(id);
  if (session && !exists(id)) session = error(ErrorCode::not_found, "There is no such session.");
  if (!session) {
    net::log_error("session does not load", {{"session", to_string(id)}, {"why", session.error().message}});
    for (const auto& done : waiting) done(session.error());
    return;
  }
  LiveSession::Told told{[this, id](ParticipantId who, bool for_good) { gone_(id, who, for_good); }, [this, id] { quiet(id); }};
  live_[id] = std::make_unique<Entry>(loop_, LiveSession::Workers{writer_, records_}, store_, std::move(*session), metrics_,
                                      std::move(told));
  metrics_.sessions_live = live_.size();
  if (hubs_.size() > 1) live_[id]->session.tell_hubs(hubs_);
  for (const auto& done : waiting) done(&live_[id]->session);
  quiet(id);
}

void LiveSessions::quiet(SessionId id) {
  const auto found = live_.find(id);
  if (found == live_.end() || !found->second->session.idle()) return;
  found->second->unload.once(options_.unload_after, [this, id] {
    const auto* live = find(id);
    if (live == nullptr || !live->idle()) return;
    live_.erase(id);
    metrics_.sessions_live = live_.size();
  });
}

void LiveSessions::tell_hubs(const std::vector<std::string>& urls) {
  hubs_ = urls;
  for (const auto& [id, entry] : live_) entry->session.tell_hubs(urls);
}

void LiveSessions::apply(const Notice& notice) {
  ++authority_;
  std::visit([this](const auto& typed) { apply_one(typed); }, notice);
}

void LiveSessions::apply_one(const SessionBegun& notice) {
  known_.insert(notice.session);
}

void LiveSessions::apply_one(const SessionEnded& notice) {
  known_.erase(notice.session);
  const auto found = live_.find(notice.session);
  if (found == live_.end()) return;
  const auto ended = std::move(found->second);
  live_.erase(found);
  metrics_.sessions_live = live_.size();
  ended->session.close_all(close_code::ended, "the session was deleted");
}

void LiveSessions::apply_one(const RoleGiven& notice) {
  if (auto* live = find(notice.session)) live->change_role(notice.participant, notice.role);
}

void LiveSessions::apply_one(const ParticipantOut& notice) {
  if (auto* live = find(notice.session)) live->remove(notice.participant);
}

bool LiveSessions::durable() const {
  return std::all_of(live_.begin(), live_.end(), [](const auto& entry) { return entry.second->session.durable(); });
}

std::int64_t LiveSessions::lag_ms() const {
  std::int64_t lag = 0;
  for (const auto& [id, entry] : live_) {
    if (const auto since = entry->session.waiting_since()) lag = std::max(lag, loop_.now() - *since);
  }
  return lag;
}

void LiveSessions::close_all(std::uint16_t code, std::string_view reason) {
  for (const auto& [id, entry] : live_) entry->session.close_all(code, reason);
}

}  // namespace tutti::hub
