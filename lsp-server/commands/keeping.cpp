#include "lsp-server/commands/keeping.hpp"

#include <unistd.h>

#include <optional>

#include "lsp-server/commands/commands.hpp"
#include "lsp-server/commands/terminal.hpp"

namespace tutti::commands {
namespace {

constexpr net::Duration look_every{200};
constexpr net::Duration patience{20'000};  ///< for the first connection, where somebody waits for the result
constexpr int still_wanted = -1;

class Keeping {
 public:
  Keeping(net::Loop& loop, KeepingOptions options)
      : loop_(loop), options_(std::move(options)), timer_(loop), impatience_(loop) {}

  int run() {
    workspace::Observer observer;
    observer.notice = [](workspace::NoticeLevel, const std::string& words) { say(words); };
    auto opened = workspace::Workspace::open(loop_, options_.workspace, std::move(observer));
    if (!opened) return fail(opened.error());
    workspace_ = *std::move(opened);
    const bool waited_for = options_.until_settled || options_.when_settled;
    if (waited_for) impatience_.once(patience, [this] { give_up(); });
    timer_.every(look_every, [this] { look(); });
    loop_.on_terminate([this](int) { end(exit_code::done); });
    loop_.run();
    loop_.on_terminate({});
    workspace_.reset();
    return code_;
  }

 private:
  void end(int code) {
    if (code_ == still_wanted) code_ = code;
    loop_.stop();
  }

  void tell_connection(const peer::Status& now) {
    if (told_ && *told_ == now.link && message_ == now.message) return;
    const bool worth_it = now.link != peer::Link::connecting;
    if (now.link == peer::Link::online) {
      connected_ = true;
      say("Connected to " + workspace_->link().hub + (now.message.empty() ? "." : ": " + now.message + "."));
    } else if (now.link == peer::Link::offline && (!told_ || now.message != message_)) {
      say("Offline: " + now.message + ". Changes are kept and go out later.");
    }
    if (worth_it) {
      told_ = now.link;
      message_ = now.message;
    }
  }

  void look() {
    const workspace::Overview now = workspace_->overview();
    tell_connection(now.peer);
    if (now.peer.link == peer::Link::stopped) {
      say("tutti: " + (now.peer.message.empty() ? std::string("the session ended") : now.peer.message));
      return end(now.peer.sent_away == ErrorCode::version ? exit_code::failed : exit_code::no_permission);
    }
    if (access((options_.workspace.folder + "/.tutti/session.json").c_str(), F_OK) != 0) {
      say("The folder is not linked any more.");
      return end(exit_code::done);
    }
    if (!now.mirroring && !said_other_) {
      said_other_ = true;
      say("Another program keeps " + options_.workspace.folder + " in step; this one takes over when that ends.");
    }
    if (settled_ || !(now.settled || !now.mirroring)) return;
    settled_ = true;
    impatience_.stop();
    if (auto then = std::exchange(options_.when_settled, nullptr)) then();
    if (options_.until_settled) end(exit_code::done);
  }

  void give_up() {
    if (connected_) return;
    say("tutti: no connection to " + workspace_->link().hub + ": " + workspace_->overview().peer.message);
    end(exit_code::no_connection);
  }

  net::Loop& loop_;
  KeepingOptions options_;
  net::Timer timer_, impatience_;
  std::unique_ptr<workspace::Workspace> workspace_;
  std::optional<peer::Link> told_;
  std::string message_;
  bool connected_ = false, settled_ = false, said_other_ = false;
  int code_ = still_wanted;
};

}  // namespace

int keep_in_step(net::Loop& loop, KeepingOptions options) {
  const int code = Keeping(loop, std::move(options)).run();
  return code == still_wanted ? exit_code::done : code;
}

}  // namespace tutti::commands
