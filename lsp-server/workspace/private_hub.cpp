#include "lsp-server/workspace/private_hub.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "lsp-server/mirror/descriptor.hpp"
#include "lsp-server/mirror/locks.hpp"
#include "lsp-server/mirror/private_file.hpp"
#include "sync/net/http/client.hpp"
#include "sync/net/stdio/stdio.hpp"
#include "sync/net/url.hpp"

extern char** environ;

namespace tutti::workspace {
namespace {

using mirror::Descriptor;
using nlohmann::json;

constexpr net::Duration answer_time{2'000};
constexpr net::Duration start_time{15'000};
constexpr net::Duration starter_poll{200};
constexpr std::uint16_t usual_port = 7420;
constexpr std::size_t max_line = 4096;

std::string hub_folder(const Environment& get) {
  return data_folder(get) + "/hub";
}

bool is_program(const std::string& path) {
  return access(path.c_str(), X_OK) == 0;
}

std::optional<std::string> listening_url(std::string_view line) {
  const json in = json::parse(line, nullptr, false);
  if (!in.is_object() || in.value("event", "") != "listening") return std::nullopt;
  return in.value("url", "");
}

struct SpawnActions {
  posix_spawn_file_actions_t files{};
  posix_spawnattr_t attributes{};
  SpawnActions() {
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
  }
  ~SpawnActions() {
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }
};

/// ask ─▶ answers: done
///    └─▶ take the starter's lock (or wait for who has it, and ask again) ─▶ spawn ─▶ its line on stdout ─▶ hub.json, done
///                                                                            └─ ended: once more on a free port, if allowed
class Starting final : public Errand {
 public:
  Starting(net::Loop& loop, Environment get, std::function<void(Result<std::string>)> done)
      : loop_(loop), get_(std::move(get)), done_(std::move(done)), timer_(loop), deadline_(loop) {
    deadline_.once(start_time, [this] { fail("it did not answer within 15 seconds; see " + hub_folder(get_) + "/hub.log"); });
    loop_.defer([this, alive = std::weak_ptr<int>(alive_)] {
      if (!alive.expired()) ask();
    });
  }

 private:
  void ask() {
    const auto hub = known_private_hub(get_);
    if (!hub) return start();
    net::HttpCallOptions options;
    options.url = hub->url + "/healthz";
    options.timeout = answer_time;
    call_ = net::http_request(loop_, std::move(options), [this, url = hub->url](const Result<net::HttpResponse>& answer) {
      if (answer && answer->status == 200) return finish(url);
      start();
    });
  }

  void start() {
    if (auto made = mirror::make_private_folder(hub_folder(get_)); !made) return fail(made.error().message);
    auto lock = mirror::FolderLock::take(hub_folder(get_) + "/start.lock");
    if (!lock) return fail(lock.error().message);
    if (!lock.value()) return timer_.once(starter_poll, [this] { ask(); });
    lock_ = std::move(lock.value());
    const auto hub = known_private_hub(get_);
    const auto url = hub ? net::parse_url(hub->url) : Result<net::Url>(error(ErrorCode::not_found, ""));
    may_move_ = !url;
    spawn(url ? url->port : usual_port);
  }

  void spawn(std::uint16_t port) {
    const auto program = find_program(get_, "tutti-hub");
    if (!program) return fail("the program tutti-hub is neither beside tutti nor in PATH");
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return fail(std::strerror(errno));
    output_ = Descriptor(ends[0]);
    const Descriptor theirs(ends[1]);
    const auto started =
        start_detached({*program, "serve", "--listen", "127.0.0.1:" + std::to_string(port), "--data", hub_folder(get_)},
                       theirs.get(), hub_folder(get_) + "/hub.log");
    if (!started) return fail(started.error().message);
    pid_ = *started;
    line_.clear();
    auto reader = net::FdReader::open(
        loop_, output_.get(), {[this](std::string_view bytes) { heard(bytes); }, [this](const Status&) { hub_ended(); }});
    if (!reader) return fail(reader.error().message);
    reader_ = *std::move(reader);
  }

  void heard(std::string_view bytes) {
    line_.append(bytes.substr(0, max_line - std::min(max_line, line_.size())));
    const auto url = line_.find('\n') != std::string::npos ? listening_url(line_.substr(0, line_.find('\n'))) : std::nullopt;
    if (!url) return;
    const json out = {{"url", *url}, {"pid", pid_}};
    if (auto written = mirror::write_private(hub_folder(get_) + "/hub.json", out.dump() + "\n"); !written) {
      return fail(written.error().message);
    }
    finish(*url);
  }

  void hub_ended() {
    waitpid(pid_, nullptr, WNOHANG);
    if (std::exchange(may_move_, false))
      return loop_.defer([this, alive = std::weak_ptr<int>(alive_)] {
        if (!alive.expired()) spawn(0);
      });
    fail("it ended at once; see " + hub_folder(get_) + "/hub.log");
  }

  void fail(const std::string& why) { end(error(ErrorCode::unavailable, "the private hub could not be started: " + why)); }
  void finish(const std::string& url) { end(url); }
  void end(Result<std::string> result) {
    deadline_.stop();
    timer_.stop();
    lock_.reset();
    // The reader and the call may be on the stack; they go with this object.
    if (auto done = std::exchange(done_, nullptr)) done(std::move(result));
  }

  net::Loop& loop_;
  Environment get_;
  std::function<void(Result<std::string>)> done_;
  net::Timer timer_, deadline_;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
  std::unique_ptr<net::HttpCall> call_;
  std::optional<mirror::FolderLock> lock_;
  Descriptor output_;
  std::unique_ptr<net::FdReader> reader_;
  std::string line_;
  int pid_ = 0;
  bool may_move_ = false;  ///< nobody knows the hub's address yet, so any port will do
};

}  // namespace

std::optional<PrivateHub> known_private_hub(const Environment& get) {
  const auto bytes = mirror::read_private(hub_folder(get) + "/hub.json");
  const json in = bytes ? json::parse(*bytes, nullptr, false) : json();
  if (!in.is_object() || !in.contains("url") || !in["url"].is_string()) return std::nullopt;
  PrivateHub hub{in["url"].get<std::string>(), 0};
  if (in.contains("pid") && in["pid"].is_number_integer()) hub.pid = in["pid"].get<int>();
  return hub;
}

std::optional<std::string> private_hub_token(const Environment& get) {
  auto token = mirror::read_private(hub_folder(get) + "/owner.token");
  while (token && (token->ends_with('\n') || token->ends_with(' '))) token->pop_back();
  return token;
}

std::unique_ptr<Errand> ensure_private_hub(net::Loop& loop, const Environment& get,
                                           std::function<void(Result<std::string>)> done) {
  return std::make_unique<Starting>(loop, get, std::move(done));
}

std::optional<std::string> find_program(const Environment& get, const std::string& name) {
  std::array<char, 4096> self{};
  const ssize_t length = readlink("/proc/self/exe", self.data(), self.size());
  if (length > 0) {
    const std::string own(self.data(), static_cast<std::size_t>(length));
    const std::string beside = own.substr(0, own.rfind('/') + 1) + name;
    if (is_program(beside)) return beside;
  }
  const char* variable = get("PATH");
  const std::string path = variable != nullptr ? variable : "";
  for (std::size_t from = 0; from < path.size();) {
    const std::size_t end = std::min(path.find(':', from), path.size());
    const std::string candidate = path.substr(from, end - from) + "/" + name;
    if (candidate.front() == '/' && is_program(candidate)) return candidate;
    from = end + 1;
  }
  return std::nullopt;
}

Result<int> start_detached(const std::vector<std::string>& command, int output, const std::string& log_file) {
  SpawnActions actions;
  posix_spawn_file_actions_addopen(&actions.files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  if (output >= 0) {
    posix_spawn_file_actions_adddup2(&actions.files, output, STDOUT_FILENO);
  } else {
    posix_spawn_file_actions_addopen(&actions.files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  }
  posix_spawn_file_actions_addopen(&actions.files, STDERR_FILENO, log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_addchdir_np(&actions.files, "/");
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&actions.attributes, &none);
  posix_spawnattr_setflags(&actions.attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t pid = 0;
  const int code = posix_spawn(&pid, command.front().c_str(), &actions.files, &actions.attributes, arguments.data(), environ);
  if (code != 0) return error(ErrorCode::io, "cannot start " + command.front() + ": " + std::strerror(code));
  return static_cast<int>(pid);
}

}  // namespace tutti::workspace
