#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <functional>

namespace tutti {

/// A number that cannot be mistaken for another kind of number. `Tag` is never defined; it only keeps types apart.
template <class Tag, std::integral Rep>
struct Strong {
  Rep value = 0;

  constexpr Strong() = default;
  constexpr explicit Strong(Rep v) : value(v) {}

  friend constexpr auto operator<=>(const Strong&, const Strong&) = default;

  constexpr Strong& operator+=(Rep by) {
    value += by;
    return *this;
  }
  friend constexpr Strong operator+(Strong a, Rep by) { return Strong(static_cast<Rep>(a.value + by)); }
  friend constexpr Strong operator-(Strong a, Rep by) { return Strong(static_cast<Rep>(a.value - by)); }
  /// The distance between two of a kind is a plain number.
  friend constexpr Rep operator-(Strong a, Strong b) { return static_cast<Rep>(a.value - b.value); }
};

/// A writer of one document, one per connection history; issued by the hub, unique in its session for ever.
using ReplicaId = Strong<struct ReplicaTag, std::uint32_t>;
/// Counts a replica's events (one inserted or deleted character each) in one document, from 0, without gaps.
using Seq = Strong<struct SeqTag, std::uint64_t>;
/// The hub's running number of a session's facts. Serves resume and commit, is never part of an op's meaning (D3).
using Position = Strong<struct PositionTag, std::uint64_t>;
/// A participant's own running number of what it sent and wants acknowledged, per replica, from 1, without gaps.
using RequestId = Strong<struct RequestTag, std::uint64_t>;

/// Milliseconds on a steady clock whose origin means nothing. The core is given it, and never reads a clock.
using Instant = Strong<struct InstantTag, std::int64_t>;

}  // namespace tutti

template <class Tag, class Rep>
struct std::hash<tutti::Strong<Tag, Rep>> {
  std::size_t operator()(tutti::Strong<Tag, Rep> s) const noexcept { return std::hash<Rep>{}(s.value); }
};
