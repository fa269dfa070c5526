#include "sync/session/roster.hpp"

#include <algorithm>
#include <array>

namespace tutti::session {

namespace {

constexpr std::size_t palette = 16;
/// Beyond this many participants ever, colours of newcomers are not remembered; they follow from the id alone.
constexpr std::size_t remembered_colors = 4096;

}  // namespace

Connection* Roster::find(ConnectionId connection) {
  const auto at = connections_.find(connection);
  return at == connections_.end() ? nullptr : &at->second;
}

Present* Roster::find(ParticipantId participant) {
  const auto at = present_.find(participant);
  return at == present_.end() ? nullptr : &at->second;
}

std::optional<ConnectionId> Roster::writer(ReplicaId replica) const {
  for (const auto& [id, connection] : connections_) {
    if (connection.replica == replica) return id;
  }
  return std::nullopt;
}

std::pair<Present*, bool> Roster::add(Connection connection, const Member& member) {
  const auto [at, first] = present_.try_emplace(member.participant);
  Present& present = at->second;
  present.who.id = member.participant;
  present.who.name = member.name;
  present.who.kind = member.kind;
  present.who.role = member.role;
  if (first) present.who.color = color_of(member.participant);
  present.connections.push_back(connection.id);
  connections_.insert_or_assign(connection.id, std::move(connection));
  return {&present, first};
}

std::optional<wire::Participant> Roster::remove(ConnectionId connection) {
  const auto at = connections_.find(connection);
  if (at == connections_.end()) return std::nullopt;
  const auto present = present_.find(at->second.participant);
  connections_.erase(at);
  std::erase(present->second.connections, connection);
  if (!present->second.connections.empty()) return std::nullopt;
  wire::Participant who = std::move(present->second.who);
  present_.erase(present);
  return who;
}

std::vector<ConnectionId> Roster::everybody() const {
  std::vector<ConnectionId> ids;
  ids.reserve(connections_.size());
  for (const auto& [id, connection] : connections_) ids.push_back(id);
  return ids;
}

std::vector<ConnectionId> Roster::all_but(ConnectionId connection) const {
  std::vector<ConnectionId> ids = everybody();
  std::erase(ids, connection);
  return ids;
}

std::vector<wire::Participant> Roster::list() const {
  std::vector<wire::Participant> list;
  list.reserve(present_.size());
  for (const auto& [id, present] : present_) list.push_back(present.who);
  return list;
}

// The id picks a colour, so that somebody mostly has the same one after a hub's restart too; where a neighbour has it already,
// the next free one is taken, and kept from then on.
std::uint8_t Roster::color_of(ParticipantId participant) {
  if (const auto known = colors_.find(participant); known != colors_.end()) return known->second;
  std::array<std::size_t, palette> uses{};
  for (const auto& [id, present] : present_) {
    if (id != participant) ++uses[present.who.color];
  }
  const std::size_t least = *std::min_element(uses.begin(), uses.end());
  std::size_t color = std::hash<ParticipantId>{}(participant) % palette;
  while (uses[color] != least) color = (color + 1) % palette;
  if (colors_.size() < remembered_colors) colors_[participant] = static_cast<std::uint8_t>(color);
  return static_cast<std::uint8_t>(color);
}

}  // namespace tutti::session
