#include "lsp-server/server/server.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "lsp-server/server/convert.hpp"
#include "lsp-server/server/cursors.hpp"
#include "lsp-server/server/uri.hpp"

namespace tutti::lsp {

Server::Server(std::unique_ptr<Rooms> rooms, Outside outside, bool push)
    : rooms_(std::move(rooms)),
      outside_(std::move(outside)),
      push_(push),
      rpc_(outside_.sink, outside_.log),
      attention_(outside_.now()) {
  rpc_.set_gate([this](std::string_view method) { return gate(method); });
  register_life();
  register_texts();
  register_plain();
  register_people();
  register_commands();
}

/// Rooms may call while they end; the documents they speak of are still there.
Server::~Server() {
  open_rooms_.clear();
}

// ---- life cycle

std::optional<jsonrpc::ResponseError> Server::gate(std::string_view method) const {
  if (method == "exit") return std::nullopt;
  if (shut_down_) return jsonrpc::ResponseError{jsonrpc::kInvalidRequest, "the server was told to shut down", ""};
  if (!initialized_ && method != "initialize") {
    return jsonrpc::ResponseError{jsonrpc::kServerNotInitialized, "initialize comes first", ""};
  }
  if (initialized_ && method == "initialize") {
    return jsonrpc::ResponseError{jsonrpc::kInvalidRequest, "initialize comes once", ""};
  }
  return std::nullopt;
}

void Server::register_life() {
  rpc_.on_request("initialize", [this](const Json& params) -> Result<Json> { return initialize(params); });
  rpc_.on_request("shutdown", [this](const Json&) -> Result<Json> {
    shut_down_ = true;
    return Json(nullptr);
  });
  rpc_.on_notification("initialized", [this](const Json&) { status_due_ = true; });
  rpc_.on_notification("exit", [this](const Json&) { end(); });
  for (const char* ignored : {"$/setTrace", "workspace/didChangeConfiguration", "workspace/didChangeWatchedFiles"}) {
    rpc_.on_notification(ignored, [](const Json&) {});
  }
}

Server::Json Server::initialize(const Json& params) {
  agreement_ = read_initialize(params, push_);
  initialized_ = true;
  const auto fresh = agreement_.plugin ? EditorDocument::Way(link::Link(agreement_.habits))
                                       : EditorDocument::Way(plain::Link(agreement_.plain));
  documents_ = std::make_unique<Documents>(
      fresh, Documents::Outbox{
                 [this](const EditorDocument& document, link::Edit edit) {
                   rpc_.notify(collab::EditParams::kMethod, to_json(to_wire(document.uri, std::move(edit))));
                 },
                 [this](const EditorDocument& document, const link::SendResync& resync) {
                   outside_.log("resync: " + resync.why);
                   rpc_.notify(collab::ResyncParams::kMethod, to_json(collab::ResyncParams{{document.uri}, resync.epoch}));
                 },
                 [this](const EditorDocument& document, const plain::Push& edit) { push(document, edit); },
                 [this](const EditorDocument& document, const plain::Diverged& what) { diverged(document, what); },
                 [this](const EditorDocument&, const Error& why) {
                   say("refused", 2, "This change was not made, and is taken back: " + why.message + ".");
                 },
                 [this](const EditorDocument& document, const std::string& why) {
                   say("private " + document.path, 3, "Not shared: " + why + (why.ends_with('.') ? "" : "."));
                 },
                 [this](Instant at) { wake_at(at); }});
  for (const std::string& folder : agreement_.folders) room_for(folder);
  return capabilities(agreement_);
}

void Server::receive(std::string_view body) {
  rpc_.receive(body);
  outside_.want_turn();
}

void Server::framing_fault(const Error& fault) {
  rpc_.report(fault);
  if (fault.code == ErrorCode::limit) {
    say("framing", 2,
        "Something larger than 64 MiB was opened or changed. So large a file is not shared and stays on this machine.");
  }
}

void Server::end() {
  if (std::exchange(ended_, true)) return;
  rpc_.abandon("the editor is gone");
  outside_.exit(shut_down_ ? 0 : 1);
}

// ---- turns

void Server::wake_at(Instant at) {
  wake_ = wake_ ? std::min(*wake_, at) : at;
}

std::optional<Instant> Server::turn() {
  wake_.reset();
  if (!initialized_ || ended_) return wake_;
  const Instant now = outside_.now();
  documents_->pump(now);
  reap();
  answer_arrivals();
  send_status();
  tell_carets();
  offer_diagnostics();
  tell_presence(now);
  send_presence();
  send_cursors();
  send_waiting();
  send_diagnostics();
  return wake_;
}

/// A room may not go while it is calling us; here it is not.
void Server::reap() {
  for (auto at = open_rooms_.begin(); at != open_rooms_.end();) {
    at = at->second.left ? open_rooms_.erase(at) : std::next(at);
  }
}

void Server::say(std::string_view kind, int level, const std::string& words) {
  const Instant now = outside_.now();
  const auto last = said_.find(kind);
  if (last != said_.end() && now < last->second + repeat_ms) return;
  if (said_.size() > 1024) said_.clear();
  said_.insert_or_assign(std::string(kind), now);
  rpc_.notify("window/showMessage", {{"type", level}, {"message", words}});
}

void Server::say_if_any(std::string_view kind, const std::string& words) {
  if (!words.empty()) say(kind, 3, words);
}

void Server::watch_connection(OpenRoom& room) {
  const peer::Status status = room.room->overview().peer;
  const peer::Link before = std::exchange(room.last_link, status.link);
  if (status.link == before) return;
  if (status.link == peer::Link::stopped && !room.leaving) say("stopped", 1, "Not connected any more: " + status.message);
  if (status.link == peer::Link::online) {
    if (room.was_online) say("regained", 3, "Connected again.");
    room.was_online = true;
    back_online(*room.room);
  }
  if (before == peer::Link::online && status.link != peer::Link::stopped) {
    say("lost", 2, "The connection to the hub is lost. You can go on; your work is sent when it is back.");
  }
}

/// The hub knows nothing of what was told while it was away.
void Server::back_online(Room& room) {
  shown_.reset();
  documents_->each([&](EditorDocument& document) {
    if (document.room == &room) document.carets_due = !document.carets.empty();
  });
}

/// Each session hears of its own files only.
void Server::tell_presence(Instant now) {
  if (const auto change = attention_.next_change(now)) wake_at(*change);
  const Attention::Shown shown = attention_.at(now);
  if (!agreement_.plugin || std::exchange(shown_, shown) == shown) return;
  for (auto& [folder, room] : open_rooms_) {
    const bool here = shown.document && room.room->path(*shown.document);
    room.room->set_presence(shown.activity, here ? shown.document : std::nullopt, here && shown.typing);
  }
}

void Server::send_status() {
  if (!std::exchange(status_due_, false)) return;
  collab::StatusParams params;
  for (auto& [folder, room] : open_rooms_) {
    watch_connection(room);
    const workspace::Overview overview = room.room->overview();
    params.connection = to_wire(overview.peer.link);
    params.session = collab::SessionStatus{overview.session, overview.session_name, role_of(overview.link_role)};
    params.pending += overview.peer.pending;
    if (overview.peer.in_memory > 0) params.in_memory = params.in_memory.value_or(0) + overview.peer.in_memory;
    const std::string& words = overview.peer.message.empty() ? overview.peer.journal_trouble : overview.peer.message;
    if (!words.empty()) params.message = words.substr(0, collab::kStatusMessageMax);
  }
  documents_->each([&](const EditorDocument& d) {
    if (!d.room || !d.id) return;
    params.documents.push_back({d.uri, to_wire(d.room->state(*d.id)), d.room->pending(*d.id)});
  });
  Json json = to_json(params);
  std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (text == last_status_) return;
  last_status_ = std::move(text);
  if (agreement_.plugin) rpc_.notify(collab::StatusParams::kMethod, json);
}

// ---- people

void Server::send_presence() {
  if (!presence_due_) return;
  const Instant now = outside_.now();
  if (now < presence_sent_ + presence_ms) return wake_at(presence_sent_ + presence_ms);
  presence_due_ = false;
  presence_sent_ = now;
  if (!agreement_.plugin) return reveal();
  collab::PresenceParams params;
  for (auto& [folder, room] : open_rooms_) {
    for (const wire::Participant& p : room.room->participants()) {
      collab::Person person{p.id, p.name, p.color, p.kind, p.role, p.activity, {}, p.typing, {}};
      const auto path = p.document ? room.room->path(*p.document) : std::nullopt;
      if (path && path->size() > folder.size()) person.file = path->substr(folder.size() + 1);
      params.participants.push_back(std::move(person));
    }
  }
  rpc_.notify(collab::PresenceParams::kMethod, to_json(params));
  reveal();
}

void Server::send_cursors() {
  if (!agreement_.plugin) return refresh_hints();
  const Instant now = outside_.now();
  bool sent = false;
  documents_->each([&](EditorDocument& document) {
    if (!document.cursors_due || !document.joined) return;
    if (now < cursors_sent_ + presence_ms) return wake_at(cursors_sent_ + presence_ms);
    document.cursors_due = false;
    sent = true;
    rpc_.notify(collab::CursorsParams::kMethod, to_json(cursors_in(document)));
  });
  if (!sent) return;
  cursors_sent_ = now;
  reveal();
}

/// Shows where the followed participant is, once for each place. A file that this editor has not open is shown from its
/// beginning; once it is open, the caret follows.
void Server::reveal() {
  if (!followed_) return;
  for (const auto& [folder, room] : open_rooms_) {
    const auto people = room.room->participants();
    const auto who = std::find_if(people.begin(), people.end(), [&](const auto& p) { return p.id == *followed_; });
    if (who == people.end() || !who->document) continue;
    if (const auto place = place_of(*room.room, *who)) send_reveal(*place);
  }
}

std::optional<collab::RevealParams> Server::place_of(const Room& room, const wire::Participant& who) const {
  std::optional<collab::RevealParams> place;
  bool is_open = false;
  documents_->each([&](const EditorDocument& document) {
    if (document.room != &room || document.id != who.document) return;
    is_open = true;
    if (!document.joined) return;
    for (const peer::Cursor& cursor : room.cursors(*document.id)) {
      if (cursor.participant != who.id || cursor.selections.empty()) continue;
      place = collab::RevealParams{{document.uri}, range_in(document, cursor.selections.front())};
    }
  });
  const auto path = is_open ? std::nullopt : room.path(*who.document);
  return path ? collab::RevealParams{{uri_of_path(*path)}, {}} : place;
}

void Server::send_reveal(const collab::RevealParams& place) {
  const Json json = to_json(place);
  std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (text == last_reveal_) return;
  last_reveal_ = std::move(text);
  if (!agreement_.plugin) return show_document(place);
  rpc_.notify(collab::RevealParams::kMethod, json);
}

}  // namespace tutti::lsp
