// Sessions: share, join, leave, list, follow; undo and redo. As `collab/<name>` and as the command `tutti.<name>`.
#include <nlohmann/json.hpp>
#include <utility>

#include "lsp-server/server/convert.hpp"
#include "lsp-server/server/server.hpp"
#include "protocol/jsonrpc/errors.hpp"

namespace tutti::lsp {

void Server::command(const std::string& name, jsonrpc::DeferredHandler handler) {
  commands_[name] = handler;
  rpc_.on_deferred("collab/" + name, std::move(handler));
}

void Server::register_commands() {
  command("share", [this](Call call, const Json& params) { share(call, params); });
  command("join", [this](Call call, const Json& params) { join(call, params); });
  command("leave", [this](Call call, const Json&) { leave(call); });
  command("sessions", [this](Call call, const Json&) { sessions(call); });
  command("follow", [this](Call call, const Json& params) { follow(call, params); });
  command("undo", [this](Call call, const Json& params) { turn_back(call, params, link::Cause::undo); });
  command("redo", [this](Call call, const Json& params) { turn_back(call, params, link::Cause::redo); });
  rpc_.on_deferred("workspace/executeCommand", [this](Call call, const Json& params) { execute(call, params); });
}

void Server::execute(Call call, const Json& params) {
  constexpr std::string_view prefix = "tutti.";
  const auto name = params.at("command").get<std::string>();
  const auto found = name.starts_with(prefix) ? commands_.find(name.substr(prefix.size())) : commands_.end();
  if (found == commands_.end()) {
    rpc_.fail(call, {jsonrpc::kInvalidParams, "there is no command " + name, "not_found"});
    return;
  }
  const auto arguments = params.find("arguments");
  const bool has_params = arguments != params.end() && arguments->is_array() && !arguments->empty();
  found->second(call, has_params ? arguments->front() : Json::object());
}

void Server::share(Call call, const Json& json) {
  collab::ShareParams params;
  if (const auto read = from_json(json, params); !read) {
    rpc_.fail(call, jsonrpc::to_response(read.error()));
    return;
  }
  workspace::ShareRequest request;
  request.folder = params.folder.value_or(agreement_.folders.empty() ? "" : agreement_.folders.front());
  if (request.folder.empty()) {
    rpc_.fail(call, {jsonrpc::kInvalidParams, "no folder is open that could be shared", "invalid"});
    return;
  }
  if (params.role) request.role = std::string(to_string(*params.role));
  request.password = params.password.value_or("");
  if (params.expires) request.expires = *params.expires;
  const std::string name = params.name.value_or(agreement_.name);
  rooms_->share(name, params.hub.value_or(agreement_.hub), request,
                [this, call, name, folder = request.folder](Result<workspace::Shared> shared) {
                  outside_.want_turn();
                  if (!shared) {
                    rpc_.fail(call, jsonrpc::to_response(shared.error()));
                    return;
                  }
                  enter(folder, false);
                  say_if_any("name", workspace::name_notice(name, shared->link));
                  say_if_any("link", workspace::link_notice(shared->link));
                  rpc_.reply(call, to_json(collab::ShareResult{shared->link.session, shared->invite}));
                });
}

void Server::join(Call call, const Json& json) {
  collab::JoinParams params;
  if (const auto read = from_json(json, params); !read) {
    rpc_.fail(call, jsonrpc::to_response(read.error()));
    return;
  }
  workspace::JoinRequest request;
  request.invite = params.link;
  request.folder = params.folder.value_or("");
  request.password = params.password.value_or("");
  if (!agreement_.folders.empty()) {
    const std::string& first = agreement_.folders.front();
    request.parent = first.substr(0, std::max<std::size_t>(first.rfind('/'), 1));
  }
  const std::string name = params.name.value_or(agreement_.name);
  rooms_->join(name, std::move(request), [this, call, name](Result<workspace::Joined> joined) {
    outside_.want_turn();
    if (!joined) {
      rpc_.fail(call, jsonrpc::to_response(joined.error()));
      return;
    }
    enter(joined->folder, true);
    say_if_any("name", workspace::name_notice(name, joined->link));
    arrivals_.push_back({call, joined->link.session, joined->folder, outside_.now() + arrival_ms});
  });
}

/// Whoever has joined opens a file next: one that is not there yet would be an empty one of their own.
void Server::answer_arrivals() {
  constexpr std::int64_t look_ms = 20;
  const Instant now = outside_.now();
  std::erase_if(arrivals_, [&](const Arrival& one) {
    const bool complete = has_arrived(one.folder);
    if (!complete && now < one.latest) {
      wake_at(std::min(one.latest, now + look_ms));
      return false;
    }
    rpc_.reply(one.call, to_json(collab::JoinResult{one.session, one.folder, complete ? std::nullopt : std::optional(true)}));
    return true;
  });
}

/// Another process may have the folder in its care; what is there then is not ours to know.
bool Server::has_arrived(const std::string& folder) const {
  const auto found = open_rooms_.find(folder);
  if (found == open_rooms_.end()) return true;
  const workspace::Overview overview = found->second.room->overview();
  return !overview.mirroring || overview.settled || overview.peer.link == peer::Link::stopped;
}

void Server::leave(Call call) {
  OpenRoom* room = first_room();
  if (room == nullptr) {
    rpc_.fail(call, {jsonrpc::kRequestFailed, "this folder is in no session", "not_found"});
    return;
  }
  const std::string folder = room->room->folder();
  room->leaving = true;
  room->room->leave([this, call, folder](const Status& done) {
    outside_.want_turn();
    const auto found = open_rooms_.find(folder);
    if (found != open_rooms_.end()) {
      tell_unsent(*found->second.room);
      documents_->move_out(*found->second.room, outside_.now());
      found->second.left = true;
    }
    status_due_ = presence_due_ = true;
    if (done) {
      rpc_.reply(call, Json::object());
    } else {
      rpc_.fail(call, jsonrpc::to_response(done.error()));
    }
  });
}

/// Leaving does not wait for a hub that is away.
void Server::tell_unsent(const Room& room) {
  const std::size_t count = room.overview().peer.pending;
  if (count == 0) return;
  say("unsent", 2,
      (count == 1 ? "1 edit of yours" : std::to_string(count) + " edits of yours") +
          " did not reach the hub before you left, and only your copy has that text.");
}

void Server::sessions(Call call) {
  rooms_->sessions([this, call](Result<std::vector<workspace::SessionLine>> lines) {
    outside_.want_turn();
    if (!lines) {
      rpc_.fail(call, jsonrpc::to_response(lines.error()));
      return;
    }
    collab::SessionsResult result;
    for (const workspace::SessionLine& line : *lines) {
      const auto id = parse_id<SessionId>(line.id);
      if (!id) continue;
      collab::SessionSummary summary{*id, line.name, role_of(line.role), {}};
      for (const auto& [folder, room] : open_rooms_) {
        if (room.room->overview().session == *id) summary.folder = folder;
      }
      result.sessions.push_back(std::move(summary));
    }
    rpc_.reply(call, to_json(result));
  });
}

/// The change itself goes to the editor as an edit like any other: at the end of the turn, or once it is found.
void Server::turn_back(Call call, const Json& json, link::Cause cause) {
  collab::UndoParams params;  // collab/redo has the same
  if (const auto read = from_json(json, params); !read) {
    rpc_.fail(call, jsonrpc::to_response(read.error()));
    return;
  }
  EditorDocument* document = known(params.text_document.uri, "undo");
  if (document == nullptr || !document->joined) {
    rpc_.fail(call, {jsonrpc::kRequestFailed, "this file is not open, or not shared", "not_found"});
    return;
  }
  Room& room = *document->room;
  const auto delta = cause == link::Cause::undo ? room.undo(*document->id) : room.redo(*document->id);
  if (!delta) {
    rpc_.fail(call, jsonrpc::to_response(delta.error()));
    return;
  }
  if (!delta->is_noop()) documents_->turned_back(*document, *delta, cause, outside_.now());
  rpc_.reply(call, to_json(collab::UndoResult{!delta->is_noop() || room.turns_back(*document->id)}));
}

void Server::follow(Call call, const Json& json) {
  collab::FollowParams params;
  if (const auto read = from_json(json, params); !read) {
    rpc_.fail(call, jsonrpc::to_response(read.error()));
    return;
  }
  followed_ = params.participant;
  last_reveal_.clear();
  reveal();
  rpc_.reply(call, Json::object());
}

}  // namespace tutti::lsp
