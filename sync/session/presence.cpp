#include "sync/session/presence.hpp"

namespace tutti::session {

namespace {

std::int64_t interval_of(const Core& core, const wire::Participant& who) {
  const Limits& limits = core.config.limits;
  return who.kind == wire::Kind::agent ? limits.agent_cursor_interval_ms : limits.cursor_interval_ms;
}

template <class Message>
void flush(const Core& core, Throttled<Message>& throttled, std::int64_t interval, Turn& turn) {
  if (!throttled.waiting) return;
  if (throttled.sent && turn.now() - *throttled.sent < interval) return;
  turn.tell(core.roster.all_but(throttled.from), *throttled.waiting, Urgency::presence);
  throttled.waiting.reset();
  throttled.sent = turn.now();
}

template <class Message>
void offer(const Core& core, Throttled<Message>& throttled, const Connection& from, std::int64_t interval, Message message,
           Turn& turn) {
  message.participant = from.participant;
  throttled.waiting = std::move(message);
  throttled.from = from.id;
  flush(core, throttled, interval, turn);
}

bool is_live(const Core& core, DocumentId document) {
  const File* file = core.files.find(document);
  return file != nullptr && !file->deleted;
}

}  // namespace

// A cursor in a file that was deleted a moment ago is nobody's mistake; it points nowhere and is dropped.
void take_cursor(Core& core, const Connection& from, wire::CursorMove message, Turn& turn) {
  if (!is_live(core, message.document)) return;
  Present& present = *core.roster.find(from.participant);
  offer(core, present.cursor, from, interval_of(core, present.who), std::move(message), turn);
}

/// Of several files at a time, so nothing of it replaces another: the sender's own pace and share bound it.
void take_diagnostics(Core& core, const Connection& from, wire::DiagnosticsUpdate message, Turn& turn) {
  if (!is_live(core, message.document)) return;
  message.participant = from.participant;
  turn.tell(core.roster.all_but(from.id), message, Urgency::presence);
}

void take_presence(Core& core, const Connection& from, wire::PresenceUpdate message, Turn& turn) {
  if (message.document && !is_live(core, *message.document)) message.document.reset();
  Present& present = *core.roster.find(from.participant);
  present.who.activity = message.activity;
  present.who.document = message.document;
  present.who.typing = message.typing;
  offer(core, present.presence, from, interval_of(core, present.who), std::move(message), turn);
}

void flush_presence(Core& core, Turn& turn) {
  for (auto& [id, present] : core.roster.all_present()) {
    const std::int64_t interval = interval_of(core, present.who);
    flush(core, present.cursor, interval, turn);
    flush(core, present.presence, interval, turn);
  }
}

}  // namespace tutti::session
