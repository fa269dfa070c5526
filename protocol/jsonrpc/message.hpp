#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "protocol/jsonrpc/dispatcher.hpp"
#include "protocol/jsonrpc/errors.hpp"

// One body taken apart. Private to this room: it pulls in the whole JSON library.
namespace tutti::jsonrpc {

struct RequestMessage {
  Id id;
  std::string method;
  nlohmann::json params;
};
struct NotificationMessage {
  std::string method;
  nlohmann::json params;
};
struct ResponseMessage {
  Id id;
  nlohmann::json result;
  std::optional<ResponseError> error;
};
/// What cannot be any of them, and the answer that it gets. `id` where one could be read.
struct Unreadable {
  std::optional<Id> id;
  ResponseError error;
};
using Message = std::variant<RequestMessage, NotificationMessage, ResponseMessage, Unreadable>;

[[nodiscard]] Message parse_message(std::string_view body);

[[nodiscard]] std::optional<Id> read_id(const nlohmann::json& value);
[[nodiscard]] nlohmann::json write_id(const Id& id);
/// Text that is not UTF-8 is mended, never an exception.
[[nodiscard]] std::string dump(const nlohmann::json& value);

}  // namespace tutti::jsonrpc
