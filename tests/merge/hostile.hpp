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
  rounds,       ///< 16 replicas, each keystroke on the last of all others
  thousand,  ///< 1,000 replicas (from 10,000 events on) write at once all over the text, then one joins their heads, and again
  small_merges,   ///< the same with three
  late_branches,  ///< four long branches of typing and erasing all over a text, each arriving whole
  turns,          ///< the same, arriving by turns
  far_erasing,    ///< one types at one spot, another erases all over a long text
  old_heads,      ///< many write on one recent event and one old one, between which nothing was joined
  spot_late,      ///< two branches typed backwards at one spot, the second arriving after all of the first
};
inline constexpr Hostile kHostile[] = {Hostile::forwards,     Hostile::backwards,     Hostile::deletes, Hostile::replicas,
                                       Hostile::single_keys,  Hostile::criss_cross,   Hostile::rounds,  Hostile::thousand,
                                       Hostile::small_merges, Hostile::late_branches, Hostile::turns,   Hostile::far_erasing,
                                       Hostile::old_heads,    Hostile::spot_late};

[[nodiscard]] std::string_view name_of(Hostile kind);
/// About `events` events, each a change of its own, in causal order.
[[nodiscard]] std::vector<merge::Change> hostile_history(Hostile kind, std::uint32_t events);

}  // namespace tutti::test
