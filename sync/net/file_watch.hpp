#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/base/result.hpp"
#include "sync/net/loop.hpp"

/// Tells that something in a watched directory changed. A hint, not a record: several changes may come as one, the kernel
/// drops events when its queue overflows, and a rename says only that its name was touched. So the owner compares with what
/// it last knew, and also looks at everything now and then.
///
/// One watch per directory, not recursive: the owner adds subdirectories as it finds them. Adding, removing and destroying
/// are allowed inside the callback.
namespace tutti::net {

class DirectoryWatch {
 public:
  static constexpr std::size_t default_limit = 8192;  ///< directories; each costs one kernel watch of the user's allowance

  /// `name` is the entry that changed; empty when only the directory is known or the directory itself went away.
  using OnChange = std::function<void(const std::string& directory, std::string_view name)>;

  DirectoryWatch(Loop& loop, OnChange on_change, std::size_t limit = default_limit);
  ~DirectoryWatch();
  DirectoryWatch(const DirectoryWatch&) = delete;
  DirectoryWatch& operator=(const DirectoryWatch&) = delete;

  /// Watching a directory twice is the same as once. `limit`: too many, here or in the kernel; then poll instead.
  Status add(const std::string& directory);
  void remove(const std::string& directory);
  [[nodiscard]] bool watches(const std::string& directory) const;
  [[nodiscard]] std::size_t size() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace tutti::net
