#pragma once

#include <string>
#include <string_view>

#include "protocol/base/result.hpp"

// Paths on the wire and their classes (D10). The hub decides by these rules, and every receiver decides again.
namespace tutti::exchange {

enum class PathClass {
  normal,
  guarded,  ///< runs on open or build: reaches a disk only after the local person accepts exactly that content
  never,    ///< VCS metadata, keys, secrets: does not leave the disk it is on, and is not written to one
};

/// `invalid` with a reason fit for people unless the path is relative, has 1–255 byte components of valid UTF-8 joined by `/`,
/// none of them `.` or `..`, without backslash, colon, control or bidi characters, trailing dot or space, reserved device
/// names; at most 4,096 bytes and 64 components. Rejects, never repairs.
[[nodiscard]] Status check_path(std::string_view path);

/// Two live files may not share a key: case-folded, so that no file shadows another on a disk that ignores case.
[[nodiscard]] std::string path_key(std::string_view path);

[[nodiscard]] PathClass classify_path(std::string_view path);

}  // namespace tutti::exchange
