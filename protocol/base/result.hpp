#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace tutti {

/// Why something that can be expected to fail did fail. Callers branch on the code; people read the message.
enum class ErrorCode {
  invalid,      ///< malformed or out of range; the sender's mistake
  not_found,    ///< no such session, document, file, token
  denied,       ///< known, but not allowed (role, token, path rule)
  conflict,     ///< same name with other content, path taken, already there
  gap,          ///< a sequence was skipped or a parent is not known yet: resync
  limit,        ///< a declared bound would be exceeded
  unavailable,  ///< the environment fails right now (store down, no connection): try again
  corrupt,      ///< stored or received bytes that cannot be what was written
  version,      ///< the other side speaks another protocol version
  io,           ///< the operating system said no; the message names the call
  password,     ///< the link has one, which was not given
};

struct Error {
  ErrorCode code = ErrorCode::invalid;
  std::string message;  ///< one plain sentence, fit to be shown to the person who caused it
};

/// A value, or the reason why there is none. Library exceptions are caught at their seam and become one of these.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  [[nodiscard]] T& value() & { return std::get<0>(state_); }
  [[nodiscard]] const T& value() const& { return std::get<0>(state_); }
  [[nodiscard]] T&& value() && { return std::get<0>(std::move(state_)); }
  [[nodiscard]] const Error& error() const { return std::get<1>(state_); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return !error_; }
  explicit operator bool() const { return ok(); }
  [[nodiscard]] const Error& error() const { return *error_; }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

inline Error error(ErrorCode code, std::string message) {
  return {code, std::move(message)};
}

}  // namespace tutti
