#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "lsp-server/commands/commands.hpp"
#include "lsp-server/commands/errands.hpp"
#include "lsp-server/commands/terminal.hpp"
#include "lsp-server/mirror/descriptor.hpp"
#include "lsp-server/mirror/locks.hpp"
#include "lsp-server/workspace/link_file.hpp"
#include "lsp-server/workspace/private_hub.hpp"
#include "sync/net/http/client.hpp"

namespace tutti::commands {
namespace {

using nlohmann::json;

constexpr net::Duration answer_time{5'000};
constexpr long few_watches = 8192;

struct Check {
  std::string name;
  bool fine = false;
  std::string words;
};

Check check_openat2() {
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH;
  const mirror::Descriptor probe(static_cast<int>(syscall(SYS_openat2, AT_FDCWD, ".", &how, sizeof how)));
  return {"safe paths", true,
          probe ? "the kernel resolves paths beneath the folder" : "no openat2; paths are walked step by step"};
}

Check check_watches() {
  long most = 0;
  std::ifstream("/proc/sys/fs/inotify/max_user_watches") >> most;
  return {"file watches", most >= few_watches,
          std::to_string(most) + " folders can be watched" +
              (most < few_watches ? "; raise fs.inotify.max_user_watches for large projects" : "")};
}

Check check_hub_program() {
  const auto found = workspace::find_program(workspace::process_environment(), "tutti-hub");
  return {"tutti-hub", found.has_value(), found.value_or("neither beside tutti nor in PATH; `tutti share` needs --hub then")};
}

Check check_hub(const workspace::Settings& settings, const std::string& hub) {
  net::Loop loop;
  std::optional<Result<net::HttpResponse>> answer;
  net::HttpCallOptions options;
  options.url = hub + "/healthz";
  options.connect = settings.connect;
  options.timeout = answer_time;
  const auto call =
      net::http_request(loop, std::move(options), [&](Result<net::HttpResponse> got) { answer = std::move(got); });
  loop.run_until([&] { return answer.has_value(); }, answer_time * 2);
  if (!answer || !*answer) return {"hub", false, hub + ": " + (answer ? answer->error().message : "no answer")};
  return {"hub", (*answer)->status == 200, hub + " answers " + std::to_string((*answer)->status)};
}

Check check_folder(const std::string& folder) {
  auto lock = mirror::FolderLock::take(folder + "/.tutti/lock");
  const bool free = lock && lock.value();
  return {"folder", lock.ok(), folder + (free ? " is linked; nobody keeps it in step now" : " is linked and kept in step")};
}

}  // namespace

int doctor(const workspace::Settings& settings, const FolderOptions& options) {
  std::vector<Check> checks = {{"version", true, TUTTI_VERSION}, check_openat2(), check_watches(), check_hub_program()};
  const auto folder = workspace::linked_folder(options.folder);
  const auto link = folder ? workspace::read_link_file(*folder) : Result<workspace::LinkFile>(error(ErrorCode::not_found, ""));
  if (folder) checks.push_back(check_folder(*folder));
  const auto own = workspace::known_private_hub(workspace::process_environment());
  const std::string hub = link ? link->hub : !settings.hub.empty() ? settings.hub : own ? own->url : "";
  if (!hub.empty()) checks.push_back(check_hub(settings, hub));
  bool fine = true;
  json out = json::array();
  for (const Check& check : checks) {
    fine = fine && check.fine;
    out.push_back({{"check", check.name}, {"ok", check.fine}, {"detail", check.words}});
    if (!options.json) print(std::string(check.fine ? "ok   " : "!!   ") + check.name + ": " + check.words);
  }
  if (options.json) print(json{{"ok", fine}, {"checks", out}}.dump(-1, ' ', false, json::error_handler_t::replace));
  return fine ? exit_code::done : exit_code::failed;
}

}  // namespace tutti::commands
