#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocol/base/result.hpp"

/// Small files of our own, under `.tutti` and the data folder: mode 0600, whole or not at all (a reader sees the old or the
/// new).
namespace tutti::mirror {

[[nodiscard]] Status write_private(const std::string& file, std::string_view bytes);
[[nodiscard]] std::optional<std::string> read_private(const std::string& file);
/// The folder and what is missing above it, mode 0700.
[[nodiscard]] Status make_private_folder(const std::string& folder);

}  // namespace tutti::mirror
