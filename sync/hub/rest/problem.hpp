#pragma once

#include <string>
#include <string_view>

#include "protocol/base/result.hpp"
#include "sync/net/http/http.hpp"

namespace tutti::hub {

/// RFC 9457, `application/problem+json`, with the `code` that programs branch on.
[[nodiscard]] net::HttpResponse problem(int status, std::string_view code, std::string_view detail);
[[nodiscard]] net::HttpResponse problem(const Error& error);
[[nodiscard]] net::HttpResponse json_response(int status, std::string body);

}  // namespace tutti::hub
