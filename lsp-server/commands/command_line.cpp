#include <signal.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "lsp-server/commands/commands.hpp"
#include "lsp-server/commands/terminal.hpp"
#include "sync/net/log.hpp"

namespace tutti::commands {
namespace {

std::string absolute(const std::string& path) {
  std::error_code ignored;
  std::string whole = std::filesystem::absolute(path.empty() ? "." : path, ignored).lexically_normal().string();
  while (whole.size() > 1 && whole.ends_with('/')) whole.pop_back();
  return whole;
}

/// What the command line said, before anything is done.
struct Words {
  std::string hub, name, ca_file, folder, log_file;
  ShareOptions share;
  JoinOptions join;
  AcceptOptions accept;
  bool json = false, force = false, push = false, stdio = false, accept_guarded = false;
};

void add_folder(CLI::App& command, Words& words) {
  command.add_option("DIR", words.folder, "The folder; the present one if not given");
}

void add_share(CLI::App& app, Words& words) {
  auto& command = *app.add_subcommand("share", "Make a folder a session, print a link into it, and keep it in step");
  add_folder(command, words);
  command.add_option("--role", words.share.role, "What who comes by the link may do")
      ->check(CLI::IsMember({"editor", "viewer"}))
      ->default_val("editor");
  command.add_option("--password", words.share.password, "Asked of everybody who uses the link");
  command.add_option("--expires", words.share.expires, "How long the link is good: 7d, 12h, 30m")->default_val("7d");
  command.add_option("--session-name", words.share.name, "Name of the session; the folder's if not given");
  command.add_flag("--detach", words.share.detach, "Go on in the background");
}

void add_join(CLI::App& app, Words& words) {
  auto& command = *app.add_subcommand("join", "Bring a session into a folder and keep it in step");
  command.add_option("LINK", words.join.link, "http(s)://HOST/s/SESSION#SECRET, in quotes")->required();
  add_folder(command, words);
  command.add_option("--password", words.join.password, "The link's password");
  command.add_flag("--once", words.join.once, "Fetch, link, and end");
  command.add_flag("--merge", words.join.merge, "The folder may hold files; those that the session lacks stay private");
}

void add_accept(CLI::App& app, Words& words) {
  auto& command = *app.add_subcommand("accept", "Let files that were held back reach this disk");
  command.add_option("PATH", words.accept.paths, "Files, as they lie in .tutti/proposed");
  command.add_flag("--all", words.accept.all, "All that wait");
  command.add_flag("--deletions", words.accept.deletions, "Delete here too what others deleted");
  command.add_flag("--restore", words.accept.restore, "Share again what others deleted");
}

void describe(CLI::App& app, Words& words) {
  app.require_subcommand(1);
  app.fallthrough();
  app.add_option("--hub", words.hub, "The hub's address");
  app.add_option("--as", words.name,
                 "Your name, as others see it; a team's hub calls whoever has a token of its own as its operator does");
  app.add_option("--ca-file", words.ca_file, "Certificates to trust instead of the system's (PEM)");
  app.add_flag("--accept-guarded", words.accept_guarded, "Take files that run on open or build without asking");
  app.add_flag("--json", words.json, "Answers for programs");
  auto& lsp = *app.add_subcommand("lsp", "The language server, on stdin and stdout");
  lsp.add_option("--log", words.log_file, "Where to log, instead of stderr");
  lsp.add_flag("--push", words.push, "Send edits to a client that does not say who it is");
  lsp.add_flag("--stdio", words.stdio, "Accepted, since some editors pass it");
  add_share(app, words);
  add_join(app, words);
  add_folder(*app.add_subcommand("sync", "Keep a linked folder in step, without an editor"), words);
  add_folder(*app.add_subcommand("status", "What is connected, pending, held back"), words);
  auto& leave = *app.add_subcommand("leave", "Leave the session; the files stay");
  add_folder(leave, words);
  leave.add_flag("--force", words.force, "Also when the hub cannot be told");
  add_accept(app, words);
  app.add_subcommand("sessions", "Your sessions at the hub");
  add_folder(*app.add_subcommand("doctor", "Look for what keeps it from working"), words);
  app.add_subcommand("version", "Print the version");
}

workspace::Settings over(workspace::Settings settings, const Words& words) {
  if (!words.hub.empty()) settings.hub = words.hub;
  while (settings.hub.ends_with('/')) settings.hub.pop_back();
  if (!words.name.empty()) settings.name = words.name;
  if (!words.ca_file.empty()) settings.connect.ca_file = words.ca_file;
  settings.accept_guarded = settings.accept_guarded || words.accept_guarded;
  return settings;
}

int run_command(const std::string& command, Words words, const std::function<int(const LspOptions&)>& lsp) {
  if (command == "version") {
    print(words.json ? nlohmann::json{{"version", TUTTI_VERSION}}.dump() : "tutti " TUTTI_VERSION);
    return exit_code::done;
  }
  auto loaded = workspace::load_settings(workspace::process_environment());
  if (!loaded) return fail(loaded.error());
  const workspace::Settings settings = over(*std::move(loaded), words);
  const FolderOptions folder{absolute(words.folder), words.json, words.force};
  words.share.folder = folder.folder;
  words.share.json = words.join.json = words.json;
  words.join.here = words.accept.here = absolute("");
  if (!words.folder.empty()) words.join.folder = folder.folder;
  if (command == "lsp") return lsp({settings, words.log_file, words.push});
  if (command == "share") return share(settings, words.share);
  if (command == "join") return join(settings, words.join);
  if (command == "sync") return sync(settings, folder);
  if (command == "status") return status(settings, folder);
  if (command == "leave") return leave(settings, folder);
  if (command == "accept") return accept(words.accept);
  if (command == "sessions") return sessions(settings, words.json);
  return doctor(settings, folder);
}

}  // namespace

int run(int argc, const char* const* argv, const std::function<int(const LspOptions&)>& lsp) {
  signal(SIGPIPE, SIG_IGN);
  const char* wanted = std::getenv("TUTTI_LOG");
  net::set_log_level(net::parse_log_level(wanted != nullptr ? wanted : "").value_or(net::LogLevel::warn));
  CLI::App app("Tutti makes any editor multiplayer.", "tutti");
  Words words;
  describe(app, words);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    return app.exit(problem) == 0 ? exit_code::done : exit_code::usage;
  }
  return run_command(app.get_subcommands().front()->get_name(), std::move(words), lsp);
}

}  // namespace tutti::commands
