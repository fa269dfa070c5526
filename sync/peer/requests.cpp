#include <algorithm>

#include "protocol/base/planted.hpp"
#include "sync/exchange/convert.hpp"
#include "sync/peer/state.hpp"

// Requests are numbered as they are sent. Most are answered `received`, later everything is `durable`. The other answers:
//
//   reject(n)      n is handled and did not happen: it is taken back here, and shown
//   resync(n)      the hub went no further than n: everything behind is sent again, in order
//   slow_down      likewise, after a pause
//
// Every request that was on its way behind the one that was not taken earns the same answer again. Sending anew at each of them
// would multiply the traffic, so a ping goes out first: when it is back, the old answers are all here, and the rest is sent
// once.

namespace tutti::peer {

namespace {

ErrorCode to_code(wire::ErrorName name) {
  return static_cast<ErrorCode>(static_cast<int>(name));
}
static_assert(static_cast<int>(wire::ErrorName::io) == static_cast<int>(ErrorCode::io));

struct Refusal {
  Peer::State& state;
  const wire::Reject& why;
  const std::string& words;  ///< that were written
  bool repeated;             ///< it was asked before, under the same number
  Turn& turn;

  void show(DocumentId document, std::string lost = {}) const {
    turn.emit(Refused{document, to_code(why.code), why.message, std::move(lost)});
  }

  void operator()(const wire::FileEdit& message) const {
    // Another edit stands under this one's name: a copy of the folder was at work, or an old state of it came back. (Asked
    // again under its number, it is one that was refused.)
    if (why.code == wire::ErrorName::conflict && !repeated) return name_anew(state, message, turn);
    show(message.document, words);
    if (state.find(message.document) != nullptr && !planted(Bug::refused_stays)) {
      begin_repair(state, message.document, exchange::to_merge(message.change), turn);
    }
  }

  void operator()(const wire::FileCreate& message) const {
    const auto deleted = state.deleted_here.find(message.document);
    if (deleted != state.deleted_here.end() && !deleted->second.listed) state.deleted_here.erase(deleted);
    File* file = state.find(message.document);
    if (file == nullptr || file->on_hub) return;
    const std::string whole = file->ready() ? file->text->text().str() : std::string();
    const std::string path = file->info.path;
    const File* other = why.document ? state.find(*why.document) : nullptr;
    const bool taken = other != nullptr && other->info.path == path;
    if (!taken) show(message.document, whole);
    disappear(state, message.document, turn);
    if (taken) turn.emit(PathTaken{message.document, *why.document, path, whole});
  }

  void operator()(const wire::FileRename& message) const {
    File* file = state.find(message.document);
    if (file == nullptr) return;
    show(message.document);
    move_home(state, message.document, turn);
  }

  void operator()(const wire::FileDelete& message) const {
    const auto was = state.deleted_here.extract(message.document);
    show(message.document);
    if (was.empty() || why.code == wire::ErrorName::not_found) return;
    appear(state, was.mapped().info, turn);
  }
};

/// What an own request that has been ordered means for the file.
struct Ordered {
  Peer::State& state;
  Position position;

  void operator()(const wire::FileEdit& /*message*/) const {}
  void operator()(const wire::FileCreate& message) const {
    state.diary.touched.insert(message.document);
    if (File* file = state.find(message.document)) {
      file->on_hub = true;
      file->hub_path = message.path;
      file->path_position = std::max(file->path_position, position);
    }
  }
  void operator()(const wire::FileRename& message) const {
    if (const auto gone = state.deleted_here.find(message.document); gone != state.deleted_here.end())
      gone->second.info.path = message.path;
    File* file = state.find(message.document);
    if (file == nullptr || file->path_position > position) return;
    file->hub_path = message.path;
    file->path_position = position;
  }
  void operator()(const wire::FileDelete& message) const { state.deleted_here.erase(message.document); }
};

}  // namespace

namespace {

/// Nothing of ours that it may follow on is still to be sent. Ours wait for nothing: whatever they follow on was seen before
/// them, and so does not wait for them either.
bool may_offer(const Peer::State& state, const wire::FileEdit& offer) {
  if (state.outbox.unsent<wire::FileCreate>(offer.document, [](const auto&) { return true; })) return false;
  return !state.outbox.unsent<wire::FileEdit>(offer.document, [&](const wire::FileEdit& own) {
    return std::any_of(offer.change.parents.begin(), offer.change.parents.end(), [&](const wire::EventName& parent) {
      return parent.replica == own.change.replica && parent.seq >= own.change.seq;
    });
  });
}

void send_work(Peer::State& state, Turn& turn) {
  for (;;) {
    if (!state.offers.empty() && may_offer(state, state.offers.front())) {
      turn.tell(state.offers.front());
      state.offers.pop_front();
    } else if (std::optional<Outbox::Outgoing> next = state.outbox.next_frame(state.config.window_bytes)) {
      note_sent(state, next->entry);
      write_diary(state, turn);
      turn.emit(SendText{std::make_shared<const std::string>(std::move(next->frame))});
    } else {
      return;
    }
  }
}

/// The hub answers what it has got first, so that nothing is asked twice.
void renew_replica(Peer::State& state, Turn& turn) {
  if (state.outbox.waits_for_answers()) return;
  state.link = Link::connecting;  // what still comes is not for us any more
  turn.emit(Hangup{"to make edits again under another name"});
}

}  // namespace

void flush(Peer::State& state, Turn& turn) {
  write_diary(state, turn);
  if (state.link != Link::online) return;
  if (state.renew) return renew_replica(state, turn);
  if (state.barrier || state.paused_until) return;
  if (state.doubted.empty()) send_work(state, turn);
  ask_for_texts(state, turn);
  if (state.leaving && state.outbox.empty()) {
    turn.tell(wire::SessionLeave{});
    state.link = Link::stopped;
    state.trouble = "you left the session";
    turn.emit(Hangup{"left the session"});
  }
}

void take_received(Peer::State& state, const wire::Received& message, Turn& turn) {
  std::vector<DocumentId> moved;
  std::vector<wire::FileCreate> created;
  state.outbox.each_ordered(RequestId(message.request), [&](const Outbox::Entry& entry) {
    if (!entry.repeated) std::visit(Ordered{state, Position(message.position)}, entry.request);
    if (std::holds_alternative<wire::FileRename>(entry.request)) moved.push_back(document_of(entry.request));
    if (const auto* create = std::get_if<wire::FileCreate>(&entry.request)) created.push_back(*create);
  });
  state.outbox.received(RequestId(message.request), Position(message.position));
  if (planted(Bug::forgotten_when_received)) state.outbox.durable(Position(message.position));
  for (const DocumentId document : moved) move_home(state, document, turn);
  for (const wire::FileCreate& create : created) {
    const DocumentId document = create.document;
    const File* file = state.find(document);
    if (file == nullptr) {  // deleted by somebody, and a hub that did not know of it has created it again
      const auto gone = state.deleted_here.find(document);
      const bool had_it = gone != state.deleted_here.end() && gone->second.listed;  // it may be elsewhere by now
      if (!had_it) appear(state, {document, create.path, create.traits, 0, {}, {}}, turn);
      continue;
    }
    if (!file->on_hub) {
      lose_file(state, document, turn);  // created in the end, and not in the welcome: somebody has deleted it since
      continue;
    }
    move_home(state, document, turn);                           // a move that went down with a hub is not made again
    if (file->repair || !file->ready()) want(state, document);  // it waited for the hub's copy
  }
  state.outbox.durable(state.durable);
}

void take_durable(Peer::State& state, const wire::Durable& message, Turn& turn) {
  state.durable = std::max(state.durable, Position(message.position));
  state.outbox.durable(state.durable);
  state.handback.durable(state.durable);
  if (state.store_trouble) {
    state.store_trouble = false;
    state.trouble.clear();
  }
  if (!message.checks) return;
  for (const wire::TextCheck& check : *message.checks) take_check(state, check, turn);
}

void take_reject(Peer::State& state, const wire::Reject& message, Turn& turn) {
  std::optional<Outbox::Entry> entry = state.outbox.take(RequestId(message.request));
  if (entry) std::visit(Refusal{state, message, entry->words, entry->repeated, turn}, entry->request);
}

void take_resync(Peer::State& state, const wire::Resync& message, Turn& turn) {
  if (message.document) {
    if (File* file = state.find(*message.document); file != nullptr && !file->repair) {
      begin_repair(state, *message.document, std::nullopt, turn);
    }
  }
  rewind(state, RequestId(message.request), turn);
}

void rewind(Peer::State& state, RequestId last, Turn& turn) {
  state.rewind_to = std::max(state.rewind_to, last);
  if (state.barrier) return;
  state.rewind_to = last;
  state.barrier = ++state.pings;
  turn.tell(wire::Ping{*state.barrier, false});
}

void take_pong(Peer::State& state, std::uint64_t token) {
  if (state.barrier != token) return;
  state.barrier.reset();
  // What was handed back and not taken says how far the hub was then; it may have gone on since.
  state.outbox.rewind(std::max(state.rewind_to, state.outbox.last_ordered()));
}

void resume(Peer::State& state, Turn& turn) {
  if (!state.paused_until || *state.paused_until > turn.now) return;
  state.paused_until.reset();
  const std::uint64_t skipped = planted(Bug::pause_skips_one) ? 1 : 0;
  if (state.link == Link::online) rewind(state, state.outbox.last_ordered() + skipped, turn);
}

}  // namespace tutti::peer
