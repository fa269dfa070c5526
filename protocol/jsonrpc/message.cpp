#include "protocol/jsonrpc/message.hpp"

#include <limits>
#include <utility>

#include "protocol/jsonrpc/shape.hpp"

namespace tutti::jsonrpc {

namespace {

using nlohmann::json;

Unreadable invalid(const std::optional<Id>& id, std::string why) {
  return {id, {kInvalidRequest, std::move(why), {}}};
}

/// JSON-RPC allows arrays and objects; null is sent by clients that mean "none".
bool params_ok(const json& params) {
  return params.is_null() || params.is_structured();
}

json take(json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? json() : std::move(*found);
}

ResponseError read_error(const json& value) {
  ResponseError read{kInternalError, "the other side answered with an error that cannot be read", {}};
  if (!value.is_object()) return read;
  if (const auto code = value.find("code"); code != value.end() && code->is_number_integer()) read.code = code->get<int>();
  if (const auto text = value.find("message"); text != value.end() && text->is_string())
    read.message = text->get<std::string>();
  const auto data = value.find("data");
  if (data == value.end() || !data->is_object()) return read;
  if (const auto name = data->find("code"); name != data->end() && name->is_string()) read.name = name->get<std::string>();
  return read;
}

Message with_method(json& body, bool has_id, const std::optional<Id>& id) {
  const auto method = body.find("method");
  if (!method->is_string()) return invalid(id, "`method` is not a string");
  std::string name = method->get<std::string>();
  if (name.size() > kMethodMax) return invalid(id, "`method` is too long");
  json params = take(body, "params");
  if (!params_ok(params)) return invalid(id, "`params` is neither an object nor a list");
  if (!has_id) return NotificationMessage{std::move(name), std::move(params)};
  if (!id) return invalid(id, "`id` is neither an integer nor a string of up to " + std::to_string(kIdMax) + " bytes");
  return RequestMessage{*id, std::move(name), std::move(params)};
}

Message without_method(json& body, const std::optional<Id>& id) {
  const bool failed = body.contains("error") && !body["error"].is_null();
  if (!failed && !body.contains("result")) return invalid(id, "neither a request nor a response");
  if (!id) return invalid(id, "a response without a readable `id`");
  if (failed) return ResponseMessage{*id, nullptr, read_error(body["error"])};
  return ResponseMessage{*id, take(body, "result"), std::nullopt};
}

}  // namespace

std::optional<Id> read_id(const json& value) {
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
  if (value.is_number_integer()) return Id(value.get<std::int64_t>());
  if (value.is_string() && value.get_ref<const std::string&>().size() <= kIdMax) return Id(value.get<std::string>());
  return std::nullopt;
}

json write_id(const Id& id) {
  return std::visit([](const auto& value) { return json(value); }, id);
}

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

Message parse_message(std::string_view body) {
  if (const auto shape = check_shape(body); !shape) return Unreadable{std::nullopt, {kParseError, shape.error().message, {}}};
  json value = json::parse(body, nullptr, false);
  if (value.is_discarded()) return Unreadable{std::nullopt, {kParseError, "not JSON", {}}};
  if (value.is_array()) return invalid(std::nullopt, "batches are not supported: send one message at a time");
  if (!value.is_object()) return invalid(std::nullopt, "not an object");
  const auto id_field = value.find("id");
  const bool has_id = id_field != value.end();
  const std::optional<Id> id = has_id ? read_id(*id_field) : std::nullopt;
  const auto version = value.find("jsonrpc");
  if (version == value.end() || *version != "2.0") return invalid(id, "`jsonrpc` is not \"2.0\"");
  return value.contains("method") ? with_method(value, has_id, id) : without_method(value, id);
}

}  // namespace tutti::jsonrpc
