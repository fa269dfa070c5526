#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "protocol/base/result.hpp"
#include "protocol/base/uuid.hpp"

namespace tutti::store::postgres {

/// What the server answered to one statement: rows, all of them at hand, or why there are none. Step, then read in order.
class Answer {
 public:
  struct Rows;  ///< libpqxx's result
  explicit Answer(std::shared_ptr<const Rows> rows);
  explicit Answer(Error error) : failure_(std::move(error)) {}

  /// True: a row is there. False: the end.
  Result<bool> step();
  /// For a statement without rows.
  [[nodiscard]] Status run() const { return failure_ ? Status(*failure_) : Status(); }
  /// Rows that the statement inserted, changed or deleted.
  [[nodiscard]] std::size_t changed() const;

  // Columns of the present row, in order.
  [[nodiscard]] bool next_is_null() const;
  std::int64_t number();
  bool flag();
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
  std::optional<Error> failure_;
  std::shared_ptr<const Rows> rows_;
  int next_ = 0;  ///< the row after the present one
  int column_ = 0;
  bool corrupt_ = false;
};

}  // namespace tutti::store::postgres
