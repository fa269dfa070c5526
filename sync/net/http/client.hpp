#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "protocol/base/result.hpp"
#include "sync/net/http/headers.hpp"
#include "sync/net/http/http.hpp"
#include "sync/net/loop.hpp"
#include "sync/net/stream/connect.hpp"

/// One HTTP request by a client: own connection, no redirects, no cookies.
namespace tutti::net {

struct HttpCallOptions {
  std::string method = "GET";
  std::string url;  ///< http:// or https://
  Headers headers;  ///< Host, Content-Length and Connection are added
  std::string body;
  ConnectOptions connect;
  Duration timeout{30'000};                    ///< the whole call
  std::size_t max_body = 64ULL * 1024 * 1024;  ///< bytes of answer
};

/// A request on its way. Destroying it gives up, and `done` is not called. It may be destroyed in `done`.
class HttpCall {
 public:
  ~HttpCall();

  struct State;  // in client.cpp
  explicit HttpCall(std::shared_ptr<State> state);

 private:
  std::shared_ptr<State> state_;
};

/// Any HTTP status is a response; an Error means that there was none (`unavailable`, `denied` for a certificate, `limit`).
/// `done` is never called before this returns.
[[nodiscard]] std::unique_ptr<HttpCall> http_request(Loop& loop, HttpCallOptions options,
                                                     std::function<void(Result<HttpResponse>)> done);

}  // namespace tutti::net
