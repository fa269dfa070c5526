#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/uuid.hpp"
#include "protocol/wire/failure.hpp"

// What the generated conversions of JSON-RPC params are made of; json_read.hpp is the same for text frames. Only .cpp files of
// this room include it. The values were parsed already, with depth and UTF-8 checked.
namespace tutti::wire {

using Value = nlohmann::json;

bool read_number(const Value& value, std::uint64_t& out, std::uint64_t max, Failure& failure);
bool read(const Value& value, bool& out, Limit limit, Failure& failure);
bool read(const Value& value, std::string& out, Limit limit, Failure& failure);
bool read(const Value& value, std::uint64_t& out, Limit limit, Failure& failure);
bool read(const Value& value, std::uint32_t& out, Limit limit, Failure& failure);
bool read(const Value& value, std::uint8_t& out, Limit limit, Failure& failure);
/// Null if it is not a string.
[[nodiscard]] const std::string* text_of(const Value& value, Failure& failure);
bool check_list(const Value& value, Limit limit, Failure& failure);
/// An object, or null: a client without params may send none, and some send null.
bool check_object(const Value& value, Failure& failure);

template <class Tag>
bool read(const Value& value, Uuid<Tag>& out, Limit /*limit*/, Failure& failure) {
  const std::string* text = text_of(value, failure);
  if (text == nullptr) return false;
  auto id = parse_id<Uuid<Tag>>(*text);
  if (!id) return failure.fail(ErrorCode::invalid, "not a UUID");
  out = *id;
  return true;
}

template <class T>
bool read(const Value& value, std::vector<T>& out, Limit limit, Failure& failure) {
  if (!check_list(value, limit, failure)) return false;
  out.resize(value.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (!read(value[i], out[i], Limit{limit.item_max}, failure)) return failure.at(i);
  }
  return true;
}

template <class T>
bool required(const Value& object, const char* field, T& out, Limit limit, Failure& failure) {
  const auto found = object.find(field);
  if (found == object.end()) return failure.fail(ErrorCode::invalid, "missing") || failure.in(field);
  return read(*found, out, limit, failure) || failure.in(field);
}

/// JSON null counts as absent.
template <class T>
bool optional(const Value& object, const char* field, std::optional<T>& out, Limit limit, Failure& failure) {
  const auto found = object.find(field);
  if (found == object.end() || found->is_null()) return true;
  return read(*found, out.emplace(), limit, failure) || failure.in(field);
}

}  // namespace tutti::wire
