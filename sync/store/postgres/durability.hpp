#pragma once

#include <string>

#include "protocol/base/result.hpp"

namespace tutti::store::postgres {

/// What a server says about itself, as `pg_settings` spells it.
struct ServerSettings {
  std::string fsync;
  std::string full_page_writes;
  std::string synchronous_commit;
  std::string server_encoding;
};

/// Whether what this server calls committed survives a power cut; `denied` with the setting, and the flag that overrides.
[[nodiscard]] Status check_durability(const ServerSettings& settings);
/// Whether it can hold every text.
[[nodiscard]] Status check_encoding(const ServerSettings& settings);
/// What every transaction asks for, whatever the server's default: never less than that the commit is on disk.
[[nodiscard]] std::string commit_level(const ServerSettings& settings);

}  // namespace tutti::store::postgres
