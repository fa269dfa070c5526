#include "lsp-server/server/documents.hpp"

#include <utility>

namespace tutti::lsp {

namespace {

void carry(std::vector<wire::Selection>& carets, const text::Delta& delta) {
  const auto moved = [&](std::uint64_t at) { return text::carry(text::Chars(at), delta, text::Left::mine).value; };
  for (wire::Selection& selection : carets) selection = {moved(selection.anchor), moved(selection.head)};
}

std::optional<text::Snapshot> snapshot_of(const std::optional<std::string>& text) {
  return text ? std::optional(text::Rope(*text).snapshot()) : std::nullopt;
}

}  // namespace

EditorDocument* Documents::find(const std::string& uri) {
  const auto found = documents_.find(uri);
  return found == documents_.end() || !found->second.link.is_open() ? nullptr : &found->second;
}

EditorDocument* Documents::open(const std::string& uri, const std::string& path, std::string text, Room* room, Instant now) {
  if (documents_.size() >= max_documents && !documents_.contains(uri)) return nullptr;
  EditorDocument& document = documents_.try_emplace(uri, habits_).first->second;
  if (document.link.is_open()) close(document, now);
  document.uri = uri;
  document.path = path;
  document.room = room;
  document.id.reset();
  document.joined = false;
  step(document, link::Opened{std::move(text), {}, {}}, now);
  if (room != nullptr) attach(document, room->editor_opened(path));
  return &document;
}

void Documents::attach(EditorDocument& document, const workspace::Opened& opened) {
  if (opened.kind == workspace::Opened::Kind::shared) document.id = opened.document;
  if (opened.kind == workspace::Opened::Kind::unshared) outbox_.unshared(document, opened.reason);
  document.touched = true;
}

void Documents::decided(const std::string& path, const workspace::Opened& opened) {
  for (auto& [uri, document] : documents_) {
    if (document.link.is_open() && document.path == path && !document.id) attach(document, opened);
  }
}

void Documents::join(EditorDocument& document, Instant now) {
  const auto replica = document.room->text(*document.id);
  if (!replica) return;
  document.joined = true;
  document.cursors_due = document.findings_due = true;
  document.offer_due = !document.own_findings.empty();
  step(document,
       link::Joined{*replica, snapshot_of(document.room->base_text(*document.id)),
                    snapshot_of(document.room->last_shadow(*document.id)),
                    snapshot_of(document.room->text_before(*document.id))},
       now);
  if (!document.told_carets.empty()) place_carets(document, document.told_carets);
  if (const auto saved = std::exchange(document.saved, {})) document.room->editor_saved(document.path, saved->str());
}

void Documents::close(EditorDocument& document, Instant now) {
  step(document, link::Closed{}, now);
  if (document.room != nullptr) document.room->editor_closed(document.path);
  document.room = nullptr;
  document.id.reset();
  document.joined = false;
  document.carets.clear();
  document.own_findings.clear();
  document.told_findings.clear();
  document.saved.reset();
}

void Documents::save(EditorDocument& document, Instant now) {
  step(document, link::Saved{}, now);
  if (document.room == nullptr || document.link.is_lost()) return;
  if (document.joined) {
    document.room->editor_saved(document.path, document.link.text().str());
  } else {
    document.saved = document.link.text().snapshot();  // no base for anybody as long as the room has not got all of it
  }
}

bool Documents::place_carets(EditorDocument& document, std::vector<link::Caret> carets) {
  document.told_carets = std::move(carets);
  document.carets_due = true;
  if (!document.joined) return true;
  const auto before = std::exchange(document.carets, {});
  for (const link::Caret& caret : document.told_carets) {
    document.carets.push_back({document.link.replica_place(caret.anchor).value, document.link.replica_place(caret.head).value});
  }
  return document.carets != before;
}

void Documents::step(EditorDocument& document, const link::Event& event, Instant now) {
  link::Effects effects;
  document.link.step(event, now, effects);
  document.touched = true;
  for (link::Effect& effect : effects) {
    if (auto* send = std::get_if<link::SendEdit>(&effect)) outbox_.edit(document, std::move(send->edit));
    if (auto* resync = std::get_if<link::SendResync>(&effect)) outbox_.resync(document, *resync);
    if (auto* wake = std::get_if<link::Wake>(&effect)) outbox_.wake(wake->at);
    const auto* local = std::get_if<link::Local>(&effect);
    if (local == nullptr) continue;
    const Status taken = document.room->edit(*document.id, local->delta, local->typed ? peer::By::person : peer::By::tool);
    if (taken) {
      remote_edit(*document.id, local->delta, now, &document);
    } else {
      step(document, link::LocalRefused{document.room->text(*document.id).value_or(text::Snapshot())}, now);
      outbox_.refused(document, taken.error());
    }
  }
}

void Documents::remote_edit(DocumentId id, const text::Delta& delta, Instant now, const EditorDocument* except) {
  for (auto& [uri, document] : documents_) {
    if (&document == except || !document.joined || document.id != id) continue;
    carry(document.carets, delta);
    document.findings_due = true;
    step(document, link::RemoteEdit{delta}, now);
  }
}

void Documents::turned_back(const EditorDocument& asked, const text::Delta& delta, link::Cause cause, Instant now) {
  for (auto& [uri, document] : documents_) {
    if (!document.joined || document.id != asked.id) continue;
    carry(document.carets, delta);
    step(document, link::RemoteEdit{delta, &document == &asked ? cause : link::Cause::none}, now);
  }
}

void Documents::gone(DocumentId id, Instant now) {
  for (auto& [uri, document] : documents_) {
    if (document.id != id) continue;
    step(document, link::Parted{}, now);
    document.id.reset();
    document.joined = false;
  }
}

void Documents::move_in(Room& room) {
  const std::string beneath = room.folder() + "/";
  for (auto& [uri, document] : documents_) {
    if (!document.link.is_open() || document.room != nullptr || !document.path.starts_with(beneath)) continue;
    document.room = &room;
    attach(document, room.editor_opened(document.path));
  }
}

void Documents::move_out(const Room& room, Instant now) {
  for (auto& [uri, document] : documents_) {
    if (document.room != &room) continue;
    step(document, link::Parted{}, now);
    document.room = nullptr;
    document.id.reset();
    document.joined = false;
  }
}

void Documents::pump(Instant now) {
  for (auto& [uri, document] : documents_) {
    if (!document.touched || !document.link.is_open()) continue;
    if (!document.joined && document.room != nullptr && document.id) join(document, now);
    step(document, link::Pump{}, now);
    document.touched = false;
    if (document.joined) document.room->keep_shadow(*document.id, document.link.text().snapshot(), document.link.is_quiet());
  }
}

void Documents::each(const std::function<void(EditorDocument&)>& visit) {
  for (auto& [uri, document] : documents_) {
    if (document.link.is_open()) visit(document);
  }
}

}  // namespace tutti::lsp
