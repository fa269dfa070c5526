#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.hpp"

// The journal's outer form: records behind one another, each with a mark, a sum and a length, so that one that is damaged
// spoils no other. docs/FORMAT.md has it byte by byte.
namespace tutti::peer::journal {

inline constexpr std::size_t max_body = 256 * 1024 * 1024;

/// What a file begins with, before the first record.
[[nodiscard]] std::string preamble();
void put_frame(std::string& out, std::string_view body);

/// What of a file is whole.
struct Frames {
  std::vector<std::string_view> bodies;  ///< in order; views into the file
  std::uint64_t lost_bytes = 0;          ///< that belong to no whole record
  bool torn = false;                     ///< all of the lost ones are at the end
};
/// Untrusted bytes. Behind what is damaged it goes on at the next record that is whole. `version` for another format;
/// `corrupt` for what is no journal at all.
[[nodiscard]] Result<Frames> read_frames(std::string_view file);

}  // namespace tutti::peer::journal
