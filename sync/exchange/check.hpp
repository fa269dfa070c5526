#pragma once

#include "protocol/wire/hub.hpp"
#include "sync/merge/document.hpp"

// Whether two copies of a document that hold the same events hold the same text too. They always do, unless memory, a disk or
// this program is at fault; then nobody would see it, and everybody would write on. So the hub says now and then, on frames
// that are sent anyway, what a text should come to.
namespace tutti::exchange {

/// Which events these are.
[[nodiscard]] std::uint64_t hash_of(const merge::Known& known);
/// What a text comes to. Costs what was edited since the last time.
[[nodiscard]] std::uint64_t hash_of(const merge::Document& document);

[[nodiscard]] wire::TextCheck check_of(DocumentId id, const merge::Document& document);

}  // namespace tutti::exchange
