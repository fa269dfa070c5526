#include <fcntl.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "lsp-server/commands/commands.hpp"
#include "lsp-server/commands/errands.hpp"
#include "lsp-server/commands/keeping.hpp"
#include "lsp-server/commands/terminal.hpp"
#include "lsp-server/workspace/private_hub.hpp"
#include "lsp-server/workspace/sessions.hpp"

namespace tutti::commands {
namespace {

KeepingOptions keeping(const workspace::Settings& settings, const std::string& folder, bool private_existing) {
  KeepingOptions options;
  options.workspace.folder = folder;
  options.workspace.client = "tutti " TUTTI_VERSION;
  options.workspace.settings = settings;
  options.workspace.private_existing = private_existing;
  return options;
}

void say_if_any(const std::string& words) {
  if (!words.empty()) say(words);
}

/// `tutti sync` goes on in the background.
int go_on_detached(const std::string& folder) {
  const auto self = workspace::find_program(workspace::process_environment(), "tutti");
  if (!self) return fail(error(ErrorCode::io, "this program does not find itself"));
  const auto started = workspace::start_detached({*self, "sync", folder}, -1, folder + "/.tutti/sync.log");
  if (!started) return fail(started.error());
  say("A background program (process " + std::to_string(*started) + ") keeps " + folder + " in step; `tutti leave` ends it.");
  return exit_code::done;
}

void announce(const std::string& invite, const workspace::LinkFile& link, bool json) {
  if (json) {
    print(nlohmann::json{{"link", invite}, {"session", to_string(link.session)}, {"hub", link.hub}}.dump());
  } else {
    print(invite);
  }
}

}  // namespace

int share(const workspace::Settings& settings, const ShareOptions& options) {
  net::Loop loop;
  const auto shared = wait_for<workspace::Shared>(loop, [&](std::function<void(Result<workspace::Shared>)> done) {
    workspace::ShareRequest request{options.folder, options.name, options.role, options.password, options.expires};
    return workspace::share(loop, settings, std::move(request), std::move(done));
  });
  if (!shared) return fail(shared.error());
  say("Sharing " + options.folder + " as \"" + shared->link.session_name + "\"; you are " + shared->link.name + " …");
  say_if_any(workspace::name_notice(settings.name, shared->link));
  auto keep = keeping(settings, options.folder, false);
  keep.until_settled = options.detach;
  bool settled = false;
  keep.when_settled = [&] {
    settled = true;
    announce(shared->invite, shared->link, options.json);
    say_if_any(workspace::link_notice(shared->link));
    say("Everything is at the hub. Who has the link joins with `tutti join 'LINK'`, or from an editor.");
    if (!options.detach) say("This folder is kept in step until you press Ctrl+C.");
  };
  const int code = keep_in_step(loop, std::move(keep));
  if (!options.detach || code != exit_code::done) return code;
  return settled ? go_on_detached(options.folder) : exit_code::failed;
}

int join(const workspace::Settings& settings, const JoinOptions& options) {
  net::Loop loop;
  const auto joined = wait_for<workspace::Joined>(loop, [&](std::function<void(Result<workspace::Joined>)> done) {
    workspace::JoinRequest request{options.link, options.folder, options.here, options.password, options.merge};
    return workspace::join(loop, settings, std::move(request), std::move(done));
  });
  if (!joined) return fail(joined.error());
  say("Joining \"" + joined->link.session_name + "\" as " + joined->link.name + " (" + joined->link.role + ") in " +
      joined->folder + " …");
  say_if_any(workspace::name_notice(settings.name, joined->link));
  auto keep = keeping(settings, joined->folder, true);
  keep.until_settled = options.once;
  keep.when_settled = [&] {
    if (options.json) {
      print(nlohmann::json{{"folder", joined->folder}, {"session", to_string(joined->link.session)}}.dump());
    }
    say(options.once ? "All files are in " + joined->folder + "."
                     : "All files are in " + joined->folder + ". It is kept in step until you press Ctrl+C.");
  };
  return keep_in_step(loop, std::move(keep));
}

int sync(const workspace::Settings& settings, const FolderOptions& options) {
  const auto folder = workspace::linked_folder(options.folder);
  if (!folder) {
    return fail(
        error(ErrorCode::not_found, options.folder + " is not linked to a session; `tutti share` or `tutti join` links it"));
  }
  net::Loop loop;
  return keep_in_step(loop, keeping(settings, *folder, true));
}

}  // namespace tutti::commands
