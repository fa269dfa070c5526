#pragma once

#include <string>
#include <string_view>

#include "protocol/base/result.hpp"
#include "sync/net/http/headers.hpp"
#include "sync/net/http/http.hpp"

/// HTTP messages as bytes. Private to this room.
namespace tutti::net {

/// Content-Length is added. A name or value that could break out of its line is `invalid`.
Result<std::string> write_request(std::string_view method, std::string_view target, const Headers& headers,
                                  std::string_view body);

/// Content-Length, Connection and Date are added; the caller's own values of these, and fields that could break out of their
/// line, are left out. No body for HEAD, 1xx, 204 and 304.
std::string write_response(const HttpResponse& response, bool keep_alive, bool head_only);

}  // namespace tutti::net
