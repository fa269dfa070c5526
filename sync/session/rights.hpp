#pragma once

#include <string_view>

#include "sync/session/core.hpp"

// Who may change what, judged when a request is ordered and never before (D11).
namespace tutti::session {

/// The role allows to write at all.
[[nodiscard]] Status may_write(const wire::Participant& who);
/// `who` may create, change, rename or delete a file at `path`. Agents only propose changes of guarded files.
[[nodiscard]] Status may_touch(const wire::Participant& who, std::string_view path);
/// A path that a file may get: well formed, and not of the class that never leaves a disk.
[[nodiscard]] Status may_be_shared(std::string_view path);

}  // namespace tutti::session
