#pragma once

#include <cstdint>

// Why the hub ends a WebSocket. A participant that is told one of these does not come back by itself, save where it says so.
namespace tutti::session::close_code {

inline constexpr std::uint16_t normal = 1000;         ///< left for good
inline constexpr std::uint16_t too_big = 1009;        ///< a frame above the limit
inline constexpr std::uint16_t malformed = 4400;      ///< a frame that the protocol does not know, or not at this moment
inline constexpr std::uint16_t removed = 4403;        ///< taken out of the session
inline constexpr std::uint16_t wrong_version = 4406;  ///< speaks another version of the protocol
inline constexpr std::uint16_t replaced = 4409;       ///< the same replica connected again
inline constexpr std::uint16_t over_limit = 4429;     ///< more than its share; may come back later

}  // namespace tutti::session::close_code
