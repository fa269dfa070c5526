#include "protocol/wire/json_read.hpp"

#include <cstring>

namespace tutti::wire {

namespace {

/// What a thread keeps between frames. A tree takes about fourteen times its text, so only small frames use it.
constexpr std::size_t kKeptBytes = std::size_t{256} * 1024;

Error describe(simdjson::error_code code) {
  switch (code) {
    case simdjson::DEPTH_ERROR:
      return error(ErrorCode::limit, "nested deeper than " + std::to_string(kDepthMax) + " levels");
    case simdjson::CAPACITY:
    case simdjson::MEMALLOC:
      return error(ErrorCode::limit, "too large to be read");
    case simdjson::UTF8_ERROR:
      return error(ErrorCode::invalid, "not valid UTF-8");
    case simdjson::EMPTY:
      return error(ErrorCode::invalid, "empty");
    case simdjson::STRING_ERROR:
    case simdjson::UNESCAPED_CHARS:
      return error(ErrorCode::invalid, "holds a malformed string");
    case simdjson::NUMBER_ERROR:
      return error(ErrorCode::invalid, "holds a malformed or far too large number");
    default:
      return error(ErrorCode::invalid, "not JSON");
  }
}

simdjson::error_code reserve(simdjson::dom::parser& parser, std::size_t bytes) {
  if (parser.capacity() >= bytes) return simdjson::SUCCESS;
  return parser.allocate(bytes, kDepthMax);
}

/// simdjson reads a little past the end, so the text is copied to where it may.
simdjson::error_code parse(simdjson::dom::parser& parser, std::string& padded, std::string_view frame, std::size_t reserved,
                           Element& root) {
  if (const auto failed = reserve(parser, reserved)) return failed;
  padded.resize(frame.size() + simdjson::SIMDJSON_PADDING);
  std::memcpy(padded.data(), frame.data(), frame.size());
  return parser.parse(padded.data(), frame.size(), false).get(root);
}

}  // namespace

Parsed::Parsed(std::string_view frame, std::size_t max_bytes, Failure& failure) {
  if (frame.size() > max_bytes) {
    failure.fail(ErrorCode::limit, "longer than " + std::to_string(max_bytes) + " bytes");
    return;
  }
  if (frame.empty()) {
    failure.fail(ErrorCode::invalid, "empty");
    return;
  }
  simdjson::error_code failed = simdjson::SUCCESS;
  if (frame.size() <= kKeptBytes) {
    thread_local simdjson::dom::parser kept;
    thread_local std::string padded;
    failed = parse(kept, padded, frame, kKeptBytes, root_);
  } else {
    std::string padded;
    failed = parse(own_.emplace(), padded, frame, frame.size(), root_);
  }
  ok_ = failed == simdjson::SUCCESS;
  if (ok_) return;
  const Error why = describe(failed);
  failure.fail(why.code, why.message);
}

bool read_number(const Element& value, std::uint64_t& out, std::uint64_t max, Failure& failure) {
  const auto type = value.type();
  if (type == simdjson::dom::element_type::INT64 && value.get_int64().value_unsafe() < 0) {
    return failure.fail(ErrorCode::invalid, "below 0");
  }
  if (value.get(out) != simdjson::SUCCESS) return failure.fail(ErrorCode::invalid, "not an integer");
  if (out > max) return failure.fail(ErrorCode::limit, "above " + std::to_string(max));
  return true;
}

bool read(const Element& value, std::uint64_t& out, Limit limit, Failure& failure) {
  return read_number(value, out, limit.max < kU53Max ? limit.max : kU53Max, failure);
}

bool read(const Element& value, std::uint32_t& out, Limit limit, Failure& failure) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
  std::uint64_t number = 0;
  if (!read_number(value, number, limit.max < most ? limit.max : most, failure)) return false;
  out = static_cast<std::uint32_t>(number);
  return true;
}

bool read(const Element& value, std::uint8_t& out, Limit limit, Failure& failure) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint8_t>::max();
  std::uint64_t number = 0;
  if (!read_number(value, number, limit.max < most ? limit.max : most, failure)) return false;
  out = static_cast<std::uint8_t>(number);
  return true;
}

bool read(const Element& value, bool& out, Limit /*limit*/, Failure& failure) {
  if (value.get(out) != simdjson::SUCCESS) return failure.fail(ErrorCode::invalid, "neither true nor false");
  return true;
}

bool read_text(const Element& value, std::string_view& out, Failure& failure) {
  if (value.get(out) != simdjson::SUCCESS) return failure.fail(ErrorCode::invalid, "not a string");
  return true;
}

bool read(const Element& value, std::string& out, Limit limit, Failure& failure) {
  std::string_view text;
  if (!read_text(value, text, failure)) return false;
  if (text.size() > limit.max) return failure.fail(ErrorCode::limit, "longer than " + std::to_string(limit.max) + " bytes");
  out = text;
  return true;
}

bool read_list(const Element& value, simdjson::dom::array& out, Limit limit, Failure& failure) {
  if (value.get(out) != simdjson::SUCCESS) return failure.fail(ErrorCode::invalid, "not a list");
  if (out.size() > limit.max) return failure.fail(ErrorCode::limit, "more than " + std::to_string(limit.max) + " items");
  return true;
}

}  // namespace tutti::wire
