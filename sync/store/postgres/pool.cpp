#include "sync/store/postgres/pool.hpp"

#include <algorithm>

namespace tutti::store::postgres {

Pool::Pool(Options options, Watchdog& watchdog, std::size_t most, std::function<Status(Connection&)> greet)
    : options_(std::move(options)), watchdog_(watchdog), most_(most), greet_(std::move(greet)) {}

Result<Pool::Lease> Pool::take() {
  {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [this] { return out_ < most_; });
    ++out_;
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return Lease(*this, std::move(connection), false);
    }
  }
  auto opened = open();
  if (opened) return Lease(*this, std::move(*opened), true);
  give_back(nullptr);
  return opened.error();
}

Result<std::unique_ptr<Connection>> Pool::open() {
  if (auto status = may_try(); !status) return status.error();
  auto opened = Connection::open(options_, watchdog_);
  auto status = opened ? Status() : Status(opened.error());
  if (status && greet_) status = greet_(**opened);
  note(status);
  return status ? std::move(opened) : Result<std::unique_ptr<Connection>>(status.error());
}

Status Pool::may_try() {
  const std::lock_guard lock(mutex_);
  return Clock::now() < not_before_ ? refused_ : Status();
}

void Pool::note(const Status& opened) {
  const std::lock_guard lock(mutex_);
  refused_ = opened;
  if (opened) {
    wait_ = first_wait;
    return;
  }
  not_before_ = Clock::now() + wait_;
  wait_ = std::min(wait_ * 2, longest_wait);
}

void Pool::give_back(std::unique_ptr<Connection> connection) {
  {
    const std::lock_guard lock(mutex_);
    --out_;
    if (connection && !connection->lost()) idle_.push_back(std::move(connection));
  }
  returned_.notify_one();
}

}  // namespace tutti::store::postgres
