#pragma once

#include <string>
#include <string_view>

#include "sync/net/http/http.hpp"

namespace tutti::hub {

/// A few words for a probe; not kept by anybody.
[[nodiscard]] net::HttpResponse plain_page(int status, std::string body);
/// What a person sees who opens a link in a browser: how to join. The same for every session, known or not; the secret stays in
/// the address bar, since a fragment is not sent.
[[nodiscard]] net::HttpResponse link_page();
/// The OpenAPI 3.1 document of the routes.
[[nodiscard]] net::HttpResponse openapi_page();

/// sync/hub/rest/openapi.json and sync/hub/rest/link_page.html, embedded at build.
[[nodiscard]] std::string_view openapi_text();
[[nodiscard]] std::string_view link_page_text();

}  // namespace tutti::hub
