#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.hpp"

// What `tutti-hub` is told: a TOML file, overridden by TUTTI_HUB_* variables, overridden by flags. What is not known is an
// error.
namespace tutti::hub {

/// One source's words; what it does not mention is not set.
struct Settings {
  std::optional<std::string> listen;
  std::optional<std::string> admin;
  std::optional<std::string> data;
  std::optional<std::string> database;
  std::optional<std::string> public_url;
  std::optional<std::string> proxies;
  std::optional<std::string> log_level;
  std::optional<std::string> tls_cert;
  std::optional<std::string> tls_key;
  std::optional<bool> insecure;
  std::optional<bool> unsafe_database;
};

struct Config {
  std::string listen_host = "127.0.0.1";
  std::uint16_t listen_port = 7420;
  std::string admin_host = "127.0.0.1";
  std::uint16_t admin_port = 0;
  std::string data;
  std::string database;              ///< postgres://…, or empty: SQLite in `data`
  std::string public_url;            ///< empty: from the address
  std::vector<std::string> proxies;  ///< in front of the hub; what they say of who asks is believed
  std::string log_level = "info";
  std::string tls_cert;
  std::string tls_key;
  bool insecure = false;
  bool unsafe_database = false;
};

using Environment = std::function<const char*(const char* name)>;

/// `invalid` for malformed TOML, an unknown key or a value of another type, with file and line.
[[nodiscard]] Result<Settings> settings_from_toml(std::string_view text, const std::string& name);
[[nodiscard]] Result<Settings> settings_from_file(const std::string& path);
/// `names` are all variables that are set; one that begins with TUTTI_HUB_ and is not known is an error.
[[nodiscard]] Result<Settings> settings_from_environment(const char* const* environment);
/// `over` wins where it says something.
[[nodiscard]] Settings merge_settings(Settings under, const Settings& over);
/// Checks every value, and that nothing but loopback is listened on without TLS unless `insecure`.
[[nodiscard]] Result<Config> make_config(const Settings& settings, const Environment& get);

}  // namespace tutti::hub
