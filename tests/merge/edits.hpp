#pragma once

#include <cstdint>
#include <string_view>

#include "protocol/base/strong.hpp"
#include "sync/text/delta.hpp"

// Who writes in the tests of documents, and how.
namespace tutti::merge {

inline constexpr ReplicaId kAnn{10};
inline constexpr ReplicaId kBob{20};

/// Inserts at a place, and erases what stood behind it.
inline text::Delta at(std::uint64_t place, std::string_view insert, std::uint64_t erase = 0) {
  return text::Delta().retain(text::Chars(place)).insert(insert).erase(text::Chars(erase));
}

}  // namespace tutti::merge
