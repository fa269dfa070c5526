// People, for clients without the plugin: carets as inlay hints, names on request, commands as code actions.
#include <nlohmann/json.hpp>

#include "lsp-server/server/convert.hpp"
#include "lsp-server/server/cursors.hpp"
#include "lsp-server/server/server.hpp"

namespace tutti::lsp {

namespace {

using Json = nlohmann::json;

Json action(const std::string& title, const char* command, const Json& argument) {
  return {{"title", "Tutti: " + title}, {"command", command}, {"arguments", Json::array({argument})}};
}

}  // namespace

void Server::register_people() {
  rpc_.on_request("textDocument/documentHighlight", [this](const Json& params) -> Result<Json> {
    looks_at(params, params.at("position"), params.at("position"));
    return Json::array();
  });
  rpc_.on_request("textDocument/inlayHint", [this](const Json& params) -> Result<Json> { return inlay_hints(params); });
  rpc_.on_request("textDocument/codeAction", [this](const Json& params) -> Result<Json> { return code_actions(params); });
  commands_["who"] = [this](Call call, const Json&) { who(call); };
}

/// A caret is a name behind the place where it is.
Server::Json Server::inlay_hints(const Json& params) {
  Json hints = Json::array();
  const EditorDocument* document = known(params.at("textDocument").at("uri").get<std::string>(), "inlayHint");
  if (document == nullptr || !document->joined || !agreement_.hints) return hints;
  for (const collab::RemoteCursor& cursor : cursors_in(*document).cursors) {
    for (const collab::Range& range : cursor.selections) {
      const Json position = {{"line", range.end.line}, {"character", range.end.character}};
      hints.push_back({{"position", position}, {"label", "\u258f" + cursor.name}, {"paddingRight", true}});
    }
  }
  return hints;
}

void Server::refresh_hints() {
  if (!agreement_.refreshes_hints || !agreement_.hints) return;
  const Instant now = outside_.now();
  bool changed = false;
  documents_->each([&](EditorDocument& document) {
    if (!document.cursors_due || !document.joined) return;
    if (now < cursors_sent_ + hints_ms) return wake_at(cursors_sent_ + hints_ms);
    document.cursors_due = false;
    const bool shows = !cursors_in(document).cursors.empty();
    changed = changed || shows || document.shows_carets;
    document.shows_carets = shows;
  });
  if (!changed) return;
  cursors_sent_ = now;
  reveal();
  static_cast<void>(rpc_.request("workspace/inlayHint/refresh", Json(nullptr), [](const auto*, const auto*) {}));
}

/// A request about a place tells where the person is.
void Server::looks_at(const Json& params, const Json& start, const Json& end) {
  EditorDocument* document = known(params.at("textDocument").at("uri").get<std::string>(), "a request");
  if (document == nullptr || document->plain() == nullptr || !document->joined) return;
  documents_->looks_at(*document, {read_place(start), read_place(end)});
  if (document->carets_due) attention_.looked(*document->id, outside_.now());
}

Server::Json Server::code_actions(const Json& params) {
  looks_at(params, params.at("range").at("start"), params.at("range").at("end"));
  const Json document = {{"textDocument", params.at("textDocument")}};
  Json actions = Json::array();
  if (open_rooms_.empty()) {
    actions.push_back(action("share this folder", "tutti.share", Json::object()));
    return actions;
  }
  actions.push_back(action("who is here", "tutti.who", Json::object()));
  actions.push_back(action("undo mine", "tutti.undo", document));
  actions.push_back(action("redo mine", "tutti.redo", document));
  actions.push_back(action("take others' edits", "tutti.pull", document));
  for (const auto& [folder, room] : open_rooms_) {
    for (const wire::Participant& person : room.room->participants()) {
      actions.push_back(action("follow " + person.name, "tutti.follow", to_json(collab::FollowParams{person.id})));
    }
  }
  if (followed_) actions.push_back(action("follow nobody", "tutti.follow", Json::object()));
  actions.push_back(action("leave the session", "tutti.leave", Json::object()));
  return actions;
}

void Server::who(Call call) {
  Json names = Json::array();
  std::string words;
  for (const auto& [folder, room] : open_rooms_) {
    for (const wire::Participant& person : room.room->participants()) {
      names.push_back(person.name);
      words += (words.empty() ? "" : ", ") + person.name;
    }
  }
  rpc_.notify("window/showMessage", {{"type", 3}, {"message", words.empty() ? "Nobody else is here." : "Here: " + words}});
  rpc_.reply(call, {{"names", names}});
}

void Server::show_document(const collab::RevealParams& place) {
  if (!agreement_.shows_documents) return;
  const Json start = {{"line", place.range.start.line}, {"character", place.range.start.character}};
  static_cast<void>(
      rpc_.request("window/showDocument",
                   {{"uri", place.text_document.uri}, {"takeFocus", true}, {"selection", {{"start", start}, {"end", start}}}},
                   [](const auto*, const auto*) {}));
}

}  // namespace tutti::lsp
