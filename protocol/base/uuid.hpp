#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "protocol/base/random.hpp"
#include "protocol/base/result.hpp"

namespace tutti {

/// 128 bits that name a thing for ever. Written as 8-4-4-4-12 lower-case hexadecimal digits.
template <class Tag>
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  friend auto operator<=>(const Uuid&, const Uuid&) = default;
  [[nodiscard]] bool is_nil() const { return *this == Uuid{}; }
};

namespace detail {
std::array<std::uint8_t, 16> random_uuid(Random& random);
std::string format_uuid(const std::array<std::uint8_t, 16>& bytes);
Result<std::array<std::uint8_t, 16>> parse_uuid(std::string_view text);
}  // namespace detail

using SessionId = Uuid<struct SessionTag>;
using DocumentId = Uuid<struct DocumentTag>;
using ParticipantId = Uuid<struct ParticipantTag>;

template <class Id>
Id random_id(Random& random) {
  return Id{detail::random_uuid(random)};
}
template <class Tag>
std::string to_string(const Uuid<Tag>& id) {
  return detail::format_uuid(id.bytes);
}
/// Accepts either case; anything but the canonical shape is `invalid`.
template <class Id>
Result<Id> parse_id(std::string_view text) {
  auto bytes = detail::parse_uuid(text);
  if (!bytes) return bytes.error();
  return Id{*bytes};
}

}  // namespace tutti

template <class Tag>
struct std::hash<tutti::Uuid<Tag>> {
  std::size_t operator()(const tutti::Uuid<Tag>& id) const noexcept {
    std::size_t h = 0;
    for (std::size_t i = 0; i < 8; ++i) h = (h << 8U) | id.bytes[i];
    return h ^ (static_cast<std::size_t>(id.bytes[8]) << 32U) ^ id.bytes[15];
  }
};
