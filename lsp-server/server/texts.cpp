// What the editor says about documents and carets.
#include <nlohmann/json.hpp>
#include <utility>

#include "lsp-server/server/convert.hpp"
#include "lsp-server/server/server.hpp"
#include "lsp-server/server/uri.hpp"
#include "protocol/jsonrpc/typed.hpp"

namespace tutti::lsp {

void Server::odd(const Error& error) {
  outside_.log("not understood: " + error.message);
  say("odd", 1, "The editor sent something that cannot be understood: " + error.message);
}

/// A notification about one document; if it cannot be read, the editor has to begin again with it.
template <class Params, class Handler>
void Server::on_document(Handler handler) {
  rpc_.on_notification(std::string(Params::kMethod), [this, handler](const Json& json) {
    Params params;
    const auto read = from_json(json, params);
    if (read) return handler(std::move(params));
    odd(read.error());
    EditorDocument* document = known(json.at("textDocument").at("uri").get<std::string>(), Params::kMethod);
    if (document != nullptr) documents_->step(*document, link::Garbled{read.error().message}, outside_.now());
  });
}

void Server::register_texts() {
  const auto refused = [this](const Error& error) { odd(error); };
  rpc_.on_notification("textDocument/didOpen", [this](const Json& params) { did_open(params); });
  rpc_.on_notification("textDocument/didClose", [this](const Json& params) { did_close(params); });
  rpc_.on_notification("textDocument/didSave", [this](const Json& params) { did_save(params); });
  on_document<collab::EditParams>([this](collab::EditParams p) { edited(std::move(p)); });
  on_document<collab::AckParams>([this](const collab::AckParams& p) {
    EditorDocument* document = known(p.text_document.uri, "ack");
    if (document != nullptr) documents_->step(*document, link::Acked{p.epoch, p.seen}, outside_.now());
  });
  jsonrpc::on_notification<collab::DiagnosticsParams>(
      rpc_, std::string(collab::DiagnosticsParams::kMethod), [this](collab::DiagnosticsParams p) { diagnosed(std::move(p)); },
      refused);
  jsonrpc::on_notification<collab::CursorParams>(
      rpc_, std::string(collab::CursorParams::kMethod), [this](const collab::CursorParams& p) { cursor(p); }, refused);
}

EditorDocument* Server::known(const std::string& uri, std::string_view what) {
  EditorDocument* document = documents_->find(uri);
  if (document == nullptr) outside_.log(std::string(what) + " for a document that is not open");
  return document;
}

void Server::did_open(const Json& params) {
  const Json& item = params.at("textDocument");
  auto uri = item.at("uri").get<std::string>();
  auto text = item.at("text").get<std::string>();
  const plain::Version version(item.value("version", std::int64_t{0}));
  const auto path = path_of_uri(uri);
  Room* room = path ? room_for(*path) : nullptr;
  if (documents_->open(uri, path.value_or(""), std::move(text), version, room, outside_.now()) == nullptr) {
    say("many", 1, "Too many documents were opened; this one is not shared.");
  }
  status_due_ = true;
}

void Server::did_close(const Json& params) {
  EditorDocument* document = known(params.at("textDocument").at("uri").get<std::string>(), "didClose");
  if (document == nullptr) return;
  if (document->joined) document->room->move_cursor(*document->id, {});
  if (document->joined) document->room->set_diagnostics(*document->id, {});
  if (document->id) attention_.closed(*document->id);
  document->told_carets.clear();
  documents_->close(*document, outside_.now());
  status_due_ = true;
}

void Server::did_save(const Json& params) {
  EditorDocument* document = known(params.at("textDocument").at("uri").get<std::string>(), "didSave");
  const auto text = params.find("text");
  const bool tells = text != params.end() && text->is_string();
  if (document != nullptr) {
    documents_->save(*document, tells ? std::optional(text->get<std::string>()) : std::nullopt, outside_.now());
  }
}

void Server::edited(collab::EditParams params) {
  EditorDocument* document = known(params.text_document.uri, "edit");
  if (document == nullptr) return;
  document->findings_due = true;
  if (document->joined) attention_.typed(*document->id, outside_.now());
  documents_->step(*document, link::Edited{to_link(std::move(params))}, outside_.now());
}

void Server::cursor(const collab::CursorParams& params) {
  EditorDocument* document = known(params.text_document.uri, "cursor");
  if (document == nullptr) return;
  std::vector<link::Caret> carets;
  for (const collab::Range& range : params.selections) carets.push_back({to_place(range.start), to_place(range.end)});
  const bool moved = documents_->place_carets(*document, std::move(carets));
  if (!document->id || params.selections.empty()) return;
  const Instant now = outside_.now();
  if (moved || attention_.at(now).document != document->id) attention_.looked(*document->id, now);
}

/// Also after a connection was lost, since others were told that this person is gone.
void Server::tell_carets() {
  documents_->each([](EditorDocument& document) {
    if (!document.joined || !std::exchange(document.carets_due, false)) return;
    document.room->move_cursor(*document.id, document.carets);
  });
}

}  // namespace tutti::lsp
