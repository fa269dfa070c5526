#pragma once

#include <functional>
#include <memory>
#include <string>

#include "lsp-server/workspace/workspace.hpp"
#include "sync/net/loop.hpp"

namespace tutti::commands {

struct KeepingOptions {
  workspace::Options workspace;
  bool until_settled = false;          ///< end, with success, as soon as disk and session agree
  std::function<void()> when_settled;  ///< called once
};

/// Keeps a folder in step on this loop until a signal, the end of the session, or `until_settled`; answers the exit code.
[[nodiscard]] int keep_in_step(net::Loop& loop, KeepingOptions options);

}  // namespace tutti::commands
