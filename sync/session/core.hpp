#pragma once

#include <deque>
#include <optional>
#include <set>
#include <string>

#include "sync/session/compaction.hpp"
#include "sync/session/files.hpp"
#include "sync/session/handed_back.hpp"
#include "sync/session/ledger.hpp"
#include "sync/session/rates.hpp"
#include "sync/session/replicas.hpp"
#include "sync/session/roster.hpp"

namespace tutti::session {

/// All that a session is. The parts do not know each other; the free functions below and in the headers beside this one, each
/// about one kind of event, bring them together.
struct Core {
  SessionId id;
  std::string name;
  std::string incarnation;
  Config config;
  Files files;
  Roster roster;
  Replicas replicas;
  Ledger ledger;
  Compaction compaction;
  Spending spending;
  std::set<DocumentId> unchecked;  ///< changed since everybody was told what they come to
  Instant checked;                 ///< when that was told last
  std::uint64_t work = 0;          ///< steps of merging that nobody was charged for yet
  std::set<DocumentId> folding;    ///< of which the older part is being packed
  HandedBack handed_back;
  std::deque<Connected> held;          ///< hellos that wait for a replica id, or until their old one is given up safely
  std::optional<std::string> trouble;  ///< what everybody was told about the store
  std::vector<std::string> hubs;       ///< where else to look when this hub is gone
};

/// A connection that made no sense or may not stay: tells it why, closes it, and lets it go.
void hang_up(Core& core, ConnectionId connection, ErrorCode code, const std::string& why, std::uint16_t close, Turn& turn);
/// The connection is not there any more; others are told when it was the participant's last.
void let_go(Core& core, ConnectionId connection, Turn& turn);

}  // namespace tutti::session
