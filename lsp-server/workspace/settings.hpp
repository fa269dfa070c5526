#pragma once

#include <functional>
#include <string>

#include "protocol/base/result.hpp"
#include "sync/net/stream/connect.hpp"

namespace tutti::workspace {

/// What the person set once: config.toml < TUTTI_* < flags.
struct Settings {
  std::string hub;              ///< base URL without a slash at the end; empty: the private hub of this machine
  std::string name;             ///< how others see the person; empty: the login name
  std::string token;            ///< user token (`tutti_u_…`) for making sessions; never logged
  bool accept_guarded = false;  ///< files that run on open or build reach the disk without being asked for
  net::ConnectOptions connect;  ///< CA file and proxies
};

using Environment = std::function<const char*(const char*)>;  ///< nullptr for what is not set

/// Reads $XDG_CONFIG_HOME/tutti/config.toml (or ~/.config/…) and the environment over it. A missing file is fine; an unknown
/// key or a wrong type is `invalid` and named.
[[nodiscard]] Result<Settings> load_settings(const Environment& get);
/// The file alone, from its text; `where` names it in messages.
[[nodiscard]] Status read_settings(std::string_view toml, const std::string& where, Settings& into);

/// $XDG_DATA_HOME/tutti, or ~/.local/share/tutti.
[[nodiscard]] std::string data_folder(const Environment& get);
/// Settings::name, else the login name, else "someone".
[[nodiscard]] std::string display_name(const Settings& settings, const Environment& get);
/// The process's own environment.
[[nodiscard]] Environment process_environment();

}  // namespace tutti::workspace
