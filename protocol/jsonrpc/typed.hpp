#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>
#include <utility>

#include "protocol/jsonrpc/dispatcher.hpp"

// Handlers that take and give structs. A struct takes part by two functions beside it:
//   Status from_json(const nlohmann::json& value, T& out);
//   nlohmann::json to_json(const T& value);
namespace tutti::jsonrpc {

namespace detail {
template <class T>
Result<Json> to_result(const Result<T>& answer) {
  if (!answer) return answer.error();
  if constexpr (std::is_void_v<T>) {
    return Json(nullptr);
  } else if constexpr (std::is_same_v<T, Json>) {
    return *answer;
  } else {
    return to_json(*answer);
  }
}
}  // namespace detail

/// `handler`: Params -> Result<struct, Json or void>.
template <class Params, class Handler>
void on_request(Dispatcher& dispatcher, std::string method, Handler handler) {
  dispatcher.on_request(std::move(method), [handler = std::move(handler)](const Json& json) -> Result<Json> {
    Params params;
    if (const auto read = from_json(json, params); !read) return read.error();
    return detail::to_result(handler(std::move(params)));
  });
}

/// `handler`: (Call, Params) -> void; it answers through the dispatcher when it can.
template <class Params, class Handler>
void on_deferred(Dispatcher& dispatcher, std::string method, Handler handler) {
  dispatcher.on_deferred(std::move(method), [&dispatcher, handler = std::move(handler)](Call call, const Json& json) {
    Params params;
    if (const auto read = from_json(json, params); !read) {
      dispatcher.fail(call, to_response(read.error()));
      return;
    }
    handler(call, std::move(params));
  });
}

/// `handler`: Params -> void. Params that cannot be read go to `refused`, since a notification has no answer.
template <class Params, class Handler, class Refused>
void on_notification(Dispatcher& dispatcher, std::string method, Handler handler, Refused refused) {
  dispatcher.on_notification(std::move(method), [handler = std::move(handler), refused = std::move(refused)](const Json& json) {
    Params params;
    if (const auto read = from_json(json, params); !read) {
      refused(read.error());
      return;
    }
    handler(std::move(params));
  });
}

}  // namespace tutti::jsonrpc
