#include "sync/hub/rest/pages.hpp"

#include <utility>

namespace tutti::hub {

net::HttpResponse plain_page(int status, std::string body) {
  net::HttpResponse response;
  response.status = status;
  response.headers = {{"content-type", "text/plain; charset=utf-8"}, {"cache-control", "no-store"}};
  response.body = std::move(body);
  return response;
}

net::HttpResponse link_page() {
  net::HttpResponse page;
  page.headers = {
      {"content-type", "text/html; charset=utf-8"},
      {"content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"},
      {"referrer-policy", "no-referrer"},
      {"x-content-type-options", "nosniff"},
      {"cache-control", "no-store"}};
  page.body = link_page_text();
  return page;
}

net::HttpResponse openapi_page() {
  net::HttpResponse page;
  page.headers = {{"content-type", "application/json"}, {"x-content-type-options", "nosniff"}};
  page.body = openapi_text();
  return page;
}

}  // namespace tutti::hub
