#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "sync/merge/change.hpp"

namespace tutti::test {

/// Histories that are made to be dear to merge.
enum class Hostile {
  forwards,     ///< three branches typed forwards at one spot, arriving by turns
  backwards,    ///< the same, typed backwards
  deletes,      ///< two branches erase every second character of a text, each its own half, then all
  replicas,     ///< 2,000 replicas (from 40,000 events on) type backwards at one spot, none sees another
  single_keys,  ///< as many replicas as keystrokes, all at one spot
  criss_cross,  ///< two replicas at one spot, each two keystrokes behind the other
};
inline constexpr Hostile kHostile[] = {Hostile::forwards, Hostile::backwards,   Hostile::deletes,
                                       Hostile::replicas, Hostile::single_keys, Hostile::criss_cross};

[[nodiscard]] std::string_view name_of(Hostile kind);
/// About `events` events, each a change of its own, in causal order.
[[nodiscard]] std::vector<merge::Change> hostile_history(Hostile kind, std::uint32_t events);

}  // namespace tutti::test
