#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "lsp-server/link/message.hpp"
#include "lsp-server/plain/profile.hpp"

namespace tutti::lsp {

/// What `initialize` settled.
struct Agreement {
  bool plugin = false;               ///< speaks collab/edit
  link::Habits habits;               ///< with the plugin
  plain::Profile plain;              ///< without
  bool hints = true;                 ///< carets and waiting edits are shown without the plugin (`initializationOptions.hints`)
  bool refreshes_hints = false;      ///< can be told that inlay hints have changed
  bool shows_documents = false;      ///< opens a file for the server
  std::vector<std::string> folders;  ///< absolute paths of the workspace's folders
  std::string name, hub;             ///< for sharing and joining (`initializationOptions`); empty: as configured
};

/// Odd or missing fields count as not said. `push`: the person's word for a client that does not say who it is.
[[nodiscard]] Agreement read_initialize(const nlohmann::json& params, bool push);
/// The answer to `initialize`.
[[nodiscard]] nlohmann::json capabilities(const Agreement& agreement);

}  // namespace tutti::lsp
