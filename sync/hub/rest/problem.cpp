#include "sync/hub/rest/problem.hpp"

#include <nlohmann/json.hpp>

namespace tutti::hub {

namespace {

struct Meaning {
  ErrorCode code;
  int status;
  std::string_view name;
};

constexpr Meaning meanings[] = {
    {ErrorCode::invalid, 400, "invalid"},
    {ErrorCode::not_found, 404, "not_found"},
    {ErrorCode::denied, 403, "denied"},
    {ErrorCode::conflict, 409, "conflict"},
    {ErrorCode::gap, 409, "gap"},
    {ErrorCode::limit, 429, "limit"},
    {ErrorCode::version, 400, "version"},
    {ErrorCode::unavailable, 503, "unavailable"},
    {ErrorCode::corrupt, 500, "corrupt"},
    {ErrorCode::io, 503, "io"},
    {ErrorCode::password, 403, "password_required"},
};

net::HttpResponse response(int status, std::string_view type, std::string body) {
  net::HttpResponse answer;
  answer.status = status;
  answer.headers = {{"content-type", std::string(type)},
                    {"cache-control", "no-store"},
                    {"x-content-type-options", "nosniff"},
                    {"referrer-policy", "no-referrer"}};
  answer.body = std::move(body);
  return answer;
}

}  // namespace

net::HttpResponse problem(int status, std::string_view code, std::string_view detail) {
  const nlohmann::json body{{"type", "about:blank"},
                            {"title", std::string(net::status_text(status))},
                            {"status", status},
                            {"code", std::string(code)},
                            {"detail", std::string(detail)}};
  auto answer =
      response(status, "application/problem+json", body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  if (status == 401) answer.headers.add("www-authenticate", "Bearer");
  if (status == 429 || status == 503) answer.headers.add("retry-after", status == 429 ? "30" : "2");
  return answer;
}

net::HttpResponse problem(const Error& error) {
  for (const auto& meaning : meanings) {
    if (meaning.code == error.code) return problem(meaning.status, meaning.name, error.message);
  }
  return problem(500, "io", error.message);
}

net::HttpResponse json_response(int status, std::string body) {
  return response(status, "application/json", std::move(body));
}

}  // namespace tutti::hub
