#include "sync/net/http/write.hpp"

#include <algorithm>
#include <array>
#include <ctime>

#include "sync/net/log.hpp"

namespace tutti::net {

namespace {

bool is_token(std::string_view text) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  const auto allowed = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           marks.find(c) != std::string_view::npos;
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}

bool is_clean(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || byte == '\t';
  });
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

bool is_ours(const std::string& name) {
  return name == "content-length" || name == "connection" || name == "date" || name == "transfer-encoding";
}

// "Sun, 06 Nov 1994 08:49:37 GMT", whatever the locale.
std::string http_date() {
  constexpr std::array<const char*, 7> days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::array<char, 32> rest{};
  const std::size_t length = std::strftime(rest.data(), rest.size(), " %Y %H:%M:%S GMT", &parts);
  const std::string day = std::to_string(100 + parts.tm_mday).substr(1);
  return std::string(days.at(static_cast<std::size_t>(parts.tm_wday))) + ", " + day + ' ' +
         months.at(static_cast<std::size_t>(parts.tm_mon)) + std::string(rest.data(), length);
}

}  // namespace

Result<std::string> write_request(std::string_view method, std::string_view target, const Headers& headers,
                                  std::string_view body) {
  if (!is_token(method)) return error(ErrorCode::invalid, "not an HTTP method");
  std::string out;
  out.append(method).append(" ").append(target).append(" HTTP/1.1\r\n");
  for (const auto& [name, value] : headers.fields()) {
    if (!is_token(name) || !is_clean(value)) return error(ErrorCode::invalid, "not an HTTP header field: " + name);
    if (name != "content-length" && name != "transfer-encoding") append_field(out, name, value);
  }
  if (!body.empty() || method == "POST" || method == "PUT" || method == "PATCH") {
    append_field(out, "content-length", std::to_string(body.size()));
  }
  return out.append("\r\n").append(body);
}

std::string write_response(const HttpResponse& response, bool keep_alive, bool head_only) {
  std::string out = "HTTP/1.1 " + std::to_string(response.status) + ' ';
  out.append(status_text(response.status)).append("\r\n");
  for (const auto& [name, value] : response.headers.fields()) {
    if (is_ours(name)) continue;
    if (is_token(name) && is_clean(value)) {
      append_field(out, name, value);
    } else {
      log_error("left out a header field that would break the response", {{"name", name}});
    }
  }
  const bool bodiless = response.status / 100 == 1 || response.status == 204 || response.status == 304;
  if (!bodiless) append_field(out, "content-length", std::to_string(response.body.size()));
  append_field(out, "date", http_date());
  append_field(out, "connection", keep_alive ? "keep-alive" : "close");
  out += "\r\n";
  if (!bodiless && !head_only) out += response.body;
  return out;
}

std::string_view status_text(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 423:
      return "Locked";
    case 426:
      return "Upgrade Required";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    default:
      return status < 400 ? "OK" : "Error";
  }
}

}  // namespace tutti::net
