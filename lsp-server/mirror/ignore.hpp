#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tutti::mirror {

class Root;

/// One line of a .gitignore.
struct IgnoreRule {
  std::string pattern;  ///< without leading `!`, leading and trailing `/`
  bool negated = false;
  bool folders_only = false;
  bool anchored = false;  ///< counts from the folder of its .gitignore, not anywhere below
};

/// git's matching of one pattern against a relative path: `*` and `?` stop at `/`, `**` does not, `[a-z]`, `\x`.
/// Work is bounded by the product of the lengths.
[[nodiscard]] bool glob_matches(std::string_view pattern, std::string_view path);

/// The .gitignore files of a tree, as far as they have been read: convenience, not a wall (D10).
/// A folder's rules are added before its entries are asked for; deeper and later rules win.
class Ignore {
 public:
  static constexpr std::size_t max_rules = 10'000;
  static constexpr std::size_t max_file_bytes = 256 * 1024;

  /// `folder` relative to the root, empty for the root itself. Replaces what was known of that folder.
  void set(std::string_view folder, std::string_view gitignore);
  /// Whether git would leave `path` (relative) out of an untracked listing. Asks for the entry itself: a folder that is ignored
  /// hides what is in it, which the walk takes care of; use `hides` for a path out of the blue.
  [[nodiscard]] bool ignores(std::string_view path, bool is_folder) const;
  /// The same for the path and every folder above it.
  [[nodiscard]] bool hides(std::string_view path) const;

 private:
  struct Folder {
    std::string path;  ///< "" or "a/b/"
    std::vector<IgnoreRule> rules;
  };
  std::vector<Folder> folders_;  ///< sorted by path, so that deeper ones come later
};

/// The rules that count for one path, read from the disk.
[[nodiscard]] Ignore ignore_for(const Root& root, std::string_view path);

[[nodiscard]] std::vector<IgnoreRule> parse_gitignore(std::string_view text);

}  // namespace tutti::mirror
