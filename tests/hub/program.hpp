#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace tutti::test {

/// A tutti-hub of its own, killed at the latest when it goes out of scope.
class Program {
 public:
  explicit Program(std::vector<std::string> arguments, const std::filesystem::path& log = "/dev/null");
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// The next line; empty at the end of output.
  std::string line();
  std::string url();
  void kill(int signal) const;
  [[nodiscard]] pid_t pid() const { return pid_; }
  /// Exit code, or minus the signal.
  int wait();

 private:
  pid_t pid_ = -1;
  int out_ = -1;
  int status_ = 0;
};

[[nodiscard]] std::string read_file(const std::filesystem::path& path);
/// What the hub wrote for the person whose machine it is.
[[nodiscard]] std::string owner_token(const std::filesystem::path& data);

inline constexpr const char* api = "/api/v1/collaboration";

}  // namespace tutti::test
