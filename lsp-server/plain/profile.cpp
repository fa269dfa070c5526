#include "lsp-server/plain/profile.hpp"

#include <algorithm>
#include <array>

namespace tutti::plain {

namespace {

constexpr std::array<std::string_view, 6> vscode_names = {"Visual Studio Code", "code-server", "VSCodium",
                                                          "Code - OSS",         "Cursor",      "Windsurf"};

bool is_vscode(std::string_view name) {
  return std::any_of(vscode_names.begin(), vscode_names.end(), [&](auto known) { return name.starts_with(known); });
}

bool is_before_0_8(std::string_view version) {
  return version.size() > 3 && version.starts_with("0.") && version[3] == '.' && version[2] < '8';
}

Profile neovim(std::string_view version) {
  Profile profile;
  profile.racy = false;
  profile.zero_is_unchecked = true;
  profile.signs = true;
  profile.parts_joins = true;
  profile.frees_lines = is_before_0_8(version);
  profile.habits.implicit_newline = profile.always_newline = true;
  return profile;
}

Profile helix() {
  Profile profile;
  profile.honest = true;
  profile.racy = false;
  profile.disorders = true;
  return profile;
}

/// The one without a name asks its person y or n for every edit, and takes the next keys for the answer.
Profile eglot(bool is_named) {
  Profile profile;
  profile.honest = true;
  profile.racy = false;
  profile.answer_ms = 3'000;
  profile.pull_only = !is_named;
  return profile;
}

Profile vscode() {
  Profile profile;
  profile.honest = true;
  profile.habits.cr_ends_lines = true;
  return profile;
}

Profile unknown() {
  Profile profile;
  profile.habits.implicit_newline = true;
  return profile;
}

Profile named(const ClientTraits& client) {
  if (!client.name) return eglot(false);
  if (*client.name == "Neovim") return neovim(client.version);
  if (*client.name == "helix") return helix();
  if (*client.name == "Eglot") return eglot(true);
  return is_vscode(*client.name) ? vscode() : unknown();
}

}  // namespace

Profile profile_of(const ClientTraits& client) {
  Profile profile = named(client);
  profile.habits.encoding = client.encoding;
  if (client.push) profile.pull_only = !*client.push;
  if (!client.takes_edits) profile.pull_only = true;
  return profile;
}

}  // namespace tutti::plain
