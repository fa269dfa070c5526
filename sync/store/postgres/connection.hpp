#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "sync/store/postgres/answer.hpp"
#include "sync/store/postgres/value.hpp"
#include "sync/store/postgres/watchdog.hpp"

// libpqxx with errors as values. One connection is used by one thread at a time, and never comes back to life: libpqxx 6 would
// connect again by itself in the middle of a transaction, so one that was lost is sent nothing more.
namespace tutti::store::postgres {

struct Options {
  std::string url;                             ///< postgres://…; may hold a password, so it is never shown
  std::string name = "tutti";                  ///< what the server's administrator sees
  bool unsafe = false;                         ///< take a server that may lose what it called committed
  std::chrono::milliseconds patience{15'000};  ///< for one statement
};

class Connection {
 public:
  /// Connects, reads the settings that durability rests on, and refuses others.
  static Result<std::unique_ptr<Connection>> open(const Options& options, Watchdog& watchdog);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Prepared once and kept; `sql` must be a literal.
  template <class... T>
  [[nodiscard]] Answer ask(const char* sql, const T&... values) {
    return ask_values(sql, {to_value(values)...});
  }
  /// Any number of statements, without parameters.
  Status execute(const std::string& sql);

  [[nodiscard]] bool lost() const;
  /// Committed means on disk, whatever the server's default is.
  [[nodiscard]] const std::string& begin_write() const { return begin_write_; }

 private:
  struct State;
  explicit Connection(std::unique_ptr<State> state);
  Answer ask_values(const char* sql, const std::vector<Value>& values);
  template <class F>
  Answer guarded(F work);
  Status greet(const Options& options);

  std::unique_ptr<State> state_;
  std::string begin_write_;
};

/// Rolled back unless `commit` succeeded. A commit whose answer is lost is `unavailable`, and has happened or not.
class Transaction {
 public:
  enum class Mode { read, write };
  Transaction(Connection& connection, Mode mode);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  [[nodiscard]] const Status& begun() const { return begun_; }
  Status commit();

 private:
  Connection& connection_;
  Status begun_;
  bool open_ = false;
};

}  // namespace tutti::store::postgres
