#include "lsp-server/mirror/ignore.hpp"

#include <algorithm>
#include <optional>

#include "lsp-server/mirror/root.hpp"

namespace tutti::mirror {
namespace {

/// Trailing spaces are dropped unless quoted by a backslash.
std::string_view trimmed(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  while (line.ends_with(' ') && !line.ends_with("\\ ")) line.remove_suffix(1);
  return line;
}

std::optional<IgnoreRule> parse_rule(std::string_view line) {
  line = trimmed(line);
  if (line.empty() || line.front() == '#') return std::nullopt;
  IgnoreRule rule;
  if (line.front() == '!') {
    rule.negated = true;
    line.remove_prefix(1);
  }
  if (line.ends_with('/')) {
    rule.folders_only = true;
    line.remove_suffix(1);
  }
  rule.anchored = line.find('/') != std::string_view::npos;
  if (line.starts_with('/')) line.remove_prefix(1);
  if (line.empty()) return std::nullopt;
  rule.pattern = line;
  return rule;
}

struct ClassMatch {
  bool matches = false;
  std::size_t length = 0;  ///< of the bracket expression; 0: not one
};

/// `[...]` at the front of `pattern` against one byte.
ClassMatch match_class(std::string_view pattern, char byte) {
  std::size_t at = 1;
  const bool negated = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
  if (negated) ++at;
  bool found = false;
  for (bool first = true; at < pattern.size() && (first || pattern[at] != ']'); first = false) {
    if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
    const char low = pattern[at++];
    char high = low;
    if (at + 1 < pattern.size() && pattern[at] == '-' && pattern[at + 1] != ']') {
      high = pattern[at + 1];
      at += 2;
    }
    found = found || (low <= byte && byte <= high);
  }
  if (at >= pattern.size()) return {};
  return {found != negated && byte != '/', at + 1};
}

/// Length of the pattern's first element if it matches the byte, else 0. Stars are the caller's.
std::size_t match_one(std::string_view pattern, char byte) {
  if (pattern.empty()) return 0;
  if (pattern[0] == '?') return byte != '/' ? 1 : 0;
  if (pattern[0] == '[') {
    const ClassMatch match = match_class(pattern, byte);
    if (match.length > 0) return match.matches ? match.length : 0;
  }
  if (pattern[0] == '\\' && pattern.size() > 1) return pattern[1] == byte ? 2 : 0;
  return pattern[0] == byte ? 1 : 0;
}

/// Where to go on when the walk is stuck: let the last star take one byte more.
struct Retry {
  std::size_t pattern = std::string_view::npos;
  std::size_t path = 0;
};

constexpr std::size_t npos = std::string_view::npos;

bool at_component(std::string_view text, std::size_t at) {
  return at == 0 || text[at - 1] == '/';
}

}  // namespace

// One retry point for `*` within a component and one for `**` across components suffice: a later star makes the choices of an
// earlier one of its kind irrelevant. So the work is at most |pattern|·|path|², and paths are short.
bool glob_matches(std::string_view pattern, std::string_view path) {
  Retry star, deep;
  std::size_t p = 0, s = 0;
  while (s < path.size() || p < pattern.size()) {
    const std::string_view rest = pattern.substr(p);
    if (rest.starts_with("**") && at_component(pattern, p) && (rest.size() == 2 || rest[2] == '/')) {
      if (rest.size() == 2) return s < path.size();
      deep = {p + 3, s};
      star = {};
      p += 3;
      continue;
    }
    if (rest.starts_with('*')) {
      star = {p + 1, s};
      ++p;
      continue;
    }
    const std::size_t step = s < path.size() ? match_one(rest, path[s]) : 0;
    if (step > 0) {
      p += step;
      ++s;
    } else if (star.pattern != npos && star.path < path.size() && path[star.path] != '/') {
      p = star.pattern;
      s = ++star.path;
    } else if (const std::size_t slash = deep.pattern != npos ? path.find('/', deep.path) : npos; slash != npos) {
      deep.path = slash + 1;
      star = {};
      p = deep.pattern;
      s = deep.path;
    } else {
      return false;
    }
  }
  return true;
}

std::vector<IgnoreRule> parse_gitignore(std::string_view text) {
  std::vector<IgnoreRule> rules;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty() && rules.size() < Ignore::max_rules) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (auto rule = parse_rule(text.substr(0, end))) rules.push_back(std::move(*rule));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return rules;
}

void Ignore::set(std::string_view folder, std::string_view gitignore) {
  std::string path(folder);
  if (!path.empty()) path += '/';
  std::erase_if(folders_, [&](const Folder& known) { return known.path == path; });
  auto rules = parse_gitignore(gitignore);
  if (rules.empty()) return;
  const auto place = std::find_if(folders_.begin(), folders_.end(), [&](const Folder& known) { return known.path > path; });
  folders_.insert(place, Folder{std::move(path), std::move(rules)});
}

bool Ignore::ignores(std::string_view path, bool is_folder) const {
  for (auto folder = folders_.rbegin(); folder != folders_.rend(); ++folder) {
    if (!path.starts_with(folder->path)) continue;
    const std::string_view below = path.substr(folder->path.size());
    const std::string_view name = below.substr(below.rfind('/') + 1);
    for (auto rule = folder->rules.rbegin(); rule != folder->rules.rend(); ++rule) {
      if (rule->folders_only && !is_folder) continue;
      if (glob_matches(rule->pattern, rule->anchored ? below : name)) return !rule->negated;
    }
  }
  return false;
}

bool Ignore::hides(std::string_view path) const {
  for (std::size_t at = path.find('/'); at != npos; at = path.find('/', at + 1)) {
    if (ignores(path.substr(0, at), true)) return true;
  }
  return ignores(path, false);
}

Ignore ignore_for(const Root& root, std::string_view path) {
  Ignore rules;
  for (std::size_t at = 0; at != npos; at = path.find('/', at + 1)) {
    const std::string_view folder = path.substr(0, at);
    const auto file =
        root.read(folder.empty() ? std::string(".gitignore") : std::string(folder) + "/.gitignore", Ignore::max_file_bytes);
    if (file && file.value()) rules.set(folder, file.value()->bytes);
  }
  return rules;
}

}  // namespace tutti::mirror
