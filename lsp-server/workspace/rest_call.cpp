#include "lsp-server/workspace/rest_call.hpp"

#include <nlohmann/json.hpp>

#include "sync/net/url.hpp"

namespace tutti::workspace {
namespace {

using nlohmann::json;

ErrorCode code_of(int status) {
  switch (status) {
    case 400:
    case 422:
      return ErrorCode::invalid;
    case 401:
    case 403:
      return ErrorCode::denied;
    case 404:
    case 410:
      return ErrorCode::not_found;
    case 409:
      return ErrorCode::conflict;
    case 413:
    case 429:
      return ErrorCode::limit;
    default:
      return ErrorCode::unavailable;
  }
}

std::string without_stop(std::string words) {
  if (words.ends_with('.')) words.pop_back();
  return words;
}

bool asks_for_password(const json& body) {
  return body.is_object() && body.value("code", json()) == json("password_required");
}

/// RFC 9457: `detail` is for people.
Error problem_of(const net::HttpResponse& response, const std::string& where) {
  const json body = json::parse(response.body, nullptr, false);
  const bool told = body.is_object() && body.contains("detail") && body["detail"].is_string();
  const std::string words = response.status == 401 ? "the hub at " + where + " does not accept your token"
                            : told                 ? without_stop(body["detail"].get<std::string>())
                                                   : "the hub at " + where + " answered " + std::to_string(response.status);
  return error(asks_for_password(body) ? ErrorCode::password : code_of(response.status), words);
}

Result<json> answer_of(const Result<net::HttpResponse>& response, const std::string& where) {
  if (!response) {
    const ErrorCode code = response.error().code == ErrorCode::denied ? ErrorCode::unavailable : response.error().code;
    return error(code, no_connection(where, response.error().message));
  }
  if (response->status >= 300) return problem_of(*response, where);
  if (response->body.empty()) return json::object();
  json body = json::parse(response->body, nullptr, false);
  if (!body.is_object()) return error(ErrorCode::unavailable, "what answers at " + where + " is not a Tutti hub");
  return body;
}

}  // namespace

std::string no_connection(const std::string& where, std::string_view why) {
  if (why.ends_with(": " + where)) why.remove_suffix(where.size() + 2);
  return "no connection to the hub at " + where + ": " + std::string(why);
}

std::unique_ptr<net::HttpCall> rest_call(net::Loop& loop, const Settings& settings, const RestRequest& request,
                                         std::function<void(Result<json>)> done) {
  net::HttpCallOptions options;
  options.method = request.method;
  options.url = request.hub + "/api/v1/collaboration" + request.path;
  options.connect = settings.connect;
  options.body = request.body;
  if (!request.body.empty()) options.headers.add("content-type", "application/json");
  if (!request.bearer.empty()) options.headers.add("authorization", "Bearer " + request.bearer);
  const auto url = net::parse_url(request.hub);
  const std::string where = url ? url->authority() : request.hub;
  return net::http_request(
      loop, std::move(options),
      [done = std::move(done), where](const Result<net::HttpResponse>& response) { done(answer_of(response, where)); });
}

}  // namespace tutti::workspace
