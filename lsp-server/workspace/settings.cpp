#include "lsp-server/workspace/settings.hpp"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>
#include <sstream>

#include "lsp-server/mirror/private_file.hpp"

#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

namespace tutti::workspace {
namespace {

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

std::string folder_from(const Environment& get, const char* variable, const char* fallback) {
  const char* own = get(variable);
  if (own != nullptr && own[0] == '/') return std::string(own) + "/tutti";
  const char* home = get("HOME");
  return std::string(home != nullptr ? home : "") + fallback + "/tutti";
}

void take(const Environment& get, const char* variable, std::string& into) {
  if (const char* value = get(variable); value != nullptr && value[0] != '\0') into = value;
}

Status wrong_type(const std::string& where, std::string_view key, const char* wanted) {
  return error(ErrorCode::invalid, where + ": " + std::string(key) + " must be " + wanted);
}

Status take_key(std::string_view key, const toml::node& value, const std::string& where, Settings& into) {
  if (key == "accept_guarded") {
    const auto flag = value.value_exact<bool>();
    if (!flag) return wrong_type(where, key, "true or false");
    into.accept_guarded = *flag;
    return {};
  }
  std::string* text = key == "hub"       ? &into.hub
                      : key == "name"    ? &into.name
                      : key == "token"   ? &into.token
                      : key == "ca_file" ? &into.connect.ca_file
                                         : nullptr;
  if (text == nullptr) return error(ErrorCode::invalid, where + ": there is no setting called " + std::string(key));
  const auto given = value.value_exact<std::string>();
  if (!given) return wrong_type(where, key, "a text in quotes");
  *text = *given;
  return {};
}

}  // namespace

Environment process_environment() {
  return [](const char* name) -> const char* { return std::getenv(name); };
}

Status read_settings(std::string_view toml, const std::string& where, Settings& into) {
  try {
    const toml::table table = toml::parse(toml);
    for (const auto& [key, value] : table) {
      if (auto taken = take_key(key.str(), value, where, into); !taken) return taken;
    }
  } catch (const toml::parse_error& problem) {
    std::ostringstream line;
    line << problem.source().begin.line;
    return error(ErrorCode::invalid, where + ", line " + line.str() + ": " + std::string(problem.description()));
  }
  return {};
}

Result<Settings> load_settings(const Environment& get) {
  Settings settings;
  const std::string file = folder_from(get, "XDG_CONFIG_HOME", "/.config") + "/config.toml";
  if (const auto text = mirror::read_private(file)) {
    if (auto fine = read_settings(*text, file, settings); !fine) return fine.error();
  }
  take(get, "TUTTI_HUB", settings.hub);
  take(get, "TUTTI_NAME", settings.name);
  take(get, "TUTTI_TOKEN", settings.token);
  take(get, "TUTTI_CA_FILE", settings.connect.ca_file);
  std::string accept;
  take(get, "TUTTI_ACCEPT_GUARDED", accept);
  if (!accept.empty()) settings.accept_guarded = accept == "1" || accept == "true";
  settings.hub = without_slash(std::move(settings.hub));
  settings.connect.proxy = net::proxy_settings(get);
  return settings;
}

std::string data_folder(const Environment& get) {
  return folder_from(get, "XDG_DATA_HOME", "/.local/share");
}

std::string display_name(const Settings& settings, const Environment& get) {
  if (!settings.name.empty()) return settings.name;
  if (const char* user = get("USER"); user != nullptr && user[0] != '\0') return user;
  if (const passwd* entry = getpwuid(getuid()); entry != nullptr) return entry->pw_name;
  return "someone";
}

}  // namespace tutti::workspace
