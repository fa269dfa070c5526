#include "tests/sim/hub.hpp"

#include <algorithm>

namespace tutti::sim {

Position Disk::commit(std::size_t count) {
  for (; count > 0 && !waiting.empty(); --count) {
    for (const record::Row& row : waiting.front().rows) keep(row);
    image.position = waiting.front().position;
    waiting.pop_front();
  }
  return image.position;
}

void Disk::keep(const record::Row& row) {
  if (const auto* document = std::get_if<record::DocumentRow>(&row)) {
    const auto same = [&](const record::DocumentRow& other) { return other.document == document->document; };
    const auto at = std::find_if(image.documents.begin(), image.documents.end(), same);
    if (at == image.documents.end()) {
      image.documents.push_back(*document);
    } else {
      *at = *document;
    }
  } else if (const auto* change = std::get_if<record::ChangeRow>(&row)) {
    image.changes.push_back(*change);
  } else if (const auto* replica = std::get_if<record::ReplicaRow>(&row)) {
    const auto same = [&](const record::ReplicaRow& other) { return other.replica == replica->replica; };
    const auto at = std::find_if(image.replicas.begin(), image.replicas.end(), same);
    if (at == image.replicas.end()) {
      image.replicas.push_back(*replica);
    } else {
      *at = *replica;
    }
  }
}

namespace {

/// One hub in four takes so little at a time that everybody meets `slow_down`.
session::Limits limits_of(SessionId session) {
  session::Limits limits;
  if (session.bytes[0] % 4 != 0) return limits;
  limits.person.edits = {20, 3};
  limits.person.uploads = {10, 2};
  limits.retry_ms = 100;
  return limits;
}

}  // namespace

Hub::Hub(Random& random) : random_(random) {
  disk_.image.session = random_id<SessionId>(random);
  disk_.image.name = "simulated";
}

std::string Hub::start() {
  session::Config config;
  config.key.fill(42);
  config.seed = random_.next();
  config.limits = limits_of(disk_.image.session);
  Result<session::Session> loaded = session::Session::load(disk_.image, config);
  if (!loaded) return "the hub does not start again: " + loaded.error().message;
  session_.emplace(std::move(*loaded));
  return {};
}

void Hub::kill() {
  session_.reset();
  disk_.commit(random_.below(disk_.waiting.size() + 1));
  disk_.waiting.clear();
}

void Hub::step(const session::Event& event, Instant now, session::Effects& effects) {
  session_->step(event, now, effects);
  const std::size_t before = effects.size();
  for (std::size_t i = 0; i < before; ++i) {
    if (const auto* append = std::get_if<session::Append>(&effects[i])) disk_.waiting.push_back(append->fact);
    if (const auto* reserve = std::get_if<session::ReserveReplicas>(&effects[i])) {
      const std::uint32_t end = reserve->end;
      disk_.image.reserved_replicas = std::max(disk_.image.reserved_replicas, end);
      session_->step(session::ReplicasReserved{end}, now, effects);
    }
  }
}

void Hub::commit(Instant now, session::Effects& effects) {
  const Position position = disk_.commit(1 + random_.below(disk_.waiting.size()));
  step(session::Committed{position}, now, effects);
}

}  // namespace tutti::sim
