#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "protocol/base/result.hpp"
#include "protocol/base/uuid.hpp"

struct sqlite3;
struct sqlite3_stmt;

// SQLite's C interface with errors as values. One connection is used by one thread at a time.
namespace tutti::store::sqlite {

/// A prepared statement, borrowed from its Connection: bind in order, step, read in order. Ready for the next use when it goes
/// out of scope. The first failure sticks; the steps after it do nothing.
class Query {
 public:
  Query(sqlite3* db, sqlite3_stmt* statement);  ///< null: preparing failed, and `db` knows why
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  Query& bind(std::string_view text);
  Query& bind(std::int64_t number);
  Query& bind(bool flag) { return bind(static_cast<std::int64_t>(flag)); }
  Query& bind_null();
  Query& bind_blob(std::span<const std::uint8_t> bytes);
  Query& bind_blob(std::string_view bytes);
  template <class Tag>
  Query& bind(const Uuid<Tag>& id) {
    return bind(std::string_view(to_string(id)));
  }
  template <class T>
  Query& bind(const std::optional<T>& value) {
    return value ? bind(*value) : bind_null();
  }
  Query& bind(const std::optional<std::uint32_t>& value) {
    return value ? bind(static_cast<std::int64_t>(*value)) : bind_null();
  }

  /// True: a row is there. False: the end.
  Result<bool> step();
  /// For a statement without rows.
  Status run();

  // Columns of the present row, in order.
  [[nodiscard]] bool next_is_null() const;
  std::int64_t number();
  bool flag() { return number() != 0; }
  std::string text();
  std::string blob();
  std::optional<std::int64_t> optional_number();
  std::optional<std::string> optional_text();
  /// A nil id for what is not a UUID; `corrupt()` tells afterwards.
  template <class Id>
  Id id() {
    auto parsed = parse_id<Id>(text());
    if (!parsed) corrupt_ = true;
    return parsed ? *parsed : Id{};
  }
  template <class Id>
  std::optional<Id> optional_id() {
    if (!next_is_null()) return id<Id>();
    ++column_;
    return std::nullopt;
  }
  void mark_corrupt() { corrupt_ = true; }
  [[nodiscard]] bool corrupt() const { return corrupt_; }

 private:
  void note(int code);

  sqlite3* db_;
  sqlite3_stmt* statement_;
  int parameter_ = 0;
  int column_ = 0;
  int failure_ = 0;
  bool corrupt_ = false;
};

struct Options {
  std::string path;
  /// Pages of the database file, 0: no bound. Makes a full disk in tests.
  std::int64_t max_pages = 0;
  int busy_ms = 5000;
};

class Connection {
 public:
  /// Opens or creates, sets the pragmas that durability rests on, reads them back and refuses others.
  static Result<std::unique_ptr<Connection>> open(const Options& options);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Prepared once and kept; `sql` must be a literal.
  [[nodiscard]] Query query(const char* sql);
  /// Any number of statements.
  Status execute(const char* sql);
  Result<std::string> pragma(const char* sql);
  /// Rows that the last statement inserted, changed or deleted.
  [[nodiscard]] std::int64_t changed() const;

 private:
  explicit Connection(sqlite3* db);
  struct State;
  std::unique_ptr<State> state_;
};

/// BEGIN IMMEDIATE, then rolled back unless `commit` succeeded.
class Transaction {
 public:
  enum class Mode { read, write, exclusive };
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

}  // namespace tutti::store::sqlite
