#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "lsp-server/link/message.hpp"

namespace tutti::lsp {

/// What `initialize` settled.
struct Agreement {
  bool plugin = false;  ///< speaks collab/edit
  link::Habits habits;
  std::vector<std::string> folders;  ///< absolute paths of the workspace's folders
};

/// Odd or missing fields count as not said.
[[nodiscard]] Agreement read_initialize(const nlohmann::json& params);
/// The answer to `initialize`.
[[nodiscard]] nlohmann::json capabilities(const Agreement& agreement);

}  // namespace tutti::lsp
