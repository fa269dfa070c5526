#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lsp-server/mirror/private_file.hpp"
#include "lsp-server/workspace/workspace_state.hpp"

namespace tutti::workspace {
namespace {

using nlohmann::json;

constexpr net::Duration note_every{250};  ///< status.json

const char* name_of(peer::Link link) {
  switch (link) {
    case peer::Link::offline:
      return "offline";
    case peer::Link::connecting:
      return "connecting";
    case peer::Link::online:
      return "online";
    case peer::Link::stopped:
      return "stopped";
  }
  return "offline";
}

const char* name_of(wire::Role role) {
  switch (role) {
    case wire::Role::viewer:
      return "viewer";
    case wire::Role::agent:
      return "agent";
    case wire::Role::editor:
      return "editor";
    case wire::Role::owner:
      return "owner";
  }
  return "viewer";
}

}  // namespace

Overview Workspace::State::overview() const {
  Overview out;
  out.peer = peer().status();
  out.session = link.session;
  out.session_name = link.session_name;
  out.hub = link.hub;
  const auto self = peer().self();
  out.link_role = self ? name_of(self->role) : link.role;
  const auto documents = peer().documents();
  out.documents = documents.size();
  out.mirroring = tending.folder() != nullptr;
  if (!out.mirroring) return out;
  const auto status = tending.folder()->status();
  out.held_back = status.held_back;
  out.not_written = status.failing;
  const bool quiet = known && out.peer.link == peer::Link::online && out.peer.pending == 0 && status.settled;
  out.settled = quiet && std::all_of(documents.begin(), documents.end(),
                                     [&](const auto& info) { return peer().document(info.document) != nullptr; });
  return out;
}

void Workspace::State::note() {
  if (tending.folder() == nullptr || note_timer.active()) return;
  note_timer.once(note_every, [this] {
    const Overview now = overview();
    const json out = {{"pid", getpid()},
                      {"connection", name_of(now.peer.link)},
                      {"message", now.peer.message.empty() ? now.peer.journal_trouble : now.peer.message},
                      {"pending", now.peer.pending},
                      {"in_memory", now.peer.in_memory},
                      {"saved", !now.peer.store_trouble},
                      {"session", to_string(now.session)},
                      {"name", now.session_name},
                      {"hub", now.hub},
                      {"role", now.link_role},
                      {"documents", now.documents},
                      {"settled", now.settled},
                      {"held_back", now.held_back},
                      {"not_written", now.not_written},
                      {"participants", peer().participants().size() + (peer().self() ? 1 : 0)}};
    std::string text = out.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
    if (text == noted) return;
    if (mirror::write_private(home("status.json"), text)) {
      noted = std::move(text);
    } else {
      unlink(home("status.json").c_str());  // what it says is true no more
      noted.clear();
    }
  });
}

}  // namespace tutti::workspace
