#pragma once

#include <cstdint>
#include <cstdlib>

namespace tutti::test {

/// What the environment says, for longer runs and for replays.
inline std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

}  // namespace tutti::test
