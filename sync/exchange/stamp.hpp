#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/base/strong.hpp"
#include "protocol/base/uuid.hpp"
#include "protocol/wire/hub.hpp"

// The hub's keyed proofs (D2): what a participant hands back after a crash is checked by them, not believed.
namespace tutti::exchange {

/// Secret of one hub data folder or database; never leaves the hub.
using StampKey = std::array<std::uint8_t, 32>;

/// Proves that the hub once took this change of this document from this author. Keyed BLAKE2b, base64url.
[[nodiscard]] std::string stamp_change(const StampKey& key, SessionId session, DocumentId document, ParticipantId author,
                                       const wire::Change& change);
/// Proves that the hub issued this replica to this participant.
[[nodiscard]] std::string stamp_replica(const StampKey& key, SessionId session, ReplicaId replica, ParticipantId participant);
/// Compares in constant time.
[[nodiscard]] bool same_stamp(std::string_view a, std::string_view b);

}  // namespace tutti::exchange
