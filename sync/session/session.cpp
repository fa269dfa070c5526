#include "sync/session/session.hpp"

#include "sync/session/close_codes.hpp"
#include "sync/session/core.hpp"
#include "sync/session/fetches.hpp"
#include "sync/session/folding.hpp"
#include "sync/session/greeting.hpp"
#include "sync/session/load.hpp"
#include "sync/session/order.hpp"
#include "sync/session/presence.hpp"
#include "sync/session/trouble.hpp"

// The hub's side of a session.
//
// A keystroke's way
//
//      A (author)               Session                        store             B (anybody else)
//      ──────────               ───────                        ─────             ────────────────
//      file:edit 7 ───────────▶ role? path? replica? number?
//                               merge into the document
//                               position := newest + 1
//                               Send ── file:edit, position, author, stamp ───────▶ sees it
//      received 7 @ position ◀─ Send
//                               Append(fact) ────────────────▶ commits a group
//                               Committed(position) ◀─────────
//      durable position  ◀───── Send, one buffer for all ─────────────────────────▶ durable position
//      forgets the edit                                                             forgets the stamp
//
// `received` means that a hub has the edit; the author keeps it. `durable` means that it and every fact before it are
// committed: now it may be forgotten. One order for both: facts are numbered here and committed in that order, so what is
// durable never depends on what was lost (D2). An edit's name is (document, replica, sequence); the position is not part of its
// meaning, since what was not durable when a hub died is given another one (D3).
//
// A crash between broadcast and commit
//
//      A ── edit ──▶ hub 1 ──▶ B              hub 1 dies; A's laptop is closed; B holds the edit and its stamp
//                                hub 2 loads what is durable, under another `incarnation`
//                                B comes back, sees in `welcome` what hub 2 holds of each document, and finds more at home:
//                                B ── file:edit, no number, author A, stamp ──▶ hub 2 checks the stamp, takes it as A's
//                                A comes back with its replica's key, is told that its request 6 was the last one, sends 7
//                                again: the text holds it already, so 7 is answered `received` and nothing happens twice.
//
// What a participant does not need to be believed for: its replica (bound to the connection when it is welcomed, and proven by
// a keyed stamp when it comes back), the author of what it hands back (stamp), its rights (the hub's records, at this moment).
// What it is believed for: when a text that it made at an old version was made. Parents may be anything that the document
// holds.
//
// When the store fails, edits are still taken, broadcast and answered with `received`, and everybody is told that nothing is
// saved (trouble.hpp). When too much is queued (Limits::queued_*), or somebody sends too fast (rates.hpp), requests are
// answered with `slow_down`: they are not taken and their numbers stay free, so that the participant, whose journal has them,
// sends them again. They are not rejected: a reject is final, and the edit would be lost for the others.
//
// Where what is: greeting (who comes and goes), order (numbers, facts and answers), requests (what a request does to the
// files), rights (who may), fetches, presence, trouble, load. Their state: Roster, Replicas, Files, Ledger, together in Core.
//
// Order of frames to one connection is the order of effects within one Urgency. `file:*`, bulk frames and `fetched` are all
// `edit`, so that a text never overtakes its file; `control` may overtake them.

namespace tutti::session {

struct Session::State {
  Core core;
};

namespace {

struct MessageTaker {
  Core& core;
  Connection& from;
  Turn& turn;

  void operator()(wire::Hello& /*message*/) const {
    hang_up(core, from.id, ErrorCode::invalid, "A connection says hello once.", close_code::malformed, turn);
  }
  void operator()(wire::Ping& message) const {
    if (message.reply) return;
    message.reply = true;
    turn.tell(from.id, message);
  }
  void operator()(wire::Fetch& message) const { take_fetch(core, from, std::move(message), turn); }
  void operator()(wire::FileCreate& message) const { take_request(core, from, message, turn); }
  void operator()(wire::FileEdit& message) const { take_request(core, from, message, turn); }
  void operator()(wire::FileRename& message) const { take_request(core, from, message, turn); }
  void operator()(wire::FileDelete& message) const { take_request(core, from, message, turn); }
  void operator()(wire::CursorMove& message) const { take_cursor(core, from, std::move(message), turn); }
  void operator()(wire::DiagnosticsUpdate& message) const { take_diagnostics(core, from, std::move(message), turn); }
  void operator()(wire::PresenceUpdate& message) const { take_presence(core, from, std::move(message), turn); }
  void operator()(wire::SessionLeave& /*message*/) const { leave(core, from.id, turn); }
};

bool is_held(const Core& core, ConnectionId connection) {
  for (const Connected& waiting : core.held) {
    if (waiting.connection == connection) return true;
  }
  return false;
}

// A frame of a connection that was closed here a moment ago is still on its way; it is nobody's.
void take_frame(Core& core, const FrameReceived& event, Turn& turn) {
  Connection* from = core.roster.find(event.connection);
  if (from == nullptr) {
    if (is_held(core, event.connection)) {
      hang_up(core, event.connection, ErrorCode::invalid, "Nothing is sent before the welcome.", close_code::malformed, turn);
    }
    return;
  }
  const Rate& messages = core.config.limits.messages;
  from->messages.take(messages, 1, turn.now());
  if (from->messages.debt(messages, turn.now()) > 2 * messages.burst) {
    hang_up(core, from->id, ErrorCode::limit, "This connection sends more messages than the hub takes.", close_code::over_limit,
            turn);
    return;
  }
  if (event.frame.size() > core.config.limits.frame_bytes) {
    hang_up(core, from->id, ErrorCode::limit, "The frame is larger than the hub takes.", close_code::too_big, turn);
    return;
  }
  Result<wire::Up> message = wire::decode_up(event.frame);
  if (!message) {
    hang_up(core, from->id, message.error().code, message.error().message, close_code::malformed, turn);
    return;
  }
  std::visit(MessageTaker{core, *from, turn}, *message);
}

struct EventTaker {
  Core& core;
  Turn& turn;

  void operator()(const Connected& event) const { greet(core, event, turn); }
  void operator()(const FrameReceived& event) const { take_frame(core, event, turn); }
  void operator()(const Disconnected& event) const { let_go(core, event.connection, turn); }
  void operator()(const Committed& event) const { commit(core, event.position, turn); }
  void operator()(const StoreTrouble& event) const { begin_trouble(core, event.why, turn); }
  void operator()(const StoreHealed& /*event*/) const { end_trouble(core, turn); }
  void operator()(const ReplicasReserved& event) const {
    core.replicas.reserved(event.end);
    greet_held(core, turn);
  }
  void operator()(const RoleChanged& event) const { change_role(core, event, turn); }
  void operator()(const ParticipantRemoved& event) const { remove_participant(core, event.participant, turn); }
  void operator()(const Compacted& event) const { core.compaction.done(event.document, event.bytes, core.config.limits); }
  void operator()(const HubsKnown& event) const { tell_hubs(core, event.urls, turn); }
  void operator()(const Tick& /*event*/) const {
    take_waiting(core, turn);
    serve_fetches(core, turn);
    flush_presence(core, turn);
    fold_further(core);
  }
};

}  // namespace

Session::Session(std::unique_ptr<State> state) : state_(std::move(state)) {}
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

Result<Session> Session::load(record::SessionImage image, Config config) {
  Result<Core> core = load_core(std::move(image), config);
  if (!core) return core.error();
  return Session(std::make_unique<State>(State{std::move(*core)}));
}

void Session::step(const Event& event, Instant now, Effects& effects) {
  Turn turn(now, effects);
  Core& core = state_->core;
  std::visit(EventTaker{core, turn}, event);
  if (const auto compact = core.compaction.next(core.ledger.durable())) turn.emit(*compact);
}

SessionId Session::id() const {
  return state_->core.id;
}

std::size_t Session::connections() const {
  return state_->core.roster.connections();
}

bool Session::all_durable() const {
  return state_->core.ledger.all_durable();
}

std::vector<wire::Participant> Session::participants() const {
  return state_->core.roster.list();
}

std::vector<wire::DocumentInfo> Session::documents() const {
  return state_->core.files.live();
}

Result<std::string> Session::text(DocumentId document) const {
  const File* file = state_->core.files.find(document);
  if (file == nullptr || file->deleted) return error(ErrorCode::not_found, "The session has no such file.");
  return file->text.text().str();
}

}  // namespace tutti::session
