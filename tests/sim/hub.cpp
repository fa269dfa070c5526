#include "tests/sim/hub.hpp"

#include <algorithm>
#include <utility>

#include "sync/session/compaction.hpp"

namespace tutti::sim {

record::SessionImage Disk::image() const {
  record::SessionImage image = kept.image();
  image.session = session;
  image.name = "simulated";
  image.reserved_replicas = reserved_replicas;
  return image;
}

Result<Position> Disk::commit(std::size_t count) {
  const auto end = waiting.begin() + static_cast<std::ptrdiff_t>(std::min(count, waiting.size()));
  const std::vector<record::Fact> group(waiting.begin(), end);
  if (Status status = kept.append(group); !status) return status.error();
  waiting.erase(waiting.begin(), end);
  return group.empty() ? Position() : group.back().position;
}

namespace {

/// One hub in four takes so little at a time that everybody meets `slow_down`.
session::Limits limits_of(SessionId session) {
  session::Limits limits;
  limits.compact_bytes = session.bytes[1] % 2 == 0 ? 2'000 : 200;
  limits.text_tail_events = session.bytes[2] % 4 == 0 ? 200 : session.bytes[2] % 4;  // few texts are longer
  limits.fetch_edits = session.bytes[3] % 2 == 0 ? 64 : 3;
  if (session.bytes[0] % 4 != 0) return limits;
  limits.person.edits = {20, 3};
  limits.person.uploads = {10, 2};
  limits.retry_ms = 100;
  return limits;
}

}  // namespace

Hub::Hub(std::uint64_t seed) : random_(seed ^ 0x4855b0b5ULL) {
  disk_.session = random_id<SessionId>(random_);
}

std::string Hub::start() {
  session::Config config;
  config.key.fill(42);
  config.seed = random_.next();
  config.limits = limits_of(disk_.session);
  Result<session::Session> loaded = session::Session::load(disk_.image(), config);
  if (!loaded) return "the hub does not start again: " + loaded.error().message;
  session_.emplace(std::move(*loaded));
  in_trouble_ = false;
  return {};
}

std::string Hub::kill() {
  session_.reset();
  const auto kept = disk_.commit(random_.below(disk_.waiting.size() + 1));
  disk_.waiting.clear();
  return kept ? "" : kept.error().message;
}

std::string Hub::usurp() {
  std::optional<session::Session> old = std::move(session_);
  if (std::string why = kill(); !why.empty()) return why;
  ghost_ = std::move(old);
  return start();
}

void Hub::step(const session::Event& event, Instant now, session::Effects& effects) {
  std::size_t seen = effects.size();
  session_->step(event, now, effects);
  for (; seen < effects.size(); ++seen) {
    if (const auto* append = std::get_if<session::Append>(&effects[seen])) disk_.waiting.push_back(append->fact);
  }
}

std::string Hub::commit(Instant now, session::Effects& effects) {
  const std::size_t count = 1 + random_.below(disk_.waiting.size());
  if (std::exchange(loses_answer_, false)) {
    const std::vector<record::Fact> group(disk_.waiting.begin(), disk_.waiting.begin() + static_cast<std::ptrdiff_t>(count));
    const Status status = disk_.kept.append(group);
    return status ? "" : "the store refuses: " + status.error().message;
  }
  const auto position = disk_.commit(count);
  if (!position) return "the store refuses: " + position.error().message;
  if (std::exchange(in_trouble_, false)) step(session::StoreHealed{}, now, effects);
  step(session::Committed{*position}, now, effects);
  return {};
}

void Hub::refuse(Instant now, session::Effects& effects) {
  if (!std::exchange(in_trouble_, true)) step(session::StoreTrouble{"The disk is full."}, now, effects);
}

void Hub::reserve(std::uint32_t end, Instant now, session::Effects& effects) {
  disk_.reserved_replicas = std::max(disk_.reserved_replicas, end);
  step(session::ReplicasReserved{end}, now, effects);
}

std::string Hub::compact(const session::Compact& what, Instant now, session::Effects& effects, bool refused) {
  session::Compacted done{what.document, 0};
  if (!refused) {
    const auto history = disk_.kept.history(what.document, what.upto);
    if (!history) return "there is no history to be put together: " + history.error().message;
    const auto row = session::compacted(what.document, *history, what.upto, {});
    if (!row) return row.error().message;
    if (const Status status = disk_.kept.compact(*row); !status) return "a snapshot is refused: " + status.error().message;
    done.bytes = row->body.size();
  }
  step(done, now, effects);
  return {};
}

}  // namespace tutti::sim
