#include <algorithm>

#include "sync/exchange/convert.hpp"
#include "sync/peer/state.hpp"

namespace tutti::peer {

namespace {

/// Jittered, so that a thousand participants do not come back in one moment.
std::uint32_t backoff(Peer::State& state) {
  const std::uint64_t most = state.config.backoff_most_ms;
  const std::uint64_t step =
      std::min<std::uint64_t>(most, std::uint64_t{state.config.backoff_first_ms} << std::min(state.attempts, 10U));
  return static_cast<std::uint32_t>(step / 2 + state.random.below(step / 2 + 1));
}

/// Whether the hub holds all of a change, by what its welcome says of the document.
bool hub_holds(const std::unordered_map<DocumentId, merge::Known>& known, const wire::FileEdit& edit) {
  const auto document = known.find(edit.document);
  if (document == known.end()) return true;  // deleted or not created any more: nothing to hand back to
  const merge::Change change = exchange::to_merge(edit.change);
  const Seq end = change.seq + merge::event_count(change);
  for (const auto& [replica, next] : document->second) {
    if (replica == change.replica) return next >= end;
  }
  return false;
}

bool lacks(const merge::Document& text, const merge::Known& hub) {
  return std::any_of(hub.begin(), hub.end(), [&](const auto& each) { return text.next_seq(each.first) < each.second; });
}

/// Own work that neither the hub nor the outbox has: a repair had taken it out of the outbox, and then the hub died. It is made
/// again.
bool strayed(const Peer::State& state, DocumentId document, const File& file, const merge::Known& hub) {
  const auto held = std::find_if(hub.begin(), hub.end(), [&](const auto& each) { return each.first == *state.replica; });
  const Seq next = held == hub.end() ? Seq() : held->second;
  if (file.text->next_seq(*state.replica) <= next) return false;
  const std::optional<Seq> queued = state.outbox.first_unordered(document);
  return !queued || *queued > next;
}

/// Makes it again, and remembers what was written.
void recover_strayed(Peer::State& state, DocumentId document, File& file, const merge::Known& hub, Turn& turn) {
  merge::Known known = file.text->known();
  std::erase_if(known, [&](const auto& each) { return each.first == *state.replica; });
  for (const auto& each : hub) {
    if (each.first == *state.replica) known.insert(std::upper_bound(known.begin(), known.end(), each), each);
  }
  std::string words = words_of(file.text->since(known));
  begin_repair(state, document, std::nullopt, turn);
  if (file.repair) file.repair->words = std::move(words);
}

void take_identity(Peer::State& state, const wire::Welcome& message) {
  state.self = message.you;
  state.limits = message.limits;
  state.key = message.key;
  state.replica = ReplicaId(message.replica);
  state.others.clear();
  for (const wire::Participant& each : message.participants) state.others[each.id] = each;
}

/// What the hub says of our requests is the truth; after its crash that may be less than it said before.
void take_requests(Peer::State& state, const wire::Welcome& message, bool same_replica, Turn& turn) {
  state.durable = Position(message.durable);
  if (same_replica) {
    state.outbox.rewind(RequestId(message.request), Position(message.position));
    state.outbox.durable(state.durable);
    return;
  }
  // Edits were named by the old replica, which is not ours any more: they are made again under the new one.
  state.outbox.forget_numbers();
  state.outbox.rewind(RequestId(message.request), std::nullopt);
  for (const DocumentId document : state.outbox.edited()) begin_repair(state, document, std::nullopt, turn);
}

void forget_fetches(Peer::State& state) {
  state.fetches = 0;
  state.wanted.clear();
  for (auto& [id, file] : state.files) {
    file.fetch.reset();
  }
}

/// A file that we knew and the hub does not list: deleted while we were away, or its creation died with the hub.
void settle_missing(Peer::State& state, DocumentId document, bool crashed, Turn& turn) {
  File& file = state.files.at(document);
  const bool lost_creation = crashed && file.created && *file.created > state.durable && file.ready();
  if (!lost_creation) {
    file.on_hub = false;
    if (!state.outbox.unordered<wire::FileCreate>(document)) disappear(state, document, turn);
    return;
  }
  file.on_hub = false;
  file.created.reset();
  state.outbox.push(wire::FileCreate{{}, {}, {}, document, file.info.path, file.info.traits});
}

}  // namespace

void open_socket(Peer::State& state, Turn& turn) {
  state.reconnect.reset();
  state.link = Link::connecting;
  turn.emit(Connect{});
}

void say_hello(Peer::State& state, Turn& turn) {
  wire::Hello hello;
  hello.protocol = wire::kProtocolVersion;
  hello.token = state.config.token;
  hello.client = state.config.client;
  if (state.replica) hello.resume = wire::Resume{state.replica->value, state.key};
  turn.tell(hello);
}

void lose_socket(Peer::State& state, const Closed& event, Turn& turn) {
  if (state.link == Link::stopped) return;
  if (!event.why.empty()) state.trouble = event.why;
  state.barrier.reset();
  state.paused_until.reset();
  for (auto& [id, file] : state.files) file.cursors.clear();
  forget_fetches(state);
  if (event.fatal || state.leaving) {
    state.link = Link::stopped;
    return;
  }
  state.link = Link::offline;
  state.reconnect = turn.now + backoff(state);
  state.attempts += 1;
}

void welcome(Peer::State& state, wire::Welcome message, Turn& turn) {
  const bool crashed = !state.incarnation.empty() && state.incarnation != message.incarnation;
  const bool same_replica = !state.replica || (message.resumed && *state.replica == ReplicaId(message.replica));
  state.link = Link::online;
  state.attempts = 0;
  state.trouble.clear();
  state.store_trouble = false;
  state.incarnation = message.incarnation;
  forget_fetches(state);
  take_identity(state, message);
  take_requests(state, message, same_replica, turn);

  std::unordered_map<DocumentId, merge::Known> known;
  for (const wire::DocumentInfo& info : message.documents) known[info.document] = exchange::to_merge(info.known);
  if (crashed) {
    const auto holds = [&](const wire::FileEdit& edit) { return hub_holds(known, edit); };
    for (const wire::FileEdit& edit : state.handback.after_crash(holds, Position(message.position))) turn.tell(edit);
  } else {
    state.handback.durable(state.durable);
  }

  // What we deleted and the hub does not list does not come back, should the deletion be refused.
  std::erase_if(state.deleted_here, [&](const auto& each) {
    return !known.contains(each.first) && !state.outbox.unordered<wire::FileCreate>(each.first);
  });
  std::vector<DocumentId> missing;
  for (const auto& [id, file] : state.files) {
    if (!known.contains(id)) missing.push_back(id);
  }
  std::sort(missing.begin(), missing.end());  // the same order in every run
  for (const DocumentId document : missing) settle_missing(state, document, crashed, turn);
  for (const wire::DocumentInfo& info : message.documents) {
    appear(state, info, turn);
    File* file = state.find(info.document);
    if (file == nullptr) continue;
    file->path_position = Position(message.position);
    if (!file->ready()) {
      if (file->followed) want(state, info.document);
      continue;
    }
    if (strayed(state, info.document, *file, known[info.document]))
      recover_strayed(state, info.document, *file, known[info.document], turn);
    if (file->repair || lacks(*file->text, known[info.document])) want(state, info.document);
  }
  turn.emit(ParticipantsChanged{});
}

void take_error(Peer::State& state, const wire::ErrorMessage& message, Turn& turn) {
  if (message.fatal) {
    // The hub closes behind this. Coming back helps where time heals.
    state.trouble = message.message;
    if (message.code == wire::ErrorName::version || message.code == wire::ErrorName::denied) {
      state.link = Link::stopped;
      state.sent_away = message.code == wire::ErrorName::version ? ErrorCode::version : ErrorCode::denied;
    }
    turn.emit(Hangup{message.message});
    return;
  }
  if (message.code == wire::ErrorName::unavailable) {
    state.store_trouble = true;
    state.trouble = message.message;
  }
}

}  // namespace tutti::peer
