#include "sync/hub/config.hpp"

#include <toml++/toml.h>
#include <fstream>
#include <iterator>
#include <sstream>

#include "sync/net/log.hpp"
#include "sync/net/url.hpp"

namespace tutti::hub {

namespace {

struct TextKey {
  std::string_view name;
  std::optional<std::string> Settings::*field;
};

constexpr TextKey text_keys[] = {
    {"listen", &Settings::listen},       {"admin", &Settings::admin},           {"data", &Settings::data},
    {"database", &Settings::database},   {"public_url", &Settings::public_url}, {"proxies", &Settings::proxies},
    {"log_level", &Settings::log_level}, {"tls_cert", &Settings::tls_cert},     {"tls_key", &Settings::tls_key}};

struct FlagKey {
  std::string_view name;
  std::optional<bool> Settings::*field;
};

constexpr FlagKey flag_keys[] = {{"insecure", &Settings::insecure}, {"unsafe_database", &Settings::unsafe_database}};

template <class Key, std::size_t N>
const Key* find_key(const Key (&keys)[N], std::string_view name) {
  for (const auto& key : keys) {
    if (key.name == name) return &key;
  }
  return nullptr;
}

Error wrong(const std::string& where, const std::string& what) {
  return error(ErrorCode::invalid, where + ": " + what);
}

Status take(Settings& settings, std::string_view name, const toml::node& value, const std::string& where) {
  if (const auto* flag = find_key(flag_keys, name); flag != nullptr) {
    if (!value.is_boolean()) return wrong(where, "'" + std::string(name) + "' must be true or false");
    settings.*(flag->field) = value.value<bool>();
    return {};
  }
  const auto* key = find_key(text_keys, name);
  if (key == nullptr) return wrong(where, "unknown key '" + std::string(name) + "'");
  if (!value.is_string()) return wrong(where, "'" + std::string(name) + "' must be a string");
  settings.*(key->field) = value.value<std::string>();
  return {};
}

Status take_variable(Settings& settings, std::string_view name, const std::string& value) {
  if (const auto* flag = find_key(flag_keys, name); flag != nullptr) {
    const bool yes = value == "1" || value == "true";
    if (!yes && value != "0" && value != "false") return error(ErrorCode::invalid, "must be true or false");
    settings.*(flag->field) = yes;
    return {};
  }
  const auto* key = find_key(text_keys, name);
  if (key == nullptr) return error(ErrorCode::invalid, "is not a variable that tutti-hub knows");
  settings.*(key->field) = value;
  return {};
}

bool names_postgres(std::string_view url) {
  return url.starts_with("postgres://") || url.starts_with("postgresql://");
}

std::string default_data(const Environment& get) {
  if (const char* data = get("XDG_DATA_HOME"); data != nullptr && *data == '/') return std::string(data) + "/tutti/hub";
  const char* home = get("HOME");
  return home == nullptr || *home == '\0' ? std::string() : std::string(home) + "/.local/share/tutti/hub";
}

Status check_exposed(const Config& config) {
  if (config.insecure) return {};
  if (!net::is_loopback(config.listen_host) && config.tls_cert.empty()) {
    return error(ErrorCode::denied,
                 "listening on " + config.listen_host +
                     " without TLS is refused: tokens and files would cross the network in the clear. Give --tls-cert and "
                     "--tls-key, or --insecure if something in front of the hub does TLS.");
  }
  if (!net::is_loopback(config.admin_host)) {
    return error(ErrorCode::denied,
                 "the admin address " + config.admin_host +
                     " is refused: it has no TLS and asks for no token. Keep it on loopback, or give --insecure.");
  }
  return {};
}

Result<net::HostPort> address(const std::optional<std::string>& text, const net::HostPort& otherwise, const char* what) {
  if (!text) return otherwise;
  auto parsed = net::parse_host_port(*text);
  return parsed ? parsed : Result<net::HostPort>(wrong(what, "'" + *text + "' is not HOST:PORT"));
}

std::vector<std::string> list_of(const std::string& text) {
  std::vector<std::string> items;
  std::istringstream list(text);
  for (std::string item; std::getline(list, item, ',');) {
    std::erase(item, ' ');
    if (!item.empty()) items.push_back(std::move(item));
  }
  return items;
}

}  // namespace

Result<Settings> settings_from_toml(std::string_view text, const std::string& name) {
  Settings settings;
  try {
    const auto table = toml::parse(text, name);
    for (const auto& [key, value] : table) {
      const auto where = name + ":" + std::to_string(value.source().begin.line);
      if (auto status = take(settings, key.str(), value, where); !status) return status.error();
    }
  } catch (const toml::parse_error& failure) {
    return wrong(name + ":" + std::to_string(failure.source().begin.line), std::string(failure.description()));
  }
  return settings;
}

Result<Settings> settings_from_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return error(ErrorCode::not_found, "the configuration file " + path + " cannot be read");
  std::ostringstream text;
  text << file.rdbuf();
  return settings_from_toml(text.str(), path);
}

Result<Settings> settings_from_environment(const char* const* environment) {
  constexpr std::string_view prefix = "TUTTI_HUB_";
  Settings settings;
  for (; *environment != nullptr; ++environment) {
    const std::string_view entry(*environment);
    if (entry.substr(0, prefix.size()) != prefix) continue;
    const auto equals = entry.find('=');
    const std::string variable(entry.substr(0, equals));
    const std::string value(equals == std::string_view::npos ? "" : entry.substr(equals + 1));
    std::string name = variable.substr(prefix.size());
    for (auto& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (auto status = take_variable(settings, name, value); !status) return wrong(variable, status.error().message);
  }
  return settings;
}

Settings merge_settings(Settings under, const Settings& over) {
  for (const auto& key : text_keys) {
    if (over.*(key.field)) under.*(key.field) = over.*(key.field);
  }
  for (const auto& key : flag_keys) {
    if (over.*(key.field)) under.*(key.field) = over.*(key.field);
  }
  return under;
}

Result<Config> make_config(const Settings& settings, const Environment& get) {
  Config config;
  const auto listen = address(settings.listen, {config.listen_host, config.listen_port}, "listen");
  const auto admin = address(settings.admin, {config.admin_host, config.admin_port}, "admin");
  if (!listen) return listen.error();
  if (!admin) return admin.error();
  config.listen_host = listen->host;
  config.listen_port = listen->port;
  config.admin_host = admin->host;
  config.admin_port = admin->port;
  config.data = settings.data.value_or(default_data(get));
  config.database = settings.database.value_or("");
  config.public_url = settings.public_url.value_or("");
  config.proxies = list_of(settings.proxies.value_or(""));
  config.log_level = settings.log_level.value_or(config.log_level);
  config.tls_cert = settings.tls_cert.value_or("");
  config.tls_key = settings.tls_key.value_or("");
  config.insecure = settings.insecure.value_or(false);
  config.unsafe_database = settings.unsafe_database.value_or(false);
  if (!config.database.empty() && !names_postgres(config.database)) {
    return wrong("database", "is not a postgres:// URL");  // which is not shown: it may hold a password
  }
  if (config.data.empty()) return wrong("data", "no folder is given and there is no home folder");
  if (!net::parse_log_level(config.log_level)) return wrong("log_level", "'" + config.log_level + "' is not a level");
  if (config.tls_cert.empty() != config.tls_key.empty()) return wrong("tls_cert", "a certificate and its key go together");
  if (!config.public_url.empty() && !net::parse_url(config.public_url))
    return wrong("public_url", "is not an http or https URL");
  while (!config.public_url.empty() && config.public_url.back() == '/') config.public_url.pop_back();
  if (auto status = check_exposed(config); !status) return status.error();
  return config;
}

}  // namespace tutti::hub
