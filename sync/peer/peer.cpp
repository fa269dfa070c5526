#include "sync/peer/peer.hpp"

#include <algorithm>

#include "sync/exchange/path.hpp"
#include "sync/merge/past/recent.hpp"
#include "sync/peer/state.hpp"

// The participant's side of a session.
//
//     editor, mirror                     Peer                                   hub
//     ──────────────                     ────                                   ───
//     edit(delta) ─────────▶ Document::edit ─▶ Outbox ── file:edit n ─────────▶ orders it
//                                              │ ◀────── received n @position ─
//                                              │ ◀────── durable position ───── committed: now it may be forgotten
//     RemoteEdit(delta) ◀─── Document::apply ◀────────── file:edit, stamp ───── somebody else's
//                                        Handback (until durable)
//
// Local work never waits: the replica is changed at once, and the outbox keeps what the hub has not made safe. After every
// (re)connection `welcome` says what the hub has, and both sides give each other exactly what is missing:
//
//     own requests after welcome.request       ─▶ sent again, numbered anew
//     own requests before it, not answered     ─▶ sent again as they were, for the answer
//     others' edits that went down with a hub  ─▶ handed back with their stamps, no one before what it follows on
//     a creation that went down with a hub     ─▶ made again under its name
//     texts of which the hub has more          ─▶ fetched by what we hold
//     texts of which it will never have all    ─▶ repaired
//
// When the hub refuses an edit, or cannot take it because what it follows on went down with a former hub, the names of later
// edits are spoilt: a replica's sequence has no gaps. Others may hold the old edits with the hub's stamp and hand them back, so
// they are not made again under the old names:
//
//     refused ─▶ stop sending ─▶ all answers are here ─▶ hang up ─▶ hello {renew} ─▶ the hub takes nothing more under the old
//     replica, and says so only once that is safe ─▶ welcome {another replica} ─▶ fetch the hub's copy whole ─▶ make_again
//
// What is refused is sifted out of ours, character by character, and the rest is made again on top of the hub's copy.
// What the person sees changes by exactly the refused part; no text is lost silently, and none is doubled.
//
// One owner, one thread. No socket, file, clock or chance of its own.

namespace tutti::peer {

namespace {

constexpr std::int64_t patience_ms = 20'000;  ///< for a welcome, once connecting

struct MessageTaker {
  Peer::State& state;
  Turn& turn;

  void operator()(wire::Welcome& message) const { welcome(state, message, turn); }
  void operator()(wire::ErrorMessage& message) const { take_error(state, message, turn); }
  void operator()(wire::Ping& message) const {
    if (message.reply) return take_pong(state, message.token);
    message.reply = true;
    turn.tell(message);
  }
  void operator()(wire::Fetched& message) const { take_fetched(state, message, turn); }
  void operator()(wire::Received& message) const { take_received(state, message, turn); }
  void operator()(wire::Durable& message) const { take_durable(state, message, turn); }
  void operator()(wire::Reject& message) const { take_reject(state, message, turn); }
  void operator()(wire::Resync& message) const { take_resync(state, message, turn); }
  void operator()(wire::SlowDown& message) const { state.paused_until = turn.now + message.retry_ms; }
  void operator()(wire::FileCreate& message) const { take_create(state, message, turn); }
  void operator()(wire::FileEdit& message) const { take_edit(state, std::move(message), turn); }
  void operator()(wire::FileRename& message) const { take_rename(state, message, turn); }
  void operator()(wire::FileDelete& message) const { take_delete(state, message, turn); }
  void operator()(wire::CursorMove& message) const { take_cursor(state, message, turn); }
  void operator()(wire::DiagnosticsUpdate& message) const { take_diagnostics(state, message, turn); }
  void operator()(wire::PresenceUpdate& message) const { take_presence(state, message, turn); }
  void operator()(wire::SessionJoin& message) const { take_join(state, message, turn); }
  void operator()(wire::SessionLeave& message) const { take_leave(state, message, turn); }
  void operator()(wire::RoleChange& message) const { take_role(state, message, turn); }
  void operator()(wire::Hubs& message) const { turn.emit(HubsKnown{std::move(message.urls)}); }
};

struct EventTaker {
  Peer::State& state;
  Turn& turn;

  void operator()(const Opened& /*event*/) const { say_hello(state, turn); }
  void operator()(const Closed& event) const { lose_socket(state, event, turn); }
  void operator()(const TextFrame& event) const {
    Result<wire::Down> message = wire::decode_down(event.frame);
    if (!message) {
      turn.emit(Hangup{"the hub sent something that cannot be understood: " + message.error().message});
      return;
    }
    // Before the welcome nothing but it is for us; a socket that is being given up is not listened to.
    const bool early =
        !std::holds_alternative<wire::Welcome>(*message) && !std::holds_alternative<wire::ErrorMessage>(*message);
    if (state.link == Link::stopped || (early && state.link != Link::online)) return;
    std::visit(MessageTaker{state, turn}, *message);
  }
  void operator()(const BinaryFrame& event) const {
    if (state.link == Link::online) take_bulk(state, event.frame, turn);
  }
  void operator()(const Journalled& event) const { take_journalled(state, event.number); }
  void operator()(const JournalTrouble& event) const { state.diary.trouble = event.why; }
  void operator()(const Tick& /*event*/) const {
    state.wake.reset();
    resume(state, turn);
    take_more_in(state, turn);
    if (!state.reconnect || *state.reconnect > turn.now) return;
    if (state.link == Link::offline) {
      open_socket(state, turn);
      state.reconnect = turn.now + patience_ms;
    } else if (state.link == Link::connecting) {
      state.reconnect.reset();
      turn.emit(Hangup{"the hub does not answer"});
    }
  }
};

std::optional<Instant> next_wake(const Peer::State& state) {
  std::optional<Instant> at;
  const auto consider = [&](std::optional<Instant> other) {
    if (other && (!at || *other < *at)) at = other;
  };
  if (state.link != Link::online && state.link != Link::stopped) consider(state.reconnect);
  consider(state.paused_until);
  consider(state.go_on);
  if (state.link == Link::online && state.pace.waits()) consider(state.pace.next);
  return at;
}

bool same(const Status& a, const Status& b) {
  return a.link == b.link && a.pending == b.pending && a.in_memory == b.in_memory && a.message == b.message &&
         a.journal_trouble == b.journal_trouble && a.store_trouble == b.store_trouble && a.diverged == b.diverged &&
         a.repaired == b.repaired;
}

/// What every step ends with.
void settle(Peer::State& state, Turn& turn) {
  flush(state, turn);
  write_diary(state, turn);
  send_paced(state, turn);
  if (const Status status = state.status(); !same(status, state.last_status)) {
    state.last_status = status;
    turn.emit(StatusChanged{});
  }
  if (const auto at = next_wake(state); at && at != state.wake) {
    state.wake = at;
    turn.emit(Wake{*at});
  }
}

tutti::Status may_place(const Peer::State& state, DocumentId document, const std::string& path) {
  if (tutti::Status status = exchange::check_path(path); !status) return status;
  if (exchange::classify_path(path) == exchange::PathClass::never) {
    return error(ErrorCode::denied, "files like " + path + " are never shared");
  }
  if (state.self && state.self->role == wire::Role::viewer)
    return error(ErrorCode::denied, "you may read this session, not change its files");
  const auto taken = state.paths.find(exchange::path_key(path));
  if (taken != state.paths.end() && taken->second != document) return error(ErrorCode::conflict, path + " is there already");
  return {};
}

}  // namespace

File* Peer::State::find(DocumentId document) {
  const auto at = files.find(document);
  return at == files.end() ? nullptr : &at->second;
}

const File* Peer::State::find(DocumentId document) const {
  const auto at = files.find(document);
  return at == files.end() ? nullptr : &at->second;
}

Status Peer::State::status() const {
  Status status{link,     outbox.size() + stranded.size(), peer::in_memory(*this), trouble, diary.trouble, store_trouble, 0, 0,
                sent_away};
  for (const auto& [id, file] : files) {
    status.pending += file.repair ? 1 : 0;
    status.diverged += file.diverged ? 1 : 0;
    status.repaired += file.repaired ? 1 : 0;
  }
  return status;
}

Peer::Peer(Config config) : state_(std::make_unique<State>(std::move(config))) {}
Peer::Peer(Config config, journal::Image image) : Peer(std::move(config)) {
  recover(*state_, std::move(image));
}
Peer::Peer(Peer&&) noexcept = default;
Peer& Peer::operator=(Peer&&) noexcept = default;
Peer::~Peer() = default;

void Peer::start(Instant now, Effects& effects) {
  Turn turn{now, effects};
  tell_recovered(*state_, turn);
  open_socket(*state_, turn);
  state_->reconnect = now + patience_ms;
  settle(*state_, turn);
}

void Peer::step(const Event& event, Instant now, Effects& effects) {
  Turn turn{now, effects};
  std::visit(EventTaker{*state_, turn}, event);
  settle(*state_, turn);
}

Result<DocumentId> Peer::create(std::string path, wire::Traits traits, std::string_view text, Instant now, Effects& effects) {
  State& state = *state_;
  if (!state.replica) return error(ErrorCode::unavailable, "the hub was not reached yet");
  const auto document = random_id<DocumentId>(state.random);
  if (tutti::Status status = may_place(state, document, path); !status) return status.error();
  File file;
  file.info = {document, path, traits, 0, {}, {}};
  file.hub_path = path;
  file.text = std::make_unique<merge::Document>(merge_limits(state));
  state.files.emplace(document, std::move(file));
  state.paths[exchange::path_key(path)] = document;
  state.diary.touched.insert(document);
  keep_from_nothing(state, document);
  state.outbox.push(wire::FileCreate{{}, {}, {}, document, std::move(path), traits});
  Turn turn{now, effects};
  text::Delta delta;
  delta.insert(text);
  if (tutti::Status status = edit_text(state, document, delta, By::tool, turn); !status) {
    Effects unseen;  // nobody has heard of it
    Turn quiet{now, unseen};
    disappear(state, document, quiet);
    return status.error();
  }
  settle(state, turn);
  return document;
}

tutti::Status Peer::edit(DocumentId document, const text::Delta& delta, Instant now, Effects& effects, By by) {
  Turn turn{now, effects};
  tutti::Status status = edit_text(*state_, document, delta, by, turn);
  settle(*state_, turn);
  return status;
}

Result<text::Delta> Peer::undo(DocumentId document, Instant now, Effects& effects) {
  Turn turn{now, effects};
  Result<text::Delta> delta = turn_back(*state_, document, &merge::UndoStack::undo, turn);
  settle(*state_, turn);
  return delta;
}

Result<text::Delta> Peer::redo(DocumentId document, Instant now, Effects& effects) {
  Turn turn{now, effects};
  Result<text::Delta> delta = turn_back(*state_, document, &merge::UndoStack::redo, turn);
  settle(*state_, turn);
  return delta;
}

tutti::Status Peer::rename(DocumentId document, std::string path, Instant now, Effects& effects) {
  if (state_->find(document) == nullptr) return error(ErrorCode::not_found, "this file is not in the session");
  if (tutti::Status status = may_place(*state_, document, path); !status) return status;
  Turn turn{now, effects};
  move(*state_, document, path, nullptr);
  state_->outbox.push(wire::FileRename{{}, {}, {}, document, std::move(path)});
  settle(*state_, turn);
  return {};
}

tutti::Status Peer::erase(DocumentId document, Instant now, Effects& effects) {
  File* file = state_->find(document);
  if (file == nullptr) return error(ErrorCode::not_found, "this file is not in the session");
  if (state_->self && state_->self->role == wire::Role::viewer) {
    return error(ErrorCode::denied, "you may read this session, not change its files");
  }
  wire::DocumentInfo info = file->info;
  info.path = file->hub_path;
  const bool listed = file->on_hub;
  const bool known = listed || state_->outbox.unordered<wire::FileCreate>(document);
  Turn turn{now, effects};
  if (state_->outbox.has_names_out(document)) state_->gone_with_names.insert(document);
  state_->outbox.spoil_edits(document);
  forget_stranded(*state_, document);
  if (file->fetch && file->fetch->asked) state_->fetches -= 1;
  state_->paths.erase(exchange::path_key(file->info.path));
  state_->files.erase(document);
  state_->doubted.erase(document);
  state_->diary.touched.insert(document);
  if (known) {
    state_->deleted_here[document] = {std::move(info), listed};
    state_->outbox.push(wire::FileDelete{{}, {}, {}, document});
  }
  settle(*state_, turn);
  return {};
}

void Peer::move_cursor(DocumentId document, std::vector<wire::Selection> selections, Instant now, Effects& effects) {
  const File* file = state_->find(document);
  if (file == nullptr || !file->ready()) return;
  Turn turn{now, effects};
  wire::CursorMove message;
  message.document = document;
  for (const merge::EventName& name : file->text->version()) message.version.push_back({name.replica.value, name.seq.value});
  message.selections = std::move(selections);
  state_->pace.cursor = std::move(message);
  settle(*state_, turn);
}

void Peer::set_diagnostics(DocumentId document, std::vector<wire::Diagnostic> diagnostics, Instant now, Effects& effects) {
  const File* file = state_->find(document);
  if (file == nullptr || !file->ready()) return;
  Turn turn{now, effects};
  report(*state_, document, std::move(diagnostics));
  settle(*state_, turn);
}

void Peer::set_presence(wire::Activity activity, std::optional<DocumentId> document, bool typing, Instant now,
                        Effects& effects) {
  Turn turn{now, effects};
  state_->pace.presence = wire::PresenceUpdate{{}, activity, document, typing};
  settle(*state_, turn);
}

void Peer::want(DocumentId document, Instant now, Effects& effects) {
  Turn turn{now, effects};
  if (const File* file = state_->find(document); file != nullptr && !file->ready()) peer::want(*state_, document);
  settle(*state_, turn);
}

void Peer::want_past(DocumentId document, Instant now, Effects& effects) {
  Turn turn{now, effects};
  peer::want_past(*state_, document);
  settle(*state_, turn);
}

void Peer::keep(DocumentId document, bool open, Instant now, Effects& effects) {
  Turn turn{now, effects};
  Diary& diary = state_->diary;
  if (open) {
    diary.open.insert(document);
    if (const File* file = state_->find(document); file != nullptr && file->ready()) keep_text(*state_, document);
  } else {
    diary.open.erase(document);
    diary.in_step.erase(document);
    diary.loose.insert(document);
  }
  settle(*state_, turn);
}

void Peer::mark(DocumentId document, journal::Mark::Where where, Instant now, Effects& effects) {
  Turn turn{now, effects};
  write_diary(*state_, turn);
  note_mark(*state_, document, where);
  settle(*state_, turn);
}

void Peer::rewrite_journal(Instant now, Effects& effects) {
  Turn turn{now, effects};
  write_anew(*state_, turn);
}

void Peer::leave(Instant now, Effects& effects) {
  Turn turn{now, effects};
  state_->leaving = true;
  settle(*state_, turn);
}

Status Peer::status() const {
  return state_->status();
}

DocumentState Peer::state(DocumentId document) const {
  const File* file = state_->find(document);
  if (file == nullptr || !file->ready()) return DocumentState::fetching;
  if (state_->link != Link::online) return DocumentState::offline;
  if (file->diverged) return DocumentState::diverged;
  const bool waits = pending(document) > 0;
  if (state_->store_trouble && (waits || state_->handback.has(document))) return DocumentState::unsaved;
  if (waits) return DocumentState::pending;
  return file->repaired ? DocumentState::repaired : DocumentState::synced;
}

std::size_t Peer::pending(DocumentId document) const {
  const File* file = state_->find(document);
  return state_->outbox.count(document) + (file != nullptr && file->repair ? 1 : 0);
}

bool Peer::turns_back(DocumentId document) const {
  const File* file = state_->find(document);
  return file != nullptr && file->undo.waits();
}

std::optional<DocumentId> Peer::find(std::string_view path) const {
  const auto at = state_->paths.find(exchange::path_key(path));
  if (at == state_->paths.end()) return std::nullopt;
  return at->second;
}

const merge::Document* Peer::document(DocumentId document) const {
  const File* file = state_->find(document);
  return file == nullptr ? nullptr : file->text.get();
}

std::vector<text::Snapshot> Peer::recent_texts(DocumentId document) const {
  const merge::Document* text = this->document(document);
  return text == nullptr ? std::vector<text::Snapshot>() : merge::recent_texts(*text, state_->own);
}

std::optional<wire::DocumentInfo> Peer::info(DocumentId document) const {
  const File* file = state_->find(document);
  if (file == nullptr) return std::nullopt;
  return file->info;
}

std::vector<wire::DocumentInfo> Peer::documents() const {
  std::vector<wire::DocumentInfo> list;
  list.reserve(state_->files.size());
  for (const auto& [id, file] : state_->files) list.push_back(file.info);
  std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return list;
}

std::vector<wire::Participant> Peer::participants() const {
  std::vector<wire::Participant> list;
  for (const auto& [id, participant] : state_->others) list.push_back(participant);
  return list;
}

std::optional<wire::Participant> Peer::self() const {
  return state_->self;
}

std::vector<Reported> Peer::diagnostics(DocumentId document) const {
  std::vector<Reported> out;
  if (const File* file = state_->find(document)) {
    for (const auto& [participant, diagnostics] : file->reports.all()) out.push_back({participant, diagnostics});
  }
  return out;
}

std::vector<Cursor> Peer::cursors(DocumentId document) const {
  std::vector<Cursor> list;
  if (const File* file = state_->find(document)) {
    file->cursors.each([&](ParticipantId participant, std::vector<wire::Selection> selections) {
      list.push_back({participant, std::move(selections)});
    });
  }
  return list;
}

}  // namespace tutti::peer
