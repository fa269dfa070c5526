#pragma once

#include "protocol/wire/hub.hpp"
#include "sync/merge/change.hpp"

// The engine's plain structs and the wire's: same content, other owner.
namespace tutti::exchange {

[[nodiscard]] wire::Change to_wire(const merge::Change& change);
[[nodiscard]] merge::Change to_merge(wire::Change change);
[[nodiscard]] std::vector<wire::KnownReplica> to_wire(const merge::Known& known);
/// Sorts and drops repetitions; foreign input may hold both.
[[nodiscard]] merge::Known to_merge(const std::vector<wire::KnownReplica>& known);
[[nodiscard]] std::vector<wire::EventName> version_to_wire(const merge::Version& version);
[[nodiscard]] merge::Version version_to_merge(const std::vector<wire::EventName>& version);
[[nodiscard]] wire::ErrorName to_wire(ErrorCode code);

}  // namespace tutti::exchange
