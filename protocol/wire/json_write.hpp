#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/uuid.hpp"

// What generated encoders are made of: each appends one JSON value, no spaces.
namespace tutti::wire {

/// Quotes and escapes. The text is UTF-8 already; only what JSON must not hold is escaped.
void write(std::string& out, std::string_view text);
void write_number(std::string& out, std::uint64_t number);
void write_uuid(std::string& out, const std::array<std::uint8_t, 16>& bytes);

inline void write(std::string& out, const std::string& text) {
  write(out, std::string_view(text));
}
inline void write(std::string& out, std::same_as<bool> auto value) {
  out += value ? "true" : "false";
}
template <std::unsigned_integral N>
requires(!std::same_as<N, bool>) void write(std::string& out, N number) {
  write_number(out, number);
}
template <class Tag>
void write(std::string& out, const Uuid<Tag>& id) {
  write_uuid(out, id.bytes);
}
template <class T>
void write(std::string& out, const std::vector<T>& items) {
  out += '[';
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += ',';
    write(out, items[i]);
  }
  out += ']';
}

}  // namespace tutti::wire
