#include "protocol/jsonrpc/dispatcher.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "protocol/jsonrpc/framer.hpp"
#include "protocol/jsonrpc/message.hpp"

namespace tutti::jsonrpc {

namespace {

constexpr std::string_view kCancel = "$/cancelRequest";

Json envelope(std::string_view method, const Json& params) {
  Json message = {{"jsonrpc", "2.0"}, {"method", method}};
  if (!params.is_null()) message["params"] = params;
  return message;
}

}  // namespace

/// One overload for each kind of message.
struct Dispatcher::Visit {
  Dispatcher& to;

  void operator()(const RequestMessage& message) const {
    if (to.ids_.contains(message.id)) {
      return to.send_error(write_id(message.id), {kInvalidRequest, "a request with this id is still unanswered", {}});
    }
    if (to.calls_.size() >= kOutstandingMax) {
      return to.send_error(write_id(message.id), {kRequestFailed, "too many unanswered requests", "limit"});
    }
    if (auto stopped = to.gate_ ? to.gate_(message.method) : std::nullopt) return to.send_error(write_id(message.id), *stopped);
    const auto handler = to.requests_.find(message.method);
    if (handler == to.requests_.end()) {
      return to.send_error(write_id(message.id), {kMethodNotFound, "unknown method: " + message.method, {}});
    }
    const Call call{++to.last_call_};
    to.ids_.emplace(message.id, call);
    to.calls_.emplace(call, message.id);
    to.run(call, handler->second, message.params);
  }

  void operator()(const NotificationMessage& message) const {
    if (message.method == kCancel) return to.cancel_incoming(message.params);
    if (to.gate_ && to.gate_(message.method)) return;
    const auto handler = to.notifications_.find(message.method);
    if (handler == to.notifications_.end()) {
      if (!message.method.starts_with("$/")) to.note("no handler for " + message.method);
      return;
    }
    try {
      handler->second(message.params);
    } catch (const Json::exception& failed) {
      to.note(message.method + ": " + failed.what());
    }
  }

  void operator()(const ResponseMessage& message) const {
    const auto* number = std::get_if<std::int64_t>(&message.id);
    const auto waiting =
        number != nullptr && *number > 0 ? to.awaited_.find(static_cast<std::uint64_t>(*number)) : to.awaited_.end();
    if (waiting == to.awaited_.end()) return to.note("an answer to a request that nobody made");
    const AnswerHandler handler = std::move(waiting->second);
    to.awaited_.erase(waiting);
    try {
      if (message.error) return handler(nullptr, &*message.error);
      handler(&message.result, nullptr);
    } catch (const Json::exception& failed) {
      to.note(std::string("an answer that cannot be used: ") + failed.what());
    }
  }

  void operator()(const Unreadable& message) const {
    to.send_error(message.id ? write_id(*message.id) : Json(), message.error);
  }
};

Dispatcher::Dispatcher(Sink sink, Note note) : sink_(std::move(sink)), note_(std::move(note)) {}

void Dispatcher::on_request(std::string method, CallHandler handler) {
  requests_.insert_or_assign(std::move(method), Handler(std::in_place_index<0>, std::move(handler)));
}

void Dispatcher::on_deferred(std::string method, DeferredHandler handler) {
  requests_.insert_or_assign(std::move(method), Handler(std::in_place_index<1>, std::move(handler)));
}

void Dispatcher::on_notification(std::string method, NotificationHandler handler) {
  notifications_.insert_or_assign(std::move(method), std::move(handler));
}

void Dispatcher::receive(std::string_view body) {
  std::visit(Visit{*this}, parse_message(body));
}

void Dispatcher::report(const Error& fault) {
  send_error(Json(), {kParseError, fault.message, std::string(name_of(fault.code))});
}

void Dispatcher::run(Call call, const Handler& handler, const Json& params) {
  try {
    if (const auto* deferred = std::get_if<DeferredHandler>(&handler)) return (*deferred)(call, params);
    const auto result = std::get<CallHandler>(handler)(params);
    if (result) {
      reply(call, *result);
    } else {
      fail(call, to_response(result.error()));
    }
  } catch (const Json::exception& failed) {
    fail(call, {kInvalidParams, failed.what(), "invalid"});
  }
}

void Dispatcher::cancel_incoming(const Json& params) {
  const auto field = params.is_object() ? params.find("id") : params.end();
  const auto id = field == params.end() ? std::nullopt : read_id(*field);
  const auto found = id ? ids_.find(*id) : ids_.end();
  if (found == ids_.end()) return;  // answered meanwhile: the usual case
  const Call call = found->second;
  fail(call, {kRequestCancelled, "cancelled", {}});
  if (cancelled_) cancelled_(call);
}

std::optional<Id> Dispatcher::settle(Call call) {
  const auto found = calls_.find(call);
  if (found == calls_.end()) return std::nullopt;
  Id id = std::move(found->second);
  calls_.erase(found);
  ids_.erase(id);
  return id;
}

bool Dispatcher::reply(Call call, const Json& result) {
  const auto id = settle(call);
  if (!id) return false;
  send({{"jsonrpc", "2.0"}, {"id", write_id(*id)}, {"result", result}});
  return true;
}

bool Dispatcher::fail(Call call, const ResponseError& why) {
  const auto id = settle(call);
  if (!id) return false;
  send_error(write_id(*id), why);
  return true;
}

void Dispatcher::notify(std::string_view method, const Json& params) {
  send(envelope(method, params));
}

Result<Sent> Dispatcher::request(std::string_view method, const Json& params, AnswerHandler handler) {
  if (awaited_.size() >= kOutstandingMax) return error(ErrorCode::limit, "too many unanswered requests");
  const std::uint64_t number = ++last_sent_;
  awaited_.emplace(number, std::move(handler));
  Json message = envelope(method, params);
  message["id"] = number;
  send(message);
  return Sent{number};
}

void Dispatcher::cancel(Sent sent) {
  if (awaited_.contains(sent.value)) notify(kCancel, {{"id", sent.value}});
}

void Dispatcher::abandon(std::string_view why) {
  calls_.clear();
  ids_.clear();
  const ResponseError failure{kInternalError, std::string(why), "unavailable"};
  for (auto& [number, handler] : std::exchange(awaited_, {})) handler(nullptr, &failure);
}

void Dispatcher::send(const Json& message) {
  sink_(frame(dump(message)));
}

void Dispatcher::send_error(const Json& id, const ResponseError& why) {
  Json body = {{"code", why.code}, {"message", why.message}};
  if (!why.name.empty()) body["data"] = {{"code", why.name}};
  send({{"jsonrpc", "2.0"}, {"id", id}, {"error", std::move(body)}});
}

void Dispatcher::note(std::string_view text) const {
  if (note_) note_(text);
}

}  // namespace tutti::jsonrpc
