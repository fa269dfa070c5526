#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lsp-server/workspace/errand.hpp"
#include "lsp-server/workspace/link_file.hpp"
#include "lsp-server/workspace/settings.hpp"
#include "protocol/base/result.hpp"
#include "sync/net/loop.hpp"

/// Making, entering and listing sessions: the hub's REST calls, one after the other. Serves `tutti share|join|sessions` and
/// `collab/share|join|sessions` alike.
namespace tutti::workspace {

struct ShareRequest {
  std::string folder;  ///< absolute
  std::string name;    ///< of the session; empty: the folder's name
  std::string role = "editor";
  std::string password;
  std::string expires = "7d";
};
struct Shared {
  LinkFile link;       ///< already written to the folder
  std::string invite;  ///< http(s)://HOST/s/SESSION#SECRET
};
/// Makes the session (a private hub is started when none is known) and a link into it. An already linked folder only gets a new
/// link. Next: `Workspace::open`.
[[nodiscard]] std::unique_ptr<Errand> share(net::Loop& loop, const Settings& settings, ShareRequest request,
                                            std::function<void(Result<Shared>)> done);

/// What whoever shared has to know of the link before they give it away; empty: nothing.
[[nodiscard]] std::string link_notice(const LinkFile& link);
/// What whoever asked to be called `wished` is told when others see another name; empty: they see that one.
[[nodiscard]] std::string name_notice(const std::string& wished, const LinkFile& link);

struct JoinRequest {
  std::string invite;
  std::string folder;  ///< absolute; empty: a new one named after the session, in `parent` or else the working directory
  std::string parent;
  std::string password;
  bool merge = false;  ///< the folder may hold files of its own
};
struct Joined {
  LinkFile link;  ///< already written to the folder
  std::string folder;
};
/// Exchanges the link for a place in the session and makes the folder. Next: `Workspace::open`.
[[nodiscard]] std::unique_ptr<Errand> join(net::Loop& loop, const Settings& settings, JoinRequest request,
                                           std::function<void(Result<Joined>)> done);

struct SessionLine {
  std::string id, name, role, project_path;
};
[[nodiscard]] std::unique_ptr<Errand> list_sessions(net::Loop& loop, const Settings& settings,
                                                    std::function<void(Result<std::vector<SessionLine>>)> done);

/// Tells the hub that the participant is gone for good.
[[nodiscard]] std::unique_ptr<Errand> leave_session(net::Loop& loop, const Settings& settings, const LinkFile& link,
                                                    std::function<void(Status)> done);

}  // namespace tutti::workspace
