#include <algorithm>
#include <cstdint>
#include <iterator>
#include <vector>

#include "sync/exchange/path.hpp"

// Which class a path has (D10), from two tables of patterns. Patterns are matched against the folded key, component by
// component, so that neither case nor invisible characters lead around them:
//
//     name/     a folder or file of that name anywhere in the path, and everything beneath it
//     name      the last component
//     a/b       the last two components, and so on
//     *.ext     the end of the last component, also where that is the whole of it
//     name*     the beginning of the last component
//
// The lists are a floor: a hub's owner may add to them, nobody takes away.

namespace tutti::exchange {

namespace {

using Components = std::vector<std::string_view>;

constexpr std::string_view never_patterns[] = {
    // Version control's own files: hooks and settings in them run commands, histories hold what was meant to be gone.
    ".git/", ".hg/", ".svn/", ".jj/", ".bzr/", "_darcs/", ".pijul/", "cvs/root", "cvs/entries", "cvs/repository",
    ".git-credentials", ".tutti/",
    // Secrets by custom.
    ".env", ".env.*", "secrets.yml", "secrets.yaml", "secrets.toml", ".htpasswd", ".vault-token", "*.tfstate",
    "*.tfstate.backup",
    // Private keys and their stores.
    "*.pem", "*.key", "*.p8", "*.p12", "*.pfx", "*.pkcs12", "*.jks", "*.keystore", "*.ppk", "*.kdb", "*.kdbx", "*.agekey",
    "*.keychain", "*.keychain-db", "*.ovpn", "id_rsa", "id_dsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk",
    ".ssh/", ".gnupg/",
    // Credentials of clouds, registries and databases.
    ".aws/", ".azure/", "gcloud/", ".kube/", "kubeconfig", ".docker/config.json", ".dockercfg", ".boto", ".s3cfg",
    "application_default_credentials.json", ".netrc", "_netrc", ".npmrc", ".pypirc", ".pgpass", ".my.cnf", ".terraformrc",
    ".cargo/credentials", ".cargo/credentials.toml", ".gem/credentials", ".composer/auth.json", "gh/hosts.yml"};

/// Looks like a secret by the patterns above, and holds none by custom.
constexpr std::string_view harmless[] = {".env.example"};

constexpr std::string_view guarded_patterns[] = {
    // Editors run these when a folder is opened.
    ".vscode/", "*.code-workspace", ".idea/", ".zed/", ".exrc", ".nvimrc", ".nvim.lua", ".vimrc", ".lvimrc", ".dir-locals.el",
    ".dir-locals-2.el", ".clangd", ".devcontainer/", ".devcontainer.json", ".fleet/", ".sublime-project", "*.sublime-project",
    // Shells and tool managers run these when a folder is entered.
    ".envrc", ".mise.toml", "mise.toml", ".mise/", ".tool-versions",
    // Builds and package tools.
    "makefile", "gnumakefile", "*.mk", "cmakelists.txt", "cmakepresets.json", "cmakeuserpresets.json", "*.cmake", "build.rs",
    ".cargo/config", ".cargo/config.toml", "package.json", ".yarnrc", ".yarnrc.yml", ".pnpmfile.cjs", "conftest.py",
    "sitecustomize.py", "usercustomize.py", "setup.py", "*.pth", "rakefile", "justfile", "build.gradle", "build.gradle.kts",
    "settings.gradle", "settings.gradle.kts", "meson.build",
    // Version control's settings that are shared as files.
    ".gitmodules", ".gitattributes", ".husky/", ".githooks/", ".pre-commit-config.yaml", "lefthook.yml",
    // Continuous integration: runs with other people's rights.
    ".github/", ".gitlab-ci.yml", ".gitlab/", ".gitea/", ".forgejo/", ".woodpecker/", ".woodpecker.yml", ".circleci/", ".ci/",
    ".buildkite/", ".drone.yml", ".travis.yml", "appveyor.yml", ".appveyor.yml", "azure-pipelines.yml",
    "bitbucket-pipelines.yml", "cloudbuild.yaml", "jenkinsfile",
    // What agents obey.
    ".mcp.json", "mcp.json", "agents.md", "claude.md", "gemini.md", ".cursor/", ".cursorrules", ".claude/", ".windsurf/",
    ".windsurfrules", ".clinerules", ".codex/", ".gemini/"};

Components split(std::string_view key) {
  Components components;
  while (true) {
    const std::size_t slash = key.find('/');
    components.push_back(key.substr(0, slash));
    if (slash == std::string_view::npos) return components;
    key.remove_prefix(slash + 1);
  }
}

bool is_tail(std::string_view pattern, const Components& path) {
  const Components parts = split(pattern);
  return parts.size() <= path.size() && std::equal(parts.rbegin(), parts.rend(), path.rbegin());
}

bool matches(std::string_view pattern, const Components& path) {
  if (pattern.front() == '*') return path.back().ends_with(pattern.substr(1));
  if (pattern.back() == '*') return path.back().starts_with(pattern.substr(0, pattern.size() - 1));
  if (pattern.back() != '/') return is_tail(pattern, path);
  return std::find(path.begin(), path.end(), pattern.substr(0, pattern.size() - 1)) != path.end();
}

template <std::size_t N>
bool any_of(const std::string_view (&patterns)[N], const Components& path) {
  return std::any_of(std::begin(patterns), std::end(patterns), [&](std::string_view p) { return matches(p, path); });
}

/// `GIT~1`: the name that NTFS and FAT give `.git` beside its own.
bool is_short_name(std::string_view component) {
  const std::size_t tilde = component.find('~');
  if (tilde == std::string_view::npos || tilde + 1 == component.size()) return false;
  if (component.find_first_not_of("0123456789", tilde + 1) != std::string_view::npos) return false;
  constexpr std::string_view names[] = {"git", "hg", "svn", "jj", "bzr", "tutti"};
  return std::find(std::begin(names), std::end(names), component.substr(0, tilde)) != std::end(names);
}

/// What an editor or a person put beside a file keeps the file's secrets: `id_rsa.bak`, `.server.key.swp`, `#.env#`.
std::string_view original_of(std::string_view name) {
  if (name.size() > 2 && name.front() == '#' && name.back() == '#') return name.substr(1, name.size() - 2);
  if (name.starts_with(".#")) return name.substr(2);
  for (const std::string_view end : {".swp", ".swo"}) {
    if (name.ends_with(end) && name.front() == '.') return name.substr(1, name.size() - 1 - end.size());
  }
  for (const std::string_view end : {"~", ".bak", ".old", ".orig", ".save", ".tmp"}) {
    if (name.size() > end.size() && name.ends_with(end)) return name.substr(0, name.size() - end.size());
  }
  return name;
}

bool is_secret(const Components& path) {
  return any_of(never_patterns, path) && !any_of(harmless, path);
}

bool is_never(Components path) {
  if (is_secret(path) || std::any_of(path.begin(), path.end(), is_short_name)) return true;
  for (std::string_view original = original_of(path.back()); original != path.back(); original = original_of(original)) {
    path.back() = original;
    if (original.empty()) return false;
    if (is_secret(path)) return true;
  }
  return false;
}

}  // namespace

PathClass classify_path(std::string_view path) {
  const std::string key = path_key(path);
  const Components components = split(key);
  if (is_never(components)) return PathClass::never;
  return any_of(guarded_patterns, components) ? PathClass::guarded : PathClass::normal;
}

}  // namespace tutti::exchange
