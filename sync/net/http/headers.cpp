#include "sync/net/http/headers.hpp"

#include <algorithm>

namespace tutti::net {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool list_has(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (same_word(trim(list.substr(0, comma)), token)) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

}  // namespace

Headers::Headers(std::initializer_list<Field> fields) {
  for (const Field& field : fields) add(field.first, field.second);
}

void Headers::add(std::string_view name, std::string_view value) {
  fields_.emplace_back(lower(name), std::string(trim(value)));
}

void Headers::set(std::string_view name, std::string_view value) {
  std::erase_if(fields_, [name](const Field& field) { return same_word(field.first, name); });
  add(name, value);
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  for (const Field& field : fields_) {
    if (same_word(field.first, name)) return field.second;
  }
  return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::count_if(fields_.begin(), fields_.end(), [name](const Field& field) { return same_word(field.first, name); }));
}

bool Headers::has_token(std::string_view name, std::string_view token) const {
  return std::any_of(fields_.begin(), fields_.end(),
                     [&](const Field& field) { return same_word(field.first, name) && list_has(field.second, token); });
}

}  // namespace tutti::net
