#include "protocol/jsonrpc/shape.hpp"

namespace tutti::jsonrpc {

namespace {

/// Index behind the string that begins at `at`.
std::size_t skip_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return at + 1;
    }
  }
  return text.size();
}

}  // namespace

Status check_shape(std::string_view text) {
  std::size_t depth = 0;
  std::size_t values = 1;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"') {
      at = skip_string(text, at);
      continue;
    }
    if (c == '[' || c == '{') {
      ++values;
      if (++depth > kDepthMax) return error(ErrorCode::limit, "nested deeper than " + std::to_string(kDepthMax) + " levels");
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    } else if (c == ',' && ++values > kValuesMax) {
      return error(ErrorCode::limit, "more than " + std::to_string(kValuesMax) + " values");
    }
    ++at;
  }
  return {};
}

}  // namespace tutti::jsonrpc
