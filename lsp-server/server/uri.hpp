#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tutti::lsp {

/// The absolute path of a `file:` URI; nullopt for other schemes, hosts, or bad escapes.
[[nodiscard]] std::optional<std::string> path_of_uri(std::string_view uri);
[[nodiscard]] std::string uri_of_path(std::string_view path);

}  // namespace tutti::lsp
