#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>

#include "protocol/base/result.hpp"
#include "protocol/base/strong.hpp"
#include "protocol/jsonrpc/errors.hpp"

namespace tutti::jsonrpc {

using Json = nlohmann::json;
/// As the other side wrote it.
using Id = std::variant<std::int64_t, std::string>;
/// A request of theirs that waits for our answer.
using Call = Strong<struct CallTag, std::uint64_t>;
/// A request of ours that waits for their answer.
using Sent = Strong<struct SentTag, std::uint64_t>;

inline constexpr std::size_t kIdMax = 256;
inline constexpr std::size_t kMethodMax = 256;
/// Unanswered requests, each way.
inline constexpr std::size_t kOutstandingMax = 1024;

using NotificationHandler = std::function<void(const Json& params)>;
/// Answers at once.
using CallHandler = std::function<Result<Json>(const Json& params)>;
/// Answers through `Dispatcher::reply` or `fail`, now or later.
using DeferredHandler = std::function<void(Call call, const Json& params)>;
/// Exactly one of both is set.
using AnswerHandler = std::function<void(const Json* result, const ResponseError* failure)>;
/// Lets a message pass, or says why not; asked before a handler is looked up. A stopped notification is dropped.
using Gate = std::function<std::optional<ResponseError>(std::string_view method)>;

/// Requests, notifications and responses of one stream, matched to handlers and to each other. No I/O: bodies in, framed
/// messages out to `sink`. Not thread-safe; handlers may call back into it.
///
/// A handler that reads params without looking (and so makes the JSON library throw) is answered with kInvalidParams.
class Dispatcher {
 public:
  using Sink = std::function<void(std::string framed)>;
  /// For the log: what was odd and got no answer.
  using Note = std::function<void(std::string_view text)>;

  explicit Dispatcher(Sink sink, Note note = {});

  void on_request(std::string method, CallHandler handler);
  void on_deferred(std::string method, DeferredHandler handler);
  void on_notification(std::string method, NotificationHandler handler);
  /// They gave up a request; it is answered with kRequestCancelled already.
  void on_cancel(std::function<void(Call)> handler) { cancelled_ = std::move(handler); }
  void set_gate(Gate gate) { gate_ = std::move(gate); }

  /// One body, as the framer hands it out.
  void receive(std::string_view body);
  /// A fault of the framer: told to the other side, whose request it may have been.
  void report(const Error& fault);

  /// False if the call is answered or given up already; then nothing is sent.
  bool reply(Call call, const Json& result);
  bool fail(Call call, const ResponseError& why);

  void notify(std::string_view method, const Json& params);
  /// `limit` with too many unanswered requests.
  Result<Sent> request(std::string_view method, const Json& params, AnswerHandler handler);
  /// Asks the other side to give up. It still answers.
  void cancel(Sent sent);
  /// The stream has ended: every request of ours fails with `why`, theirs are forgotten.
  void abandon(std::string_view why);

  [[nodiscard]] std::size_t unanswered() const { return calls_.size(); }
  [[nodiscard]] std::size_t awaited() const { return awaited_.size(); }

 private:
  struct Visit;
  using Handler = std::variant<CallHandler, DeferredHandler>;

  void run(Call call, const Handler& handler, const Json& params);
  void cancel_incoming(const Json& params);
  void send(const Json& message);
  void send_error(const Json& id, const ResponseError& why);
  void note(std::string_view text) const;
  [[nodiscard]] std::optional<Id> settle(Call call);

  Sink sink_;
  Note note_;
  Gate gate_;
  std::function<void(Call)> cancelled_;
  std::unordered_map<std::string, Handler> requests_;
  std::unordered_map<std::string, NotificationHandler> notifications_;
  std::map<Id, Call> ids_;
  std::unordered_map<Call, Id> calls_;
  std::map<std::uint64_t, AnswerHandler> awaited_;
  std::uint64_t last_call_ = 0;
  std::uint64_t last_sent_ = 0;
};

}  // namespace tutti::jsonrpc
