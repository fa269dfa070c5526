#include <algorithm>
#include <utility>

#include "sync/exchange/convert.hpp"
#include "sync/peer/state.hpp"

namespace tutti::peer {

namespace {

constexpr std::int64_t interval_ms = 50;    ///< own carets and presence, at most twenty times a second
constexpr std::size_t most_reported = 256;  ///< files of which own diagnostics are told

bool is_me(const Peer::State& state, ParticipantId participant) {
  return state.self && state.self->id == participant;
}

}  // namespace

namespace {

void forget_reports(Peer::State& state, ParticipantId participant, Turn& turn) {
  std::vector<DocumentId> changed;
  for (auto& [document, file] : state.files) {
    if (file.reports.forget(participant)) changed.push_back(document);
  }
  std::sort(changed.begin(), changed.end());
  for (const DocumentId document : changed) turn.emit(DiagnosticsChanged{document});
}

}  // namespace

void take_join(Peer::State& state, const wire::SessionJoin& message, Turn& turn) {
  if (is_me(state, message.participant.id)) return;
  state.others[message.participant.id] = message.participant;
  report_again(state);
  turn.emit(ParticipantsChanged{});
}

void take_leave(Peer::State& state, const wire::SessionLeave& message, Turn& turn) {
  if (!message.participant || state.others.erase(*message.participant) == 0) return;
  std::vector<DocumentId> changed;
  for (auto& [document, file] : state.files) {
    if (file.cursors.forget(*message.participant)) changed.push_back(document);
  }
  std::sort(changed.begin(), changed.end());
  for (const DocumentId document : changed) turn.emit(CursorsChanged{document});
  forget_reports(state, *message.participant, turn);
  turn.emit(ParticipantsChanged{});
}

void take_role(Peer::State& state, const wire::RoleChange& message, Turn& turn) {
  if (is_me(state, message.participant)) {
    state.self->role = message.role;
  } else if (const auto other = state.others.find(message.participant); other != state.others.end()) {
    other->second.role = message.role;
  }
  turn.emit(ParticipantsChanged{});
}

void take_cursor(Peer::State& state, const wire::CursorMove& message, Turn& turn) {
  if (!message.participant || !state.others.contains(*message.participant)) return;
  // A caret is in one place: it leaves the file where it was.
  for (auto& [document, file] : state.files) {
    if (document != message.document && file.cursors.forget(*message.participant)) turn.emit(CursorsChanged{document});
  }
  File* file = state.find(message.document);
  if (file == nullptr) return;
  file->cursors.set(*message.participant,
                    place_selections(*file, exchange::version_to_merge(message.version), message.selections));
  turn.emit(CursorsChanged{message.document});
}

void take_presence(Peer::State& state, const wire::PresenceUpdate& message, Turn& turn) {
  if (!message.participant) return;
  const auto other = state.others.find(*message.participant);
  if (other == state.others.end()) return;
  other->second.activity = message.activity;
  other->second.document = message.document;
  other->second.typing = message.typing;
  turn.emit(ParticipantsChanged{});
}

void take_diagnostics(Peer::State& state, const wire::DiagnosticsUpdate& message, Turn& turn) {
  if (!message.participant || !state.others.contains(*message.participant)) return;
  File* file = state.find(message.document);
  if (file == nullptr) return;
  if (!file->ready()) {
    file->early_reports[*message.participant] = message;
    return;
  }
  file->reports.set(*message.participant,
                    place_diagnostics(*file, exchange::version_to_merge(message.version), message.diagnostics));
  turn.emit(DiagnosticsChanged{message.document});
}

void take_early_reports(Peer::State& state, DocumentId document, Turn& turn) {
  for (const auto& [participant, message] : std::exchange(state.find(document)->early_reports, {}))
    take_diagnostics(state, message, turn);
}

void report(Peer::State& state, DocumentId document, std::vector<wire::Diagnostic> diagnostics) {
  const bool known = state.reported.contains(document);
  if (!known && (diagnostics.empty() || state.reported.size() >= most_reported)) return;
  wire::DiagnosticsUpdate message;
  message.document = document;
  message.version = exchange::version_to_wire(state.find(document)->text->version());
  message.diagnostics = std::move(diagnostics);
  state.reported[document] = std::move(message);
  state.pace.reports.insert(document);
}

void report_again(Peer::State& state) {
  for (const auto& [document, message] : state.reported) state.pace.reports.insert(document);
}

namespace {

/// One file at a time; what is empty is told once and forgotten.
void send_report(Peer::State& state, Turn& turn) {
  if (state.pace.reports.empty()) return;
  const auto found = state.reported.find(*state.pace.reports.begin());
  state.pace.reports.erase(state.pace.reports.begin());
  if (found == state.reported.end()) return;
  turn.tell(found->second);
  if (found->second.diagnostics.empty()) state.reported.erase(found);
}

}  // namespace

void send_paced(Peer::State& state, Turn& turn) {
  Pace& pace = state.pace;
  if (state.link != Link::online) {
    pace.cursor.reset();
    pace.presence.reset();
    return report_again(state);
  }
  if (!pace.waits() || turn.now < pace.next) return;
  send_report(state, turn);
  if (pace.cursor) turn.tell(*pace.cursor);
  if (pace.presence) turn.tell(*pace.presence);
  pace.cursor.reset();
  pace.presence.reset();
  pace.next = turn.now + interval_ms;
}

}  // namespace tutti::peer
