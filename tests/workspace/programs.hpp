#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace tutti::test {

/// A running program whose stdout and stderr go to files. Killed, if need be, with its owner.
class Program {
 public:
  Program() = default;
  /// `environment` holds "NAME=value" over a nearly empty one.
  Program(const std::vector<std::string>& command, const std::vector<std::string>& environment, const std::string& output_file);
  ~Program();
  Program(Program&& other) noexcept;
  Program& operator=(Program&& other) noexcept;

  /// SIGTERM, and its exit code; -1 when it does not end within 20 s or dies of a signal.
  int stop();
  void kill();
  /// The exit code of a program that ends by itself.
  int wait(std::chrono::seconds limit);
  [[nodiscard]] std::string out() const;
  [[nodiscard]] std::string err() const;

 private:
  int pid_ = 0;
  std::string output_file_;
};

/// Looks again and again; false when `limit` passed first.
[[nodiscard]] bool eventually(const std::function<bool()>& condition, std::chrono::seconds limit);

/// The first line of what a program printed, empty while there is none.
[[nodiscard]] std::string first_line(const std::string& text);

}  // namespace tutti::test
