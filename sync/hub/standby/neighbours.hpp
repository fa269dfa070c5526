#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sync/hub/standby/asking.hpp"
#include "sync/net/loop.hpp"
#include "sync/net/pool.hpp"
#include "sync/store/store.hpp"

namespace tutti::hub {

/// Tells the store that this hub is there, again and again, and hears which others are. Loop thread; the store on a worker.
class Neighbours {
 public:
  static constexpr net::Duration every{5'000};
  static constexpr store::UnixSeconds fresh_for = 60;  ///< who was not heard of for longer is not there
  static constexpr std::size_t most = 8;

  /// `changed` gets the addresses of all, this hub's among them, whenever they are not the same as before.
  Neighbours(net::Loop& loop, net::WorkerPool& records, std::shared_ptr<store::Store> store,
             std::function<void(const std::vector<std::string>&)> changed);

  /// `url`: where participants reach this hub. One that stands for every address of a machine is of no use to others, and said
  /// so.
  void begin(std::string url);
  [[nodiscard]] const std::vector<std::string>& urls() const { return urls_; }

 private:
  void ask();
  void take(Result<std::vector<std::string>> found);

  net::WorkerPool& records_;
  std::shared_ptr<store::Store> store_;
  std::function<void(const std::vector<std::string>&)> changed_;
  net::Timer again_;
  std::string url_;
  std::vector<std::string> urls_;
  Asking asking_;
};

}  // namespace tutti::hub
