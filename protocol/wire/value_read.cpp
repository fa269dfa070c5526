#include "protocol/wire/value_read.hpp"

#include <algorithm>
#include <limits>

namespace tutti::wire {

namespace {

template <class N>
bool read_narrow(const Value& value, N& out, Limit limit, Failure& failure) {
  std::uint64_t number = 0;
  if (!read_number(value, number, std::min<std::uint64_t>(limit.max, std::numeric_limits<N>::max()), failure)) return false;
  out = static_cast<N>(number);
  return true;
}

}  // namespace

bool read_number(const Value& value, std::uint64_t& out, std::uint64_t max, Failure& failure) {
  if (!value.is_number_integer()) return failure.fail(ErrorCode::invalid, "not an integer");
  if (!value.is_number_unsigned() && value.get<std::int64_t>() < 0) return failure.fail(ErrorCode::invalid, "below 0");
  out = value.get<std::uint64_t>();
  if (out > max) return failure.fail(ErrorCode::limit, "above " + std::to_string(max));
  return true;
}

bool read(const Value& value, std::uint64_t& out, Limit limit, Failure& failure) {
  return read_number(value, out, std::min(limit.max, kU53Max), failure);
}

bool read(const Value& value, std::uint32_t& out, Limit limit, Failure& failure) {
  return read_narrow(value, out, limit, failure);
}

bool read(const Value& value, std::uint8_t& out, Limit limit, Failure& failure) {
  return read_narrow(value, out, limit, failure);
}

bool read(const Value& value, bool& out, Limit /*limit*/, Failure& failure) {
  if (!value.is_boolean()) return failure.fail(ErrorCode::invalid, "neither true nor false");
  out = value.get<bool>();
  return true;
}

const std::string* text_of(const Value& value, Failure& failure) {
  if (value.is_string()) return value.get_ptr<const std::string*>();
  failure.fail(ErrorCode::invalid, "not a string");
  return nullptr;
}

bool read(const Value& value, std::string& out, Limit limit, Failure& failure) {
  const std::string* text = text_of(value, failure);
  if (text == nullptr) return false;
  if (text->size() > limit.max) return failure.fail(ErrorCode::limit, "longer than " + std::to_string(limit.max) + " bytes");
  out = *text;
  return true;
}

bool check_list(const Value& value, Limit limit, Failure& failure) {
  if (!value.is_array()) return failure.fail(ErrorCode::invalid, "not a list");
  if (value.size() > limit.max) return failure.fail(ErrorCode::limit, "more than " + std::to_string(limit.max) + " items");
  return true;
}

bool check_object(const Value& value, Failure& failure) {
  if (value.is_object() || value.is_null()) return true;
  return failure.fail(ErrorCode::invalid, "not an object");
}

}  // namespace tutti::wire
