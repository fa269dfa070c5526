#include "lsp-server/workspace/sessions.hpp"

#include <dirent.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "lsp-server/workspace/private_hub.hpp"
#include "lsp-server/workspace/rest_call.hpp"
#include "sync/exchange/path.hpp"
#include "sync/net/url.hpp"

namespace tutti::workspace {
namespace {

using nlohmann::json;

std::string text_at(const json& in, const char* key) {
  const auto found = in.find(key);
  return found != in.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Result<LinkFile> link_from(const json& answer, const char* session_key, const std::string& hub) {
  const auto session = parse_id<SessionId>(text_at(answer, session_key));
  const auto participant = parse_id<ParticipantId>(text_at(answer, "participant"));
  if (!session || !participant || text_at(answer, "token").empty()) {
    return error(ErrorCode::unavailable, "the hub's answer cannot be understood; is it of the same version?");
  }
  return LinkFile{hub,
                  *session,
                  *participant,
                  text_at(answer, "token"),
                  text_at(answer, "participant_name"),
                  text_at(answer, "role"),
                  text_at(answer, "name"),
                  {}};
}

std::string last_name(const std::string& folder) {
  const std::string name = folder.substr(folder.rfind('/') + 1);
  return name.empty() ? "folder" : name;
}

/// What a person calls it may not be what a folder can be called.
std::string folder_name(std::string name) {
  for (char& c : name) {
    if (c == '/' || c == '\\' || c == ':') c = '-';
  }
  return exchange::check_path(name) && name.front() != '.' ? name : std::string("session");
}

/// All that a person has, or all that there is: what an editor that was started nowhere in particular would share.
bool is_everything(const std::string& folder) {
  const char* home = process_environment()("HOME");
  std::error_code ignored;
  return folder == "/" || (home != nullptr && std::filesystem::equivalent(folder, home, ignored));
}

bool is_empty_folder(const std::string& folder) {
  DIR* opened = opendir(folder.c_str());
  if (opened == nullptr) return true;
  bool empty = true;
  while (const dirent* entry = readdir(opened)) {
    if (std::strcmp(entry->d_name, ".") != 0 && std::strcmp(entry->d_name, "..") != 0) empty = false;
  }
  closedir(opened);
  return empty;
}

/// With those that it lies in.
Status make_folder(const std::string& folder) {
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  if (!problem && !std::filesystem::is_directory(folder, problem)) problem = std::make_error_code(std::errc::not_a_directory);
  if (problem) return error(ErrorCode::io, "the folder " + folder + " cannot be made: " + problem.message());
  if (access(folder.c_str(), W_OK) != 0) return error(ErrorCode::io, "the folder " + folder + " cannot be written by you");
  return {};
}

/// "7d", "12h", "30m", "90s" or seconds.
Result<std::int64_t> parse_life(const std::string& text) {
  std::int64_t value = 0;
  std::size_t at = 0;
  while (at < text.size() && at < 9 && text[at] >= '0' && text[at] <= '9') value = value * 10 + (text[at++] - '0');
  const std::string unit = text.substr(at);
  const std::int64_t factor = unit == "d"                   ? 86'400
                              : unit == "h"                 ? 3'600
                              : unit == "m"                 ? 60
                              : unit.empty() || unit == "s" ? 1
                                                            : 0;
  if (at == 0 || factor == 0) return error(ErrorCode::invalid, "'" + text + "' is not a length of time; write 7d, 12h or 30m");
  return value * factor;
}

/// A chain of calls; the one on its way is kept here.
class Chain : public Errand {
 public:
  Chain(net::Loop& loop, Settings settings) : loop_(loop), settings_(std::move(settings)) {}

 protected:
  void call(const RestRequest& request, std::function<void(Result<json>)> done) {
    call_ = rest_call(loop_, settings_, request, std::move(done));
  }
  /// `done` is never called before the one who began has the errand in hand.
  void soon(std::function<void()> step) {
    loop_.defer([step = std::move(step), alive = std::weak_ptr<int>(alive_)] {
      if (!alive.expired()) step();
    });
  }

  net::Loop& loop_;
  Settings settings_;
  std::unique_ptr<net::HttpCall> call_;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
};

template <class T>
class ChainOf : public Chain {
 public:
  ChainOf(net::Loop& loop, const Settings& settings, std::function<void(Result<T>)> done)
      : Chain(loop, settings), done_(std::move(done)) {}

 protected:
  /// The one who is told may destroy the errand: nothing of it is used afterwards.
  void finish(Result<T> result) {
    if (auto done = std::exchange(done_, nullptr)) done(std::move(result));
  }

 private:
  std::function<void(Result<T>)> done_;
};

/// hub ─▶ [session] ─▶ link
class Sharing final : public ChainOf<Shared> {
 public:
  Sharing(net::Loop& loop, const Settings& settings, ShareRequest request, std::function<void(Result<Shared>)> done)
      : ChainOf(loop, settings, std::move(done)), request_(std::move(request)) {
    soon([this] { begin(); });
  }

 private:
  void begin() {
    const auto life = parse_life(request_.expires);
    if (!life) return finish(life.error());
    life_ = *life;
    if (access(request_.folder.c_str(), W_OK) != 0) {
      return finish(error(ErrorCode::io, "the folder " + request_.folder + " " +
                                             (errno == ENOENT ? "does not exist" : "cannot be written by you")));
    }
    if (is_everything(request_.folder)) {
      return finish(error(ErrorCode::invalid,
                          request_.folder + " is not shared as a whole; name the folder in it that you want to share"));
    }
    auto linked = read_link_file(request_.folder);
    if (linked) {
      link_ = *std::move(linked);
      const auto own = known_private_hub(process_environment());
      return own && own->url == link_.hub ? start_private() : make_link();
    }
    if (linked.error().code != ErrorCode::not_found) return finish(linked.error());
    if (const auto outer = linked_folder(request_.folder)) {
      return finish(error(ErrorCode::conflict, "the folder lies in " + *outer + ", which is shared already"));
    }
    if (settings_.hub.empty()) return start_private();
    if (settings_.token.empty()) {
      return finish(
          error(ErrorCode::denied, "a user token for " + settings_.hub +
                                       " is needed: set TUTTI_TOKEN, or `token` in config.toml (a hub's operator makes "
                                       "one with `tutti-hub user add`)"));
    }
    link_.hub = settings_.hub;
    make_session(settings_.token);
  }

  void start_private() {
    hub_ = ensure_private_hub(loop_, process_environment(), [this](const Result<std::string>& url) {
      if (!url) return finish(url.error());
      if (!link_.token.empty()) return make_link();
      const auto token = private_hub_token(process_environment());
      if (!token) return finish(error(ErrorCode::unavailable, "the private hub left no token beside its data"));
      link_.hub = *url;
      make_session(*token);
    });
  }

  void make_session(const std::string& token) {
    json body = {{"name", request_.name.empty() ? last_name(request_.folder) : request_.name},
                 {"project_path", request_.folder}};
    if (!settings_.name.empty()) body["participant_name"] = settings_.name;
    call({"POST", link_.hub, "/sessions", token, body.dump(-1, ' ', false, json::error_handler_t::replace)},
         [this](const Result<json>& answer) {
           if (!answer) return finish(answer.error());
           auto link = link_from(*answer, "id", link_.hub);
           if (!link) return finish(link.error());
           link_ = *std::move(link);
           if (link_.name.empty()) link_.name = display_name(settings_, process_environment());
           if (auto written = write_link_file(request_.folder, link_); !written) return finish(written.error());
           make_link();
         });
  }

  void make_link() {
    json body = {{"role", request_.role}, {"expires_in", life_}};
    if (!request_.password.empty()) body["password"] = request_.password;
    call({"POST", link_.hub, "/sessions/" + to_string(link_.session) + "/links", link_.token, body.dump()},
         [this](const Result<json>& answer) {
           if (!answer) return finish(answer.error());
           const std::string invite = text_at(*answer, "link");
           if (invite.empty()) return finish(error(ErrorCode::unavailable, "the hub made no link"));
           finish(Shared{link_, invite});
         });
  }

  ShareRequest request_;
  std::unique_ptr<Errand> hub_;
  LinkFile link_;
  std::int64_t life_ = 0;
};

/// folder fit? ─▶ place in the session ─▶ folder made and linked
class Joining final : public ChainOf<Joined> {
 public:
  Joining(net::Loop& loop, const Settings& settings, JoinRequest request, std::function<void(Result<Joined>)> done)
      : ChainOf(loop, settings, std::move(done)), request_(std::move(request)) {
    soon([this] { begin(); });
  }

 private:
  void begin() {
    auto invite = parse_invite(request_.invite);
    if (!invite) return finish(invite.error());
    invite_ = *std::move(invite);
    if (!request_.folder.empty()) {
      if (auto fit = check_folder(request_.folder); !fit) return finish(fit.error());
      if (back_) return finish(Joined{*back_, request_.folder});
      fresh_ = access(request_.folder.c_str(), F_OK) != 0;
      if (auto made = make_folder(request_.folder); !made) return finish(made.error());
    }
    const auto own = known_private_hub(process_environment());
    if (!own || own->url != invite_.hub) return join();
    hub_ = ensure_private_hub(loop_, process_environment(), [this](const Result<std::string>& url) {
      if (!url) return finish(url.error());
      join();
    });
  }

  /// Fine when it is empty, not there, or linked to this very session (then nothing is to be joined).
  Status check_folder(const std::string& folder) {
    auto linked = read_link_file(folder);
    if (linked && linked->session == invite_.session) {
      back_ = *std::move(linked);
      return {};
    }
    if (linked) return error(ErrorCode::conflict, folder + " is linked to another session; `tutti leave` unlinks it");
    if (!request_.merge && !is_empty_folder(folder)) {
      return error(ErrorCode::conflict,
                   folder + " is not empty; use another folder, or `tutti join --merge` if it holds the same project");
    }
    return {};
  }

  void join() {
    // A user token belongs to one hub and goes to no other; that hub knows the person's name.
    const std::string bearer = settings_.hub == invite_.hub ? settings_.token : std::string();
    json body = {{"secret", invite_.secret}};
    const std::string name = bearer.empty() ? display_name(settings_, process_environment()) : settings_.name;
    if (!name.empty()) body["name"] = name;
    if (!request_.password.empty()) body["password"] = request_.password;
    call({"POST", invite_.hub, "/sessions/" + to_string(invite_.session) + "/join", bearer,
          body.dump(-1, ' ', false, json::error_handler_t::replace)},
         [this](const Result<json>& answer) { joined(answer); });
  }

  void joined(const Result<json>& answer) {
    if (!answer) {
      if (fresh_) rmdir(request_.folder.c_str());
      return finish(explained(answer.error()));
    }
    auto link = link_from(*answer, "session", invite_.hub);
    if (!link) return finish(link.error());
    std::string folder = request_.folder;
    if (folder.empty()) {
      folder = parent_folder() + "/" + folder_name(link->session_name);
      if (auto fit = check_folder(folder); !fit) return finish(fit.error());
      if (back_) return finish(Joined{*back_, folder});
    }
    if (auto made = make_folder(folder); !made) return finish(made.error());
    if (auto written = write_link_file(folder, *link); !written) return finish(written.error());
    finish(Joined{*std::move(link), folder});
  }

  /// A hub without a public address is nowhere but on its own machine.
  [[nodiscard]] Error explained(Error problem) const {
    if (problem.code == ErrorCode::unavailable && net::leads_to_loopback(invite_.hub)) {
      problem.message += "; this link is good only on the machine on which it was made";
    }
    return problem;
  }

  [[nodiscard]] std::string parent_folder() const {
    std::error_code ignored;
    return request_.parent.empty() ? std::filesystem::current_path(ignored).string() : request_.parent;
  }

  JoinRequest request_;
  InviteLink invite_;
  std::optional<LinkFile> back_;
  bool fresh_ = false;  ///< the folder is of our making
  std::unique_ptr<Errand> hub_;
};

class Listing final : public ChainOf<std::vector<SessionLine>> {
 public:
  Listing(net::Loop& loop, const Settings& settings, std::function<void(Result<std::vector<SessionLine>>)> done)
      : ChainOf(loop, settings, std::move(done)) {
    soon([this] { begin(); });
  }

 private:
  void begin() {
    if (!settings_.hub.empty()) return list(settings_.hub, settings_.token);
    if (!known_private_hub(process_environment())) return finish(std::vector<SessionLine>());
    hub_ = ensure_private_hub(loop_, process_environment(), [this](const Result<std::string>& url) {
      if (!url) return finish(url.error());
      list(*url, private_hub_token(process_environment()).value_or(""));
    });
  }

  void list(const std::string& hub, const std::string& token) {
    call({"GET", hub, "/sessions", token, ""}, [this](const Result<json>& answer) {
      if (!answer) return finish(answer.error());
      std::vector<SessionLine> lines;
      const auto found = answer->find("sessions");
      if (found == answer->end() || !found->is_array()) return finish(lines);
      for (const json& row : *found) {
        lines.push_back({text_at(row, "id"), text_at(row, "name"), text_at(row, "role"), text_at(row, "project_path")});
      }
      finish(std::move(lines));
    });
  }

  std::unique_ptr<Errand> hub_;
};

class Leaving final : public ChainOf<void> {
 public:
  Leaving(net::Loop& loop, const Settings& settings, LinkFile link, std::function<void(Status)> done)
      : ChainOf(loop, settings, std::move(done)), link_(std::move(link)) {
    soon([this] {
      call({"POST", link_.hub, "/sessions/" + to_string(link_.session) + "/leave", link_.token, "{}"},
           [this](const Result<json>& answer) { finish(answer ? Status() : Status(answer.error())); });
    });
  }

 private:
  LinkFile link_;
};

}  // namespace

std::string link_notice(const LinkFile& link) {
  if (!net::leads_to_loopback(link.hub)) return {};
  return "The link is good on this machine only, where its private hub is; for others, share through a hub that they reach "
         "too.";
}

std::string name_notice(const std::string& wished, const LinkFile& link) {
  if (wished.empty() || wished == link.name) return {};
  return "Others see you as " + link.name + ", not as " + wished +
         ": the name is settled when a folder is linked, and a hub that knows you calls you as its operator does.";
}

std::unique_ptr<Errand> share(net::Loop& loop, const Settings& settings, ShareRequest request,
                              std::function<void(Result<Shared>)> done) {
  return std::make_unique<Sharing>(loop, settings, std::move(request), std::move(done));
}

std::unique_ptr<Errand> join(net::Loop& loop, const Settings& settings, JoinRequest request,
                             std::function<void(Result<Joined>)> done) {
  return std::make_unique<Joining>(loop, settings, std::move(request), std::move(done));
}

std::unique_ptr<Errand> list_sessions(net::Loop& loop, const Settings& settings,
                                      std::function<void(Result<std::vector<SessionLine>>)> done) {
  return std::make_unique<Listing>(loop, settings, std::move(done));
}

std::unique_ptr<Errand> leave_session(net::Loop& loop, const Settings& settings, const LinkFile& link,
                                      std::function<void(Status)> done) {
  return std::make_unique<Leaving>(loop, settings, link, std::move(done));
}

}  // namespace tutti::workspace
