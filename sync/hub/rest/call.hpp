#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sync/hub/live/notice.hpp"
#include "sync/net/http/http.hpp"
#include "sync/store/store.hpp"

/// One REST request, as values: a worker computes the whole answer with the store, and says what it means for the sessions
/// in memory. The loop then applies the notices, and only then answers, so that a client that was told of a change finds it
/// done everywhere.
///
///   loop: match the route ─▶ worker: handler(call, store) ─▶ loop: notices ─▶ live read, if asked ─▶ respond
namespace tutti::hub {

/// Whoever holds the bearer token of a request.
struct Asker {
  ParticipantId user;
  std::optional<SessionId> session;  ///< the token is good for this session only
};

struct Call {
  net::HttpRequest request;
  std::vector<std::string> parts;  ///< of the path, what the route's `:name`s stood for, in order
  std::string public_url;
  bool is_private = false;  ///< the hub is for the people of its own machine
  store::UnixSeconds now = 0;
  Asker asker;  ///< filled in before the handler runs, save for open routes
};

/// The rest of the answer comes from the session in memory, once the worker has found the asker entitled to it.
struct LiveRead {
  enum class What { files, text, participants };
  What what = What::files;
  SessionId session;
  std::string path;  ///< of the file, for `text`
};

struct Answer {
  net::HttpResponse response;
  std::vector<Notice> notices;
  std::optional<LiveRead> read;
};

using Handler = Answer (*)(const Call& call, store::Store& store);

struct Route {
  std::string_view method;
  std::string_view pattern;  ///< below the API's prefix; `:name` is one segment, a last `*name` the rest
  Handler handler;
  bool open = false;  ///< needs no bearer token
};

/// On a worker: who asks, then the handler. 401 without a valid bearer token.
[[nodiscard]] Answer answer(const Route& route, Call& call, store::Store& store);

inline constexpr std::string_view api_prefix = "/api/v1/collaboration";

// The families of routes, one file each.
[[nodiscard]] std::span<const Route> session_routes();
[[nodiscard]] std::span<const Route> join_routes();
[[nodiscard]] std::span<const Route> link_routes();
[[nodiscard]] std::span<const Route> participant_routes();
[[nodiscard]] std::span<const Route> file_routes();

/// All of them, in the order above.
[[nodiscard]] const std::vector<Route>& all_routes();

struct Matched {
  const Route* route = nullptr;
  std::vector<std::string> parts;
  bool other_method = false;  ///< the path is known, with another method
};
/// `segments` are the decoded ones behind the prefix.
[[nodiscard]] Matched match_route(std::string_view method, std::span<const std::string> segments);

}  // namespace tutti::hub
