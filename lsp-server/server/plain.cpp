// Clients without the plugin: changes in, edits out, both in LSP's own words.
#include <nlohmann/json.hpp>
#include <utility>

#include "lsp-server/server/convert.hpp"
#include "lsp-server/server/server.hpp"

namespace tutti::lsp {

namespace {

using Json = nlohmann::json;

plain::Change read_change(const Json& json) {
  plain::Change change{std::nullopt, json.at("text").get<std::string>()};
  const auto range = json.find("range");
  if (range != json.end() && range->is_object()) {
    change.range = plain::Range{read_place(range->at("start")), read_place(range->at("end"))};
  }
  return change;
}

Json to_json(text::Place place) {
  return {{"line", place.line}, {"character", place.column}};
}

Json to_json(const std::vector<link::Replacement>& edits) {
  Json list = Json::array();
  for (const link::Replacement& edit : edits) {
    list.push_back({{"range", {{"start", to_json(edit.from)}, {"end", to_json(edit.to)}}}, {"newText", edit.text}});
  }
  return list;
}

Json workspace_edit(const std::string& uri, plain::Version version, const std::vector<link::Replacement>& edits) {
  const Json change = {{"textDocument", {{"uri", uri}, {"version", version.value}}}, {"edits", to_json(edits)}};
  return {{"label", "Others' edits"}, {"edit", {{"documentChanges", Json::array({change})}}}};
}

Json waiting_notice(const EditorDocument& document, std::size_t count, bool pull_only) {
  Json list = Json::array();
  const std::string words = (count == 1 ? "1 edit of others waits" : std::to_string(count) + " edits of others wait") +
                            (pull_only ? ": save or format to take them" : "");
  const Json start = {{"line", 0}, {"character", 0}};
  if (count > 0) {
    list.push_back({{"range", {{"start", start}, {"end", start}}}, {"severity", 4}, {"source", "tutti"}, {"message", words}});
  }
  return {{"uri", document.uri}, {"diagnostics", list}};
}

bool is_applied(const Json* result) {
  return result != nullptr && result->is_object() && result->value("applied", false);
}

}  // namespace

void Server::register_plain() {
  rpc_.on_notification("textDocument/didChange", [this](const Json& params) { did_change(params); });
  const auto pulled_edits = [this](const Json& params) -> Result<Json> { return pulled(params); };
  rpc_.on_request("textDocument/formatting", pulled_edits);
  rpc_.on_request("textDocument/willSaveWaitUntil", pulled_edits);
  commands_["pull"] = [this](Call call, const Json& params) { pull(call, params); };
}

void Server::did_change(const Json& params) {
  const Json& item = params.at("textDocument");
  EditorDocument* document = known(item.at("uri").get<std::string>(), "didChange");
  if (document == nullptr || document->plain() == nullptr) return;
  plain::Changed changed{plain::Version(item.value("version", std::int64_t{0})), {}};
  for (const Json& change : params.at("contentChanges")) changed.changes.push_back(read_change(change));
  if (document->joined) attention_.typed(*document->id, outside_.now());
  documents_->step(*document, plain::Event(std::move(changed)), outside_.now());
}

void Server::push(const EditorDocument& document, const plain::Push& push) {
  const auto sent = rpc_.request("workspace/applyEdit", workspace_edit(document.uri, push.version, push.edits),
                                 [this, uri = document.uri, number = push.number](const Json* result, const auto*) {
                                   documents_->answered(uri, number, is_applied(result), outside_.now());
                                   outside_.want_turn();
                                 });
  if (!sent) outside_.log("an edit could not be sent: " + sent.error().message);
}

/// What waits, as edits of the text as this client last told it.
Server::Json Server::pulled(const Json& params) {
  EditorDocument* document = known(params.at("textDocument").at("uri").get<std::string>(), "pull");
  if (document == nullptr || document->plain() == nullptr) return Json::array();
  return to_json(documents_->pull(*document, outside_.now()));
}

/// As a command: some clients take an edit while a command of theirs runs.
void Server::pull(Call call, const Json& params) {
  const auto uri = params.at("textDocument").at("uri").get<std::string>();
  EditorDocument* document = known(uri, "pull");
  if (document != nullptr && document->plain() != nullptr) {
    const auto edits = documents_->pull(*document, outside_.now());
    const plain::Version version = document->plain()->version();
    if (!edits.empty()) {
      static_cast<void>(
          rpc_.request("workspace/applyEdit", workspace_edit(uri, version, edits), [](const auto*, const auto*) {}));
    }
  }
  rpc_.reply(call, Json::object());
}

/// Others' edits that have not reached the buffer for a second are told of on its first line.
void Server::send_waiting() {
  if (agreement_.plugin || !agreement_.hints) return;
  const Instant now = outside_.now();
  documents_->each([&](EditorDocument& document) {
    const plain::Link& link = *document.plain();
    const bool waits = link.waiting() > 0;
    const Instant due = link.waiting_since() + waiting_ms;
    if (waits && now < due) return wake_at(due);
    if (waits == document.told_waiting) return;
    document.told_waiting = waits;
    rpc_.notify("textDocument/publishDiagnostics", waiting_notice(document, link.waiting(), agreement_.plain.pull_only));
  });
}

void Server::diverged(const EditorDocument& document, const plain::Diverged& what) {
  outside_.log(document.uri + ": " + what.why);
  if (what.repaired) {
    say("repaired " + document.uri, 2, "The editor and Tutti did not have the same text; that is repaired: " + document.path);
  } else {
    say("diverged " + document.uri, 2, "The editor left out a change; save the file to repair that: " + document.path);
  }
}

}  // namespace tutti::lsp
