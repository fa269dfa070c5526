#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace tutti::workspace {

/// Where a session's hub is looked for: at the address that the folder was linked with, and at those of hubs that would take
/// that one's place. Whoever cannot be reached makes room for the next.
class HubAddresses {
 public:
  static constexpr std::size_t most = 8;

  HubAddresses(std::string first, const std::vector<std::string>& others);

  [[nodiscard]] const std::string& now() const { return urls_[at_]; }
  /// It is the one that the folder was linked with.
  [[nodiscard]] bool at_first() const { return at_ == 0; }
  [[nodiscard]] std::vector<std::string> others() const { return {urls_.begin() + 1, urls_.end()}; }
  /// Nobody serves at `now()`.
  void pass_on() { at_ = (at_ + 1) % urls_.size(); }
  /// What the hub says of itself and its like. An address that is malformed, has no TLS where the first has, or is on this
  /// machine where the first is not, is not taken: the token goes there. True when something changed.
  bool learn(const std::vector<std::string>& urls);

 private:
  std::vector<std::string> urls_;  ///< never empty; the first stays
  std::size_t at_ = 0;
};

}  // namespace tutti::workspace
