#include <signal.h>

#include <nlohmann/json.hpp>

#include "lsp-server/commands/commands.hpp"
#include "lsp-server/commands/errands.hpp"
#include "lsp-server/commands/terminal.hpp"
#include "lsp-server/mirror/consent.hpp"
#include "lsp-server/mirror/locks.hpp"
#include "lsp-server/mirror/private_file.hpp"
#include "lsp-server/workspace/sessions.hpp"
#include "lsp-server/workspace/workspace.hpp"

namespace tutti::commands {
namespace {

using nlohmann::json;

constexpr net::Duration ask_patience{5'000};

/// What the process that keeps the folder in step wrote down; null when there is none.
json running_state(const std::string& folder) {
  const auto text = mirror::read_private(folder + "/.tutti/status.json");
  const json state = text ? json::parse(*text, nullptr, false) : json();
  if (!state.is_object() || !state.contains("pid") || !state["pid"].is_number_integer()) return {};
  return kill(state["pid"].get<pid_t>(), 0) == 0 ? state : json();
}

/// Some process keeps the folder in step.
bool is_kept(const std::string& folder) {
  const auto lock = mirror::FolderLock::take(folder + "/.tutti/lock");
  return lock.ok() && !lock.value();
}

/// Nobody wrote down how things stand: connects for a moment, and touches no file.
json asked_state(const workspace::Settings& settings, const std::string& folder, const workspace::LinkFile& link) {
  net::Loop loop;
  workspace::Options options;
  options.folder = folder;
  options.client = "tutti " TUTTI_VERSION " status";
  options.settings = settings;
  options.mirror = false;
  json state = {{"pid", nullptr},
                {"session", to_string(link.session)},
                {"name", link.session_name},
                {"hub", link.hub},
                {"role", link.role},
                {"kept", is_kept(folder)},
                {"settled", false},
                {"pending", 0}};
  auto opened = workspace::Workspace::open(loop, std::move(options), {});
  if (!opened) return state;
  const auto& live = **opened;
  loop.run_until(
      [&] {
        const auto now = live.overview().peer;
        return now.link == peer::Link::online || now.link == peer::Link::stopped || !now.message.empty();
      },
      ask_patience);
  const auto now = live.overview();
  const bool online = now.peer.link == peer::Link::online;
  state["connection"] = online ? "online" : "offline";
  state["message"] = now.peer.message;
  state["documents"] = now.documents;
  state["role"] = now.link_role;
  state["participants"] = live.participants().size() + (live.self() ? 1 : 0);
  return state;
}

void tell(const std::string& folder, const json& state) {
  const auto text = [&](const char* key) {
    return state.contains(key) && state[key].is_string() ? state[key].get<std::string>() : "";
  };
  const auto number = [&](const char* key) {
    return state.contains(key) && state[key].is_number() ? state[key].get<std::size_t>() : 0;
  };
  print(folder + ": session \"" + text("name") + "\" at " + text("hub") + ", you are " + text("role"));
  print("  connection  " + text("connection") + (text("message").empty() ? "" : " (" + text("message") + ")"));
  if (state.value("kept", false)) {
    print("  this folder is kept in step by a program that cannot write down how things stand; is the disk full?");
  } else if (state["pid"].is_null()) {
    print("  this folder not kept in step now; `tutti sync` does that, or an editor that has a file of it open");
  } else {
    const bool settled = state.value("settled", false) && state.value("saved", true);
    print("  this folder " +
          std::string(settled                 ? "synced"
                      : number("pending") > 0 ? std::to_string(number("pending")) + " pending"
                                              : "being compared") +
          ", kept in step by process " + std::to_string(number("pid")));
  }
  print("  files       " + std::to_string(number("documents")));
  if (number("not_written") > 0) {
    print("  not written " + std::to_string(number("not_written")) + (number("not_written") == 1 ? " file" : " files") +
          "; `tutti sync`, or what keeps the folder in step, says why and tries again");
  }
  if (number("held_back") > 0) print("  held back   " + std::to_string(number("held_back")) + "; see `tutti accept`");
}

/// `path`, given relative to `here`, relative to the folder.
std::string within(const std::string& folder, const std::string& here, const std::string& path) {
  const std::string whole = path.starts_with('/') ? path : here + "/" + path;
  return whole.starts_with(folder + "/") ? whole.substr(folder.size() + 1) : path;
}

Error not_linked(const std::string& folder) {
  return error(ErrorCode::not_found, folder + " is not linked to a session; `tutti share` or `tutti join` links it");
}

}  // namespace

int status(const workspace::Settings& settings, const FolderOptions& options) {
  const auto folder = workspace::linked_folder(options.folder);
  if (!folder) return fail(not_linked(options.folder));
  const auto link = workspace::read_link_file(*folder);
  if (!link) return fail(link.error());
  json state = running_state(*folder);
  if (state.is_null()) state = asked_state(settings, *folder, *link);
  if (options.json) {
    state["folder"] = *folder;
    print(state.dump(-1, ' ', false, json::error_handler_t::replace));
  } else {
    tell(*folder, state);
  }
  return state.value("connection", "") == "online" ? exit_code::done : exit_code::no_connection;
}

int leave(const workspace::Settings& settings, const FolderOptions& options) {
  const auto folder = workspace::linked_folder(options.folder);
  if (!folder) return fail(not_linked(options.folder));
  const auto link = workspace::read_link_file(*folder);
  const json running = running_state(*folder);
  if (link) {
    net::Loop loop;
    const auto left = wait_for<void>(loop, [&](std::function<void(Status)> done) {
      return workspace::leave_session(loop, settings, *link, std::move(done));
    });
    if (!left && left.error().code == ErrorCode::unavailable && !options.force) {
      say("The hub was not told; `tutti leave --force` unlinks the folder all the same.");
      return fail(left.error());
    }
  }
  if (auto removed = workspace::remove_link(*folder); !removed) return fail(removed.error());
  if (!running.is_null()) kill(running["pid"].get<pid_t>(), SIGTERM);
  say("You left. The files stay in " + *folder + ".");
  return exit_code::done;
}

int accept(const AcceptOptions& options) {
  const auto folder = workspace::linked_folder(options.here);
  if (!folder) return fail(not_linked(options.here));
  const std::string home = *folder + "/.tutti";
  if (options.deletions || options.restore) {
    const auto told = mirror::write_private(home + "/deletions", options.deletions ? "delete\n" : "restore\n");
    return told ? exit_code::done : fail(told.error());
  }
  if (options.paths.empty() && !options.all) {
    return fail(error(ErrorCode::invalid, "name the files to take, or say --all; they lie in " + home + "/proposed"));
  }
  std::vector<std::string> paths;
  for (const std::string& path : options.paths) paths.push_back(within(*folder, options.here, path));
  const auto accepted = mirror::accept_proposed(home, paths);
  if (!accepted) return fail(accepted.error());
  for (const std::string& path : *accepted) say("Accepted " + path + " as it lies in .tutti/proposed.");
  return exit_code::done;
}

int sessions(const workspace::Settings& settings, bool as_json) {
  net::Loop loop;
  using Lines = std::vector<workspace::SessionLine>;
  const auto lines = wait_for<Lines>(
      loop, [&](std::function<void(Result<Lines>)> done) { return workspace::list_sessions(loop, settings, std::move(done)); });
  if (!lines) return fail(lines.error());
  json out = json::array();
  for (const auto& line : *lines) {
    out.push_back({{"id", line.id}, {"name", line.name}, {"project_path", line.project_path}});
    if (!as_json) print(line.id + "  " + line.name + "  " + line.project_path);
  }
  if (as_json) print(json{{"sessions", out}}.dump(-1, ' ', false, json::error_handler_t::replace));
  if (!as_json && lines->empty()) say("No sessions. `tutti share` makes one.");
  return exit_code::done;
}

}  // namespace tutti::commands
