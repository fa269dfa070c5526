#pragma once

#include <string>

#include "lsp-server/workspace/settings.hpp"

namespace tutti::lsp {

struct Options {
  workspace::Settings settings;
  std::string log_file;  ///< empty: stderr
  bool push = false;     ///< edits are sent to a client that does not say who it is
};

/// The language server on stdin and stdout, until the editor ends it. The result is the process's exit code: 0 after a
/// proper `shutdown`, 1 otherwise.
[[nodiscard]] int run(const Options& options);

}  // namespace tutti::lsp
