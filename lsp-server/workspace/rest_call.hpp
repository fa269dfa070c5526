#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "lsp-server/workspace/settings.hpp"
#include "protocol/base/result.hpp"
#include "sync/net/http/client.hpp"
#include "sync/net/loop.hpp"

namespace tutti::workspace {

struct RestRequest {
  std::string method = "POST";
  std::string hub;   ///< base URL
  std::string path;  ///< below /api/v1/collaboration, "/sessions"
  std::string bearer;
  std::string body;  ///< JSON; empty for none
};

/// One call to a hub's REST interface. What the hub refuses becomes an Error with its own words; a hub that cannot be reached
/// is `unavailable`, with host and port named.
[[nodiscard]] std::unique_ptr<net::HttpCall> rest_call(net::Loop& loop, const Settings& settings, const RestRequest& request,
                                                       std::function<void(Result<nlohmann::json>)> done);

/// What a person is told of a hub at `where` (HOST:PORT) that is not reached; `why` may end with the same address.
[[nodiscard]] std::string no_connection(const std::string& where, std::string_view why);

}  // namespace tutti::workspace
