#include "lsp-server/server/documents.hpp"

#include <utility>

#include "lsp-server/link/reduce.hpp"

namespace tutti::lsp {

namespace {

/// Where the last change ends: there stands the caret of whoever typed it.
std::uint64_t end_of(const text::Delta& delta) {
  std::uint64_t at = 0;
  for (const text::Step& step : delta.steps()) {
    if (const auto* retain = std::get_if<text::Retain>(&step)) at += retain->count.value;
    if (const auto* insert = std::get_if<text::Insert>(&step)) at += insert->count.value;
  }
  return at;
}

void carry(std::vector<wire::Selection>& carets, const text::Delta& delta) {
  const auto moved = [&](std::uint64_t at) { return text::carry(text::Chars(at), delta, text::Left::mine).value; };
  for (wire::Selection& selection : carets) selection = {moved(selection.anchor), moved(selection.head)};
}

/// What the editor may have read while others' edits came to the disk; nothing where the buffer shows that it missed none.
std::vector<text::Snapshot> recent_texts(const EditorDocument& document, const text::Snapshot& replica) {
  if (document.text().snapshot() == replica) return {};
  return document.room->recent_texts(*document.id);
}

std::string name_of(const Room& room, ParticipantId id) {
  for (const wire::Participant& one : room.participants()) {
    if (one.id == id) return one.name;
  }
  return "somebody who has left";
}

std::optional<text::Snapshot> snapshot_of(const std::optional<std::string>& text) {
  return text ? std::optional(text::Rope(*text).snapshot()) : std::nullopt;
}

}  // namespace

EditorDocument* Documents::find(const std::string& uri) {
  const auto found = documents_.find(uri);
  return found == documents_.end() || !found->second.is_open() ? nullptr : &found->second;
}

/// An event that both ways know.
template <class Event>
void Documents::either(EditorDocument& document, const Event& event, Instant now) {
  if (document.plain() != nullptr) {
    step(document, plain::Event(event), now);
  } else {
    step(document, link::Event(event), now);
  }
}

EditorDocument* Documents::open(const std::string& uri, const std::string& path, std::string text, plain::Version version,
                                Room* room, Instant now) {
  if (documents_.size() >= max_documents && !documents_.contains(uri)) return nullptr;
  EditorDocument& document = documents_.try_emplace(uri, fresh_).first->second;
  if (document.is_open()) close(document, now);
  document.uri = uri;
  document.path = path;
  document.room = room;
  document.id.reset();
  document.joined = false;
  if (document.plain() != nullptr) {
    step(document, plain::Opened{std::move(text), version}, now);
  } else {
    step(document, link::Opened{std::move(text), {}, {}}, now);
  }
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
    if (document.is_open() && document.path == path && !document.id) attach(document, opened);
  }
}

void Documents::join(EditorDocument& document, Instant now) {
  const auto replica = document.room->text(*document.id);
  if (!replica) return;
  document.joined = true;
  document.cursors_due = document.findings_due = true;
  document.offer_due = !document.own_findings.empty();
  either(document,
         link::Joined{*replica, snapshot_of(document.room->base_text(*document.id)),
                      snapshot_of(document.room->last_shadow(*document.id)),
                      snapshot_of(document.room->text_before(*document.id)), recent_texts(document, *replica)},
         now);
  if (!document.told_carets.empty()) place_carets(document, document.told_carets);
  if (const auto saved = std::exchange(document.saved, {})) document.room->editor_saved(document.path, saved->str());
}

void Documents::close(EditorDocument& document, Instant now) {
  either(document, link::Closed{}, now);
  if (document.room != nullptr) document.room->editor_closed(document.path);
  document.room = nullptr;
  document.id.reset();
  document.joined = document.told_waiting = false;
  document.carets.clear();
  document.own_findings.clear();
  document.told_findings.clear();
  document.saved.reset();
}

void Documents::save(EditorDocument& document, const std::optional<std::string>& text, Instant now) {
  if (document.plain() != nullptr) {
    step(document, plain::Saved{text}, now);
  } else {
    step(document, link::Saved{}, now);
  }
  if (document.room == nullptr || (document.is_lost() && !text)) return;
  const text::Snapshot written = text ? text::Rope(link::with_line_feeds(*text)).snapshot() : document.text().snapshot();
  if (document.joined) {
    document.room->editor_saved(document.path, written.str());
  } else {
    document.saved = written;  // no base for anybody as long as the room has not got all of it
  }
}

bool Documents::place_carets(EditorDocument& document, std::vector<link::Caret> carets) {
  document.told_carets = std::move(carets);
  document.carets_due = true;
  if (!document.joined) return true;
  const auto before = std::exchange(document.carets, {});
  for (const link::Caret& caret : document.told_carets) {
    document.carets.push_back({document.replica_place(caret.anchor).value, document.replica_place(caret.head).value});
  }
  return document.carets != before;
}

void Documents::looks_at(EditorDocument& document, const link::Caret& caret) {
  if (!document.joined) return;
  const auto before = document.carets;
  document.carets = {{document.replica_place(caret.anchor).value, document.replica_place(caret.head).value}};
  document.carets_due = document.carets_due || document.carets != before;
}

void Documents::step(EditorDocument& document, const link::Event& event, Instant now) {
  auto* way = std::get_if<link::Link>(&document.way);
  if (way == nullptr) return;
  link::Effects effects;
  way->step(event, now, effects);
  document.touched = true;
  for (link::Effect& effect : effects) {
    if (auto* send = std::get_if<link::SendEdit>(&effect)) outbox_.edit(document, std::move(send->edit));
    if (auto* resync = std::get_if<link::SendResync>(&effect)) outbox_.resync(document, *resync);
    if (auto* wake = std::get_if<link::Wake>(&effect)) wake_at(document, wake->at);
    if (const auto* local = std::get_if<link::Local>(&effect)) commit(document, *local, now);
  }
}

void Documents::step(EditorDocument& document, const plain::Event& event, Instant now) {
  auto* way = std::get_if<plain::Link>(&document.way);
  if (way == nullptr) return;
  plain::Effects effects;
  way->step(event, now, effects);
  document.touched = true;
  for (plain::Effect& effect : effects) {
    if (const auto* push = std::get_if<plain::Push>(&effect)) outbox_.push(document, *push);
    if (auto* out = std::get_if<plain::HandOut>(&effect)) handed_out_ = std::move(out->edits);
    if (const auto* diverged = std::get_if<plain::Diverged>(&effect)) outbox_.diverged(document, *diverged);
    if (const auto* wake = std::get_if<link::Wake>(&effect)) wake_at(document, wake->at);
    if (const auto* local = std::get_if<link::Local>(&effect)) commit(document, *local, now);
  }
}

void Documents::wake_at(EditorDocument& document, Instant at) {
  document.wake = at;
  outbox_.wake(at);
}

/// A client without the plugin says nothing of its caret, which is where it types.
void Documents::follow_typing(EditorDocument& document, const link::Local& local) {
  carry(document.carets, local.delta);
  if (!local.typed) return;
  const std::uint64_t at = end_of(local.delta);
  document.carets = {{at, at}};
  document.carets_due = true;
}

/// Into the replica, unless it is a formatter's while the file is with another's.
Status Documents::edit(EditorDocument& document, const link::Local& local, Instant now) {
  if (!local.typed) return document.room->edit(*document.id, local.delta, peer::By::tool);
  // The first look says no to nearly every key, without a text.
  const bool formats = is_formatting(local.delta, {}) && is_formatting(local.delta, document.room->text(*document.id));
  if (const auto holder = document.formatter.holder(now); formats && holder) {
    return Error{ErrorCode::conflict, "the formatter of " + name_of(*document.room, *holder) + " was at this file just now"};
  }
  Status taken = document.room->edit(*document.id, local.delta, formats ? peer::By::formatter : peer::By::person);
  if (taken) document.formatter.own(formats, now);
  return taken;
}

void Documents::commit(EditorDocument& document, const link::Local& local, Instant now) {
  const Status taken = edit(document, local, now);
  if (taken) {
    if (document.plain() != nullptr) follow_typing(document, local);
    spread(*document.id, local.delta, &document, now);
  } else {
    either(document, link::LocalRefused{document.room->text(*document.id).value_or(text::Snapshot())}, now);
    outbox_.refused(document, taken.error());
  }
}

void Documents::answered(const std::string& uri, std::uint64_t number, bool applied, Instant now) {
  const auto found = documents_.find(uri);
  if (found != documents_.end()) step(found->second, plain::Answered{number, applied}, now);
}

std::vector<link::Replacement> Documents::pull(EditorDocument& document, Instant now) {
  handed_out_.clear();
  step(document, plain::Pulled{}, now);
  return std::exchange(handed_out_, {});
}

void Documents::remote_edit(DocumentId id, const text::Delta& delta, std::optional<ParticipantId> author, Instant now) {
  if (author && is_formatting(delta, std::nullopt)) {
    for (auto& [uri, document] : documents_) {
      const auto self = document.joined && document.id == id ? document.room->self() : std::nullopt;
      if (self && self->id != *author) document.formatter.others(*author, self->id, now);
    }
  }
  spread(id, delta, nullptr, now);
}

/// Two formatters were at the file at once, and the other's stays.
void Documents::take_back_formatting(EditorDocument& document, Instant now) {
  const auto delta = document.room->undo(*document.id);
  if (delta && !delta->is_noop()) spread(*document.id, *delta, nullptr, now);
}

/// To all buffers that show the document, but `except`.
void Documents::spread(DocumentId id, const text::Delta& delta, const EditorDocument* except, Instant now) {
  for (auto& [uri, document] : documents_) {
    if (&document == except || !document.joined || document.id != id) continue;
    carry(document.carets, delta);
    document.findings_due = true;
    either(document, link::RemoteEdit{delta}, now);
  }
}

void Documents::turned_back(const EditorDocument& asked, const text::Delta& delta, link::Cause cause, Instant now) {
  for (auto& [uri, document] : documents_) {
    if (!document.joined || document.id != asked.id) continue;
    document.formatter.own(false, now);
    carry(document.carets, delta);
    either(document, link::RemoteEdit{delta, &document == &asked ? cause : link::Cause::none}, now);
  }
}

void Documents::gone(DocumentId id, Instant now) {
  for (auto& [uri, document] : documents_) {
    if (document.id != id) continue;
    either(document, link::Parted{}, now);
    document.id.reset();
    document.joined = false;
  }
}

void Documents::move_in(Room& room) {
  const std::string beneath = room.folder() + "/";
  for (auto& [uri, document] : documents_) {
    if (!document.is_open() || document.room != nullptr || !document.path.starts_with(beneath)) continue;
    document.room = &room;
    attach(document, room.editor_opened(document.path));
  }
}

void Documents::move_out(const Room& room, Instant now) {
  for (auto& [uri, document] : documents_) {
    if (document.room != &room) continue;
    either(document, link::Parted{}, now);
    document.room = nullptr;
    document.id.reset();
    document.joined = false;
  }
}

void Documents::pump(Instant now) {
  for (auto& [uri, document] : documents_) {
    const bool is_due = document.touched || (document.wake && *document.wake <= now);
    if (document.wake && !is_due) outbox_.wake(*document.wake);
    if (!is_due || !document.is_open()) continue;
    document.wake.reset();
    if (!document.joined && document.room != nullptr && document.id) join(document, now);
    if (document.joined && document.formatter.take_back_due()) take_back_formatting(document, now);
    either(document, link::Pump{}, now);
    document.touched = false;
    if (document.joined) document.room->keep_shadow(*document.id, document.text().snapshot(), document.is_quiet());
  }
}

void Documents::each(const std::function<void(EditorDocument&)>& visit) {
  for (auto& [uri, document] : documents_) {
    if (document.is_open()) visit(document);
  }
}

}  // namespace tutti::lsp
