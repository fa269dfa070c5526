#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.hpp"

/// Guarded files (D10): content from others reaches them only after the person here accepted exactly that content.
///
/// What waits is laid out under `.tutti/proposed/PATH` to be looked at; `tutti accept` writes down the hash of what lies there
/// in `.tutti/accepted`. The process that keeps the folder in step reads that, and writes the file if the session's content
/// still is the accepted one.
namespace tutti::mirror {

class Consent {
 public:
  static constexpr std::size_t max_lines = 20'000;

  Consent(std::string home, bool accept_all) : home_(std::move(home)), accept_all_(accept_all) {}

  /// Reads `.tutti/accepted` again.
  void reload();
  [[nodiscard]] bool allows(std::string_view path, std::string_view bytes) const;
  [[nodiscard]] bool allows_all() const { return accept_all_; }

  /// Lays the content out for the person.
  Status propose(std::string_view path, std::string_view bytes);
  void withdraw(std::string_view path);
  [[nodiscard]] const std::set<std::string>& waiting() const { return waiting_; }

 private:
  std::string home_;
  bool accept_all_;
  std::set<std::string> accepted_;  ///< "HASH PATH"
  std::set<std::string> waiting_;
};

/// Accepts what is laid out now for these paths (relative; empty: for all). Answers the accepted paths; `not_found` names one
/// that does not wait.
[[nodiscard]] Result<std::vector<std::string>> accept_proposed(const std::string& home, const std::vector<std::string>& paths);

}  // namespace tutti::mirror
