#include <algorithm>

#include "protocol/base/planted.hpp"
#include "sync/exchange/check.hpp"
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

/// What the hub says in its welcome, made ready to be asked.
class HubView {
 public:
  explicit HubView(const wire::Welcome& message) : newest_(message.position) {
    for (const wire::DocumentInfo& info : message.documents) {
      known_[info.document] = exchange::to_merge(info.known);
      paths_[info.document] = info.path;
    }
  }

  [[nodiscard]] Position newest() const { return newest_; }
  [[nodiscard]] bool lists(DocumentId document) const { return known_.contains(document); }
  [[nodiscard]] const merge::Known& known(DocumentId document) const { return known_.at(document); }
  /// A document that went down with the former hub, and that we are about to create again.
  void expect(DocumentId document) { known_[document]; }

  /// All of a change. Of a document that is deleted nothing is missing.
  [[nodiscard]] bool holds(const wire::FileEdit& edit) const {
    const auto document = known_.find(edit.document);
    if (document == known_.end()) return true;
    const merge::Change change = exchange::to_merge(edit.change);
    return next(document->second, change.replica) >= change.seq + merge::event_count(change);
  }
  /// What a request asked for.
  [[nodiscard]] bool holds(const Request& request) const {
    const DocumentId document = document_of(request);
    if (const auto* edit = std::get_if<wire::FileEdit>(&request)) return holds(*edit);
    if (std::holds_alternative<wire::FileCreate>(request)) return lists(document);
    const auto* rename = std::get_if<wire::FileRename>(&request);
    return !lists(document) || (rename != nullptr && paths_.at(document) == rename->path);
  }

  static Seq next(const merge::Known& known, ReplicaId replica) {
    const auto held = std::find_if(known.begin(), known.end(), [&](const auto& each) { return each.first == replica; });
    return held == known.end() ? Seq() : held->second;
  }

 private:
  Position newest_;
  std::unordered_map<DocumentId, merge::Known> known_;
  std::unordered_map<DocumentId, std::string> paths_;
};

bool lacks(const merge::Document& text, const merge::Known& hub) {
  return std::any_of(hub.begin(), hub.end(), [&](const auto& each) { return text.next_seq(each.first) < each.second; });
}

/// What the hub will hold of the documents, once it has got what we are about to give it.
class Prospect {
 public:
  Prospect(const Peer::State& state, const HubView& hub) : hub_(hub) {
    for (const wire::FileEdit& offer : state.offers) expect(offer);
    state.outbox.each_unordered_edit([&](const wire::FileEdit& edit) { expect(edit); });
  }

  /// The replicas of which `text` holds more than that: what went astray.
  [[nodiscard]] std::vector<ReplicaId> strayed(DocumentId document, const merge::Document& text) const {
    std::vector<ReplicaId> replicas;
    for (const auto& [replica, end] : text.known()) {
      if (end > next(document, replica)) replicas.push_back(replica);
    }
    return replicas;
  }

 private:
  [[nodiscard]] Seq next(DocumentId document, ReplicaId replica) const {
    const auto more = more_.find(std::pair(document, replica));
    return more != more_.end() ? more->second : HubView::next(hub_.known(document), replica);
  }
  void expect(const wire::FileEdit& edit) {
    if (!hub_.lists(edit.document)) return;
    const merge::Change change = exchange::to_merge(edit.change);
    const Seq have = next(edit.document, change.replica);
    const Seq end = change.seq + merge::event_count(change);
    if (change.seq <= have && end > have) more_[std::pair(edit.document, change.replica)] = end;
  }

  const HubView& hub_;
  std::map<std::pair<DocumentId, ReplicaId>, Seq> more_;
};

/// Takes out of our copy what the hub will never have, and makes again what is ours of it.
void recover_strayed(Peer::State& state, DocumentId document, const File& file, const std::vector<ReplicaId>& strayed,
                     const HubView& hub, Turn& turn) {
  merge::Known known = file.text->known();
  for (auto& [replica, next] : known) {
    const bool ours = std::find(state.own.begin(), state.own.end(), replica) != state.own.end();
    if (ours) next = std::min(next, HubView::next(hub.known(document), replica));
  }
  const Result<std::vector<merge::Change>> made = file.text->since(known);
  std::string words = made ? words_of(*made) : std::string();
  state.renew |= std::find(strayed.begin(), strayed.end(), *state.replica) != strayed.end();
  begin_repair(state, document, std::nullopt, turn);
  if (File* repaired = state.find(document); repaired != nullptr && repaired->repair)
    repaired->repair->words = std::move(words);
}

void take_identity(Peer::State& state, const wire::Welcome& message) {
  state.self = message.you;
  state.diary.anew = state.diary.anew || state.key != message.key;
  state.limits = message.limits;
  state.key = message.key;
  state.replica = ReplicaId(message.replica);
  if (state.own.empty() || state.own.back() != *state.replica) {
    state.own.push_back(*state.replica);
    state.diary.used.clear();
  }
  state.others.clear();
  for (const wire::Participant& each : message.participants) state.others[each.id] = each;
}

/// What the hub says of our requests is the truth; after its crash that may be less than it said before.
void take_requests(Peer::State& state, const wire::Welcome& message, bool same_replica, Turn& turn) {
  state.durable = Position(message.durable);
  if (message.resumed) {
    state.outbox.reconnect(RequestId(message.request), Position(message.position));
  } else if (!same_replica) {
    state.outbox.forget_numbers();
  }
  state.outbox.durable(state.durable);
  state.outbox.drop_noted(RequestId(message.request));
  state.renew = false;
  if (same_replica) return;
  state.gone_with_names.clear();
  // Edits that wait are named by the old replica, which is not ours any more: they are made again under the new one.
  state.outbox.begin_numbers();
  std::vector<DocumentId> again = state.outbox.edited();
  for (const auto& [id, file] : state.files) {
    if (file.repair) again.push_back(id);
  }
  std::sort(again.begin(), again.end());  // the same order in every run
  again.erase(std::unique(again.begin(), again.end()), again.end());
  for (const DocumentId document : again) mark_for_repair(state, document, turn);
}

/// What a former replica did and the hub's crash undid.
void recall_former(Peer::State& state, const HubView& hub, Turn& turn) {
  const auto holds = [&](const Request& request) { return hub.holds(request); };
  for (const DocumentId document : state.outbox.recall_former(holds)) begin_repair(state, document, std::nullopt, turn);
}

void forget_exchange(Peer::State& state) {
  state.fetches = 0;
  state.wanted.clear();
  state.offers.clear();
  for (auto& [id, file] : state.files) {
    file.fetch.reset();
  }
}

/// A file that we knew and the hub does not list: deleted while we were away, or its creation died with the hub.
void settle_missing(Peer::State& state, DocumentId document, bool crashed, HubView& hub, Turn& turn) {
  File& file = state.files.at(document);
  const bool lost_creation = crashed && file.created && *file.created > state.durable && file.ready();
  file.on_hub = false;
  file.path_position = Position();  // another hub counts anew
  if (state.outbox.unordered<wire::FileCreate>(document)) {
    hub.expect(document);  // others' edits of it may have gone down with the hub too
    return;
  }
  if (!lost_creation) {
    // Should it come back, made again by somebody else, it knows nothing of our edits, whose names others may have seen. A
    // process that was just started does not know which hub it spoke to before.
    state.renew |= (crashed || state.unsure) && state.outbox.unordered<wire::FileEdit>(document);
    lose_file(state, document, turn);
    return;
  }
  file.created.reset();
  state.diary.touched.insert(document);
  hub.expect(document);
  state.outbox.push_first(wire::FileCreate{{}, {}, {}, document, file.info.path, file.info.traits});
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
  if (state.replica) hello.resume = wire::Resume{state.replica->value, state.key, state.renew};
  turn.tell(hello);
}

namespace {

/// A copy of the folder is at work under our replica. While something of ours waits under that name, the copy may have it too:
/// then each takes its turn, and the hub sees that it is the same. Once nothing waits, this one asks for a name of its own.
void step_back(Peer::State& state, Turn& turn) {
  constexpr std::int64_t a_turn_ms = 2000;
  state.renew = state.renew || state.outbox.edited().empty();
  state.reconnect = turn.now + (state.renew ? 0 : a_turn_ms + static_cast<std::int64_t>(state.random.below(a_turn_ms)));
  state.attempts += 1;
}

}  // namespace

void lose_socket(Peer::State& state, const Closed& event, Turn& turn) {
  if (state.link == Link::stopped) return;
  if (!event.why.empty()) state.trouble = event.why;
  state.barrier.reset();
  state.paused_until.reset();
  for (auto& [id, file] : state.files) {
    file.cursors.clear();
    file.reports.clear();
    file.early_reports.clear();
  }
  state.unsure = state.unsure || event.replaced || !state.doubted.empty();
  state.doubted.clear();
  forget_exchange(state);
  if (event.fatal || state.leaving) {
    state.link = Link::stopped;
    return;
  }
  state.link = Link::offline;
  if (event.replaced) return step_back(state, turn);
  const bool at_once = state.renew && state.attempts == 0;
  state.reconnect = turn.now + (at_once ? 0 : backoff(state));
  state.attempts += 1;
}

namespace {

/// What we deleted and the hub does not list does not come back, should the deletion be refused, unless it is created first.
void settle_deleted(Peer::State& state, const HubView& hub) {
  for (auto& [document, deleted] : state.deleted_here) deleted.listed = hub.lists(document);
  std::erase_if(state.deleted_here,
                [&](const auto& each) { return !each.second.listed && !state.outbox.unordered<wire::FileCreate>(each.first); });
}

/// Edits of files that are deleted here and that a former hub had ordered: what they follow on may have gone down with it, and
/// there is no text any more to repair them by. Their names are known to others, should the file come back.
void drop_edits_of_deleted(Peer::State& state) {
  for (const DocumentId document : state.outbox.edited()) {
    if (!state.outbox.unordered<wire::FileDelete>(document)) continue;
    state.outbox.spoil_edits(document);
    state.renew = true;
  }
}

/// Files that the hub does not list.
void settle_all_missing(Peer::State& state, bool crashed, HubView& hub, Turn& turn) {
  std::vector<DocumentId> missing;
  for (const auto& [id, file] : state.files) {
    if (!hub.lists(id)) missing.push_back(id);
  }
  std::sort(missing.begin(), missing.end());  // the same order in every run
  for (const DocumentId document : missing) settle_missing(state, document, crashed, hub, turn);
}

/// Whether the hub has something in our name that was not seen to be ours.
void doubt(Peer::State& state, DocumentId document, File& file, const HubView& hub) {
  if (HubView::next(hub.known(document), *state.replica) == Seq()) return;
  Seq first = file.text->next_seq(*state.replica);
  state.outbox.each_unordered_edit([&](const wire::FileEdit& edit) {
    if (edit.document == document && ReplicaId(edit.change.replica) == state.replica)
      first = std::min(first, Seq(edit.change.seq));
  });
  if (HubView::next(hub.known(document), *state.replica) <= first) return;
  want(state, document);
  if (!file.fetch || file.fetch->whole) return;
  file.fetch->compare = merge::EventName{*state.replica, first};
  file.fetch->past = true;
  state.doubted.insert(document);
}

/// The hub does not know of all that a former process wrote here and a hub called safe: it was replaced by another, and has not
/// noticed yet. What is written here now must bear another name.
bool is_behind(const Peer::State& state, DocumentId document, const HubView& hub) {
  const auto used = state.diary.used.find(document);
  return used != state.diary.used.end() && HubView::next(hub.known(document), *state.replica) < used->second;
}

void settle_listed(Peer::State& state, const wire::DocumentInfo& info, const HubView& hub, const Prospect& prospect,
                   Turn& turn) {
  appear(state, info, turn);
  File* file = state.find(info.document);
  if (file == nullptr) return;
  file->path_position = hub.newest();
  file->created = hub.newest();  // at the latest; what is listed need not be durable
  if (!file->ready()) {
    state.renew |= is_behind(state, info.document, hub);
    if (file->followed) want(state, info.document);
    return;
  }
  const std::vector<ReplicaId> strayed = prospect.strayed(info.document, *file->text);
  if (!file->repair && !strayed.empty()) recover_strayed(state, info.document, *file, strayed, hub, turn);
  if (state.unsure && !file->repair) doubt(state, info.document, *file, hub);
  const bool lacking = lacks(*file->text, hub.known(info.document)) && !planted(Bug::lack_unseen);
  if (file->repair || lacking) want(state, info.document);
  if (info.hash) take_check(state, {info.document, exchange::hash_of(hub.known(info.document)), *info.hash}, turn);
}

}  // namespace

void welcome(Peer::State& state, const wire::Welcome& message, Turn& turn) {
  const bool crashed = !state.incarnation.empty() && state.incarnation != message.incarnation;
  const bool same_replica = !state.replica || *state.replica == ReplicaId(message.replica);
  state.link = Link::online;
  state.attempts = 0;
  state.trouble.clear();
  state.store_trouble = false;
  state.incarnation = message.incarnation;
  forget_exchange(state);
  HubView hub(message);
  for (auto& [document, file] : state.files) file.on_hub = hub.lists(document);
  take_identity(state, message);
  take_requests(state, message, same_replica, turn);
  for (const DocumentId document : std::set<DocumentId>(state.behind)) {  // what we hold is compared with what the hub has
    if (File* file = state.find(document)) take_all_in(state, document, *file, turn);
  }
  state.outbox.note_created([&](DocumentId document) { return hub.lists(document); }, hub.newest());
  state.outbox.durable(state.durable);  // the hub has nothing more to say of those
  if (crashed) recall_former(state, hub, turn);
  if (crashed) drop_edits_of_deleted(state);
  settle_deleted(state, hub);
  settle_all_missing(state, crashed, hub, turn);
  for (wire::FileEdit& edit : state.handback.offer([&](const wire::FileEdit& e) { return hub.holds(e); }, hub.newest()))
    state.offers.push_back(std::move(edit));
  const Prospect prospect(state, hub);
  for (const wire::DocumentInfo& info : message.documents) settle_listed(state, info, hub, prospect, turn);
  state.unsure = false;
  drop_homeless(state, turn);
  for (const DocumentId document : state.diary.kept) state.diary.loose.insert(document);
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
