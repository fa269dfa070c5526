#include "sync/session/trouble.hpp"

#include "protocol/base/utf.hpp"
#include "sync/session/checks.hpp"
#include "sync/session/greeting.hpp"

namespace tutti::session {

namespace {

/// Leaves room for the words around it in a message of at most 1,024 bytes.
constexpr std::size_t why_bytes = 512;

}  // namespace

wire::ErrorMessage trouble_message(const Core& core) {
  const std::size_t queued = core.ledger.pending_count();
  const std::string edits = queued == 1 ? "1 edit is" : std::to_string(queued) + " edits are";
  return {wire::ErrorName::unavailable, "Not saved: " + *core.trouble + " " + edits + " waiting at the hub.", false};
}

void begin_trouble(Core& core, const std::string& why, Turn& turn) {
  if (core.trouble) return;
  core.trouble = why.substr(0, utf8::boundary_before(why, why_bytes));
  turn.tell(core.roster.everybody(), trouble_message(core));
}

void end_trouble(Core& core, Turn& turn) {
  if (!core.trouble) return;
  core.trouble.reset();
  turn.tell(core.roster.everybody(), wire::Durable{core.ledger.durable().value, {}});
  core.replicas.ask_again(turn);
}

void commit(Core& core, Position position, Turn& turn) {
  if (!core.ledger.committed(position)) return;
  turn.tell(core.roster.everybody(), wire::Durable{core.ledger.durable().value, due_checks(core, turn.now())});
  if (!core.held.empty()) greet_held(core, turn);  // some wait until it is safe that their old replica is given up
}

}  // namespace tutti::session
