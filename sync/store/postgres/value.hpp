#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "protocol/base/uuid.hpp"

// Values on their way into a statement, all as text: what libpq takes in every version, bytes included (`\x…`).
namespace tutti::store::postgres {

/// One parameter; without text it is NULL.
struct Value {
  std::optional<std::string> text;
};

/// Bytes of a `bytea`, not text.
struct Bytes {
  std::string_view bytes;
};

/// An array parameter for `unnest`, built element by element.
class Array {
 public:
  Array& add(std::string_view text);
  Array& add(std::int64_t number);
  Array& add(bool flag);
  Array& add(Bytes bytes);
  template <class Tag>
  Array& add(const Uuid<Tag>& id) {
    return add_plain(to_string(id));
  }
  [[nodiscard]] std::string literal() const { return literal_ + "}"; }

 private:
  Array& add_plain(std::string_view element);
  std::string literal_ = "{";
};

[[nodiscard]] std::string hex_of(Bytes bytes);

inline Value to_value(std::string_view text) {
  return {std::string(text)};
}
inline Value to_value(std::same_as<bool> auto flag) {
  return {flag ? "true" : "false"};
}
template <std::integral Number>
requires(!std::same_as<Number, bool>) Value to_value(Number number) {
  return {std::to_string(number)};
}
inline Value to_value(Bytes bytes) {
  return {hex_of(bytes)};
}
inline Value to_value(std::span<const std::uint8_t> bytes) {
  return to_value(Bytes{{reinterpret_cast<const char*>(bytes.data()), bytes.size()}});
}
inline Value to_value(const Array& array) {
  return {array.literal()};
}
template <class Tag>
Value to_value(const Uuid<Tag>& id) {
  return {to_string(id)};
}
template <class T>
Value to_value(const std::optional<T>& value) {
  return value ? to_value(*value) : Value{};
}

}  // namespace tutti::store::postgres
