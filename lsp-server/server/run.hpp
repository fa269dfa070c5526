#pragma once

#include <string>

#include "lsp-server/workspace/settings.hpp"

namespace tutti::lsp {

struct Options {
  workspace::Settings settings;
  std::string log_file;  ///< empty: stderr
};

/// The language server on stdin and stdout, until the editor ends it. The result is the process's exit code: 0 after a
/// proper `shutdown`, 1 otherwise.
[[nodiscard]] int run(const Options& options);

}  // namespace tutti::lsp
