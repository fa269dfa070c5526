#include "protocol/jsonrpc/errors.hpp"

namespace tutti::jsonrpc {

std::string_view name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid:
      return "invalid";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::denied:
      return "denied";
    case ErrorCode::conflict:
      return "conflict";
    case ErrorCode::gap:
      return "gap";
    case ErrorCode::limit:
      return "limit";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::corrupt:
      return "corrupt";
    case ErrorCode::version:
      return "version";
    case ErrorCode::io:
      return "io";
    case ErrorCode::password:
      return "password_required";
  }
  return "invalid";
}

ResponseError to_response(const Error& error) {
  const int code = error.code == ErrorCode::invalid ? kInvalidParams : kRequestFailed;
  return {code, error.message, std::string(name_of(error.code))};
}

}  // namespace tutti::jsonrpc
