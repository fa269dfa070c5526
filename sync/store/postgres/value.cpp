#include "sync/store/postgres/value.hpp"

namespace tutti::store::postgres {

std::string hex_of(Bytes bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text = "\\x";
  text.reserve(2 + 2 * bytes.bytes.size());
  for (const char c : bytes.bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

Array& Array::add_plain(std::string_view element) {
  if (literal_.size() > 1) literal_ += ',';
  literal_ += element;
  return *this;
}

Array& Array::add(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return add_plain(quoted + '"');
}

Array& Array::add(std::int64_t number) {
  return add_plain(std::to_string(number));
}

Array& Array::add(bool flag) {
  return add_plain(flag ? "t" : "f");
}

Array& Array::add(Bytes bytes) {
  return add_plain("\"\\" + hex_of(bytes) + '"');  // the array takes one of two backslashes for itself
}

}  // namespace tutti::store::postgres
