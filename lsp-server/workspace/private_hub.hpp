#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lsp-server/workspace/errand.hpp"
#include "lsp-server/workspace/settings.hpp"
#include "protocol/base/result.hpp"
#include "sync/net/loop.hpp"

/// The hub that `tutti share` starts when none is configured: loopback, SQLite in the user's data folder, one for all of the
/// user's sessions. `hub.json` in that folder says where it listens. It outlives the program that started it.
namespace tutti::workspace {

struct PrivateHub {
  std::string url;
  int pid = 0;
};

/// What `hub.json` says; the hub may be dead.
[[nodiscard]] std::optional<PrivateHub> known_private_hub(const Environment& get);
/// The user token that the hub left beside its data.
[[nodiscard]] std::optional<std::string> private_hub_token(const Environment& get);

/// Answers the running hub's URL; starts it, at the address it had before, when it does not answer.
[[nodiscard]] std::unique_ptr<Errand> ensure_private_hub(net::Loop& loop, const Environment& get,
                                                         std::function<void(Result<std::string>)> done);

/// Beside this program, else in PATH.
[[nodiscard]] std::optional<std::string> find_program(const Environment& get, const std::string& name);
/// Starts a program in its own session, with nothing of ours but `output` (or nothing) as its stdout and a log file as stderr.
[[nodiscard]] Result<int> start_detached(const std::vector<std::string>& command, int output, const std::string& log_file);

}  // namespace tutti::workspace
