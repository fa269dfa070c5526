#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lsp-server/workspace/settings.hpp"

/// The commands of `tutti`, one function each. They talk to the person on stderr and to programs on stdout, and answer an exit
/// code.
namespace tutti::commands {

/// Public: scripts rely on them.
namespace exit_code {
inline constexpr int done = 0;
inline constexpr int failed = 1;
inline constexpr int usage = 2;
inline constexpr int no_permission = 3;
inline constexpr int no_connection = 4;
}  // namespace exit_code

struct ShareOptions {
  std::string folder;  ///< absolute
  std::string role, password, expires, name;
  bool detach = false;
  bool json = false;
};
struct JoinOptions {
  std::string link;
  std::string folder;  ///< absolute; empty: after the session's name, in `here`
  std::string here;
  std::string password;
  bool once = false;
  bool merge = false;
  bool json = false;
};
struct FolderOptions {
  std::string folder;  ///< absolute; a folder inside a linked one will do
  bool json = false;
  bool force = false;
};
struct AcceptOptions {
  std::string here;  ///< absolute
  std::vector<std::string> paths;
  bool all = false;
  bool deletions = false;
  bool restore = false;
};

[[nodiscard]] int share(const workspace::Settings& settings, const ShareOptions& options);
[[nodiscard]] int join(const workspace::Settings& settings, const JoinOptions& options);
[[nodiscard]] int sync(const workspace::Settings& settings, const FolderOptions& options);
[[nodiscard]] int status(const workspace::Settings& settings, const FolderOptions& options);
[[nodiscard]] int leave(const workspace::Settings& settings, const FolderOptions& options);
[[nodiscard]] int accept(const AcceptOptions& options);
[[nodiscard]] int sessions(const workspace::Settings& settings, bool json);
[[nodiscard]] int doctor(const workspace::Settings& settings, const FolderOptions& options);

/// What `tutti lsp` is given; the language server itself is another room's, and is handed in by `main`.
struct LspOptions {
  workspace::Settings settings;
  std::string log_file;  ///< empty: stderr
  bool push = false;     ///< the plain tier may send workspace/applyEdit to a client that does not say who it is
};

/// Reads the command line and runs one command.
[[nodiscard]] int run(int argc, const char* const* argv, const std::function<int(const LspOptions&)>& lsp);

}  // namespace tutti::commands
