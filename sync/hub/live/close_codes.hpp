#pragma once

#include <cstdint>

// Why the hub ends a WebSocket before or beside the session; sync/session/close_codes.hpp has the session's own.
namespace tutti::hub::close_code {

inline constexpr std::uint16_t going_away = 1001;    ///< the hub stops; come back
inline constexpr std::uint16_t no_binary = 1003;     ///< participants send text
inline constexpr std::uint16_t broken = 1011;        ///< the session cannot be loaded
inline constexpr std::uint16_t try_later = 1013;     ///< the store does not answer, or the reader is too slow; come back
inline constexpr std::uint16_t malformed = 4400;     ///< the first frame is not a hello
inline constexpr std::uint16_t not_admitted = 4401;  ///< the token is not valid (any more)
inline constexpr std::uint16_t ended = 4404;         ///< the session was deleted
inline constexpr std::uint16_t silent = 4408;        ///< no hello in time

}  // namespace tutti::hub::close_code
