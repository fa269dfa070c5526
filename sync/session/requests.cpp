#include "sync/session/requests.hpp"

#include <algorithm>

#include "protocol/base/planted.hpp"
#include "sync/exchange/convert.hpp"
#include "sync/merge/file/live.hpp"
#include "sync/session/folding.hpp"
#include "sync/session/rights.hpp"

namespace tutti::session {

namespace {

Refusal refuse(ErrorCode code, const char* why, std::optional<DocumentId> document = std::nullopt) {
  return {error(code, why), document};
}

/// Adds what a text's merging takes while it lives.
class Metered {
 public:
  Metered(const merge::Document& text, std::uint64_t& sum) : text_(text), sum_(sum), before_(text.work()) {}
  ~Metered() { sum_ += text_.work() - before_; }
  Metered(const Metered&) = delete;
  Metered& operator=(const Metered&) = delete;

 private:
  const merge::Document& text_;
  std::uint64_t& sum_;
  std::uint64_t before_;
};

record::DocumentRow row_of(DocumentId document, const File& file) {
  return {document, file.path, file.traits, file.deleted};
}

/// A live file, or why there is none.
Result<File*> live_file(Core& core, DocumentId document) {
  File* file = core.files.find(document);
  if (file == nullptr) return error(ErrorCode::not_found, "The session has no such file.");
  if (file->deleted) return error(ErrorCode::not_found, "The file was deleted from the session.");
  return file;
}

/// The live file, if `from` may change it.
Result<File*> writable_file(Core& core, const Connection& from, DocumentId document) {
  const wire::Participant& who = core.roster.find(from.participant)->who;
  if (Status status = may_write(who); !status) return status.error();
  Result<File*> file = live_file(core, document);
  if (!file) return file.error();
  if (Status status = may_touch(who, (*file)->path); !status) return status.error();
  return file;
}

/// `from` may put a file at `path`, and nothing else is there.
std::optional<Refusal> keep_from(Core& core, const Connection& from, DocumentId document, const std::string& path) {
  const wire::Participant& who = core.roster.find(from.participant)->who;
  if (Status status = may_write(who); !status) return Refusal{status.error(), std::nullopt};
  if (Status status = may_be_shared(path); !status) return Refusal{status.error(), std::nullopt};
  if (Status status = may_touch(who, path); !status) return Refusal{status.error(), std::nullopt};
  const std::optional<DocumentId> other = core.files.in_the_way(path, document);
  if (other) return refuse(ErrorCode::conflict, "Another file has this path, or is in its way.", other);
  return std::nullopt;
}

/// Whether `made` leaves more heads than a document may have. Whoever writes at the document as it is joins them all.
bool adds_a_head_too_many(const merge::Document& text, const merge::Change& made, std::size_t most) {
  if (text.heads() < most) return false;
  const merge::Version heads = text.version();  // in order
  const auto is_head = [&](const merge::EventName& parent) { return std::binary_search(heads.begin(), heads.end(), parent); };
  return std::none_of(made.parents.begin(), made.parents.end(), is_head);
}

/// What `prepare` is to know of it: the words too only where some of it may be held, as there may be many of them.
merge::Change ahead_of(const merge::Document& text, const wire::Change& change) {
  const ReplicaId replica(change.replica);
  const Seq seq(change.seq);
  if (seq < text.next_seq(replica)) return exchange::to_merge(change);
  return {replica, seq, exchange::version_to_merge(change.parents), {}};
}

/// A part of what it takes to take the change in, or to say whether it is there. True once that is quick.
bool makes_ready(Core& core, File& file, const wire::Change& change) {
  const Metered metered(file.text, core.work);
  const Result<bool> ready = file.text.prepare(ahead_of(file.text, change), core.config.limits.prepare_steps);
  return !ready || *ready;  // what is wrong will be said when it is taken
}

Outcome refused_change(DocumentId document, const Error& why) {
  if (why.code == ErrorCode::gap) return Unready{document, why.message};
  return Refusal{why, std::nullopt};
}

}  // namespace

Outcome perform(Core& core, const Connection& from, const wire::FileCreate& message) {
  if (auto refusal = keep_from(core, from, message.document, message.path)) return *refusal;
  if (const File* file = core.files.find(message.document)) {
    if (!file->deleted && file->path == message.path) return Done{};
    return refuse(ErrorCode::conflict, "A file with this name for ever exists already, at another path or deleted.");
  }
  if (message.document.is_nil()) return refuse(ErrorCode::invalid, "A file needs a name for ever that is not nil.");
  if (Status status = core.files.room_for(message.path, core.config.limits); !status) return Refusal{status.error(), {}};
  File file{message.path, message.traits, false, merge::Document(merge_limits(core.config.limits))};
  file.creator = from.participant;
  return Done{{row_of(message.document, core.files.add(message.document, std::move(file)))}};
}

Outcome perform(Core& core, const Connection& from, const wire::FileEdit& message) {
  if (Result<File*> file = writable_file(core, from, message.document); !file) return Refusal{file.error(), std::nullopt};
  if (ReplicaId(message.change.replica) != from.replica) {
    return refuse(ErrorCode::denied, "The edit is written in the name of another participant's replica.");
  }
  return take_change(core, message.document, message.change, from.participant);
}

Outcome perform(Core& core, const Connection& from, const wire::FileRename& message) {
  if (Result<File*> file = writable_file(core, from, message.document); !file) return Refusal{file.error(), std::nullopt};
  auto refusal = keep_from(core, from, message.document, message.path);
  if (refusal && !planted(Bug::rename_unchecked)) return *refusal;
  const File& file = *core.files.find(message.document);
  if (file.path == message.path) return Done{};
  core.files.rename(message.document, message.path);
  return Done{{row_of(message.document, file)}};
}

Outcome perform(Core& core, const Connection& from, const wire::FileDelete& message) {
  File* known = core.files.find(message.document);
  if (known != nullptr && known->deleted) return Done{};
  if (Result<File*> file = writable_file(core, from, message.document); !file) return Refusal{file.error(), std::nullopt};
  core.files.erase(message.document);
  want_folded(core, message.document, known->text, 0);
  return Done{{row_of(message.document, *known)}};
}

Outcome take_change(Core& core, DocumentId document, const wire::Change& change, ParticipantId author) {
  Result<File*> file = live_file(core, document);
  if (!file) return Refusal{file.error(), std::nullopt};
  const merge::Change made = exchange::to_merge(change);
  const std::uint64_t events = merge::event_count(made);
  if (events == 0) return refuse(ErrorCode::invalid, "An edit that changes nothing is none.");
  const Metered metered((*file)->text, core.work);
  const Result<bool> held = (*file)->text.holds(made);
  if (!held) return refused_change(document, held.error());
  if (*held) return Done{};
  const Replica* writer = core.replicas.find(made.replica);
  if (writer != nullptr && writer->retired && !planted(Bug::given_up_taken))
    return Unready{document, "The author has given this edit up and made it again."};
  if (adds_a_head_too_many((*file)->text, made, core.config.limits.heads))
    return refuse(ErrorCode::limit, "Too many wrote into this file without knowing of each other.");
  const Result<text::Delta> applied = (*file)->text.apply({&made, 1});
  if (!applied) return refused_change(document, applied.error());
  want_folded(core, document, (*file)->text, core.config.limits.text_tail_events);
  core.unchecked.insert(document);
  if ((*file)->creator == author) ++(*file)->upload_edits;
  return Done{{record::ChangeRow{document, made.replica, made.seq, events, author, merge::encode_change(made)}}};
}

bool is_ready(Core& core, const wire::FileEdit& message) {
  File* file = core.files.find(message.document);
  return file == nullptr || file->deleted || makes_ready(core, *file, message.change);
}

bool can_tell(Core& core, const wire::FileEdit& message) {
  File* file = core.files.find(message.document);
  if (file == nullptr || Seq(message.change.seq) >= file->text.next_seq(ReplicaId(message.change.replica))) return true;
  return makes_ready(core, *file, message.change);
}

Cost cost_of(const Core& /*core*/, const Connection& /*from*/, const wire::FileCreate& message) {
  return {static_cast<double>(message.path.size()), true};
}

Cost cost_of(const Core& core, const Connection& from, const wire::FileEdit& message) {
  Cost cost;
  for (const wire::Patch& patch : message.change.patches) cost.bytes += static_cast<double>(patch.insert.size());
  const File* file = core.files.find(message.document);
  cost.upload = file != nullptr && file->creator == from.participant && file->upload_edits < core.config.limits.upload_edits;
  return cost;
}

bool happened(const Core& core, const wire::FileCreate& message) {
  return core.files.find(message.document) != nullptr;
}

bool happened(const Core& core, const wire::FileDelete& message) {
  const File* file = core.files.find(message.document);
  return file == nullptr || file->deleted;
}

bool happened(Core& core, const wire::FileEdit& message) {
  const File* file = core.files.find(message.document);
  if (file == nullptr) return false;
  const Metered metered(file->text, core.work);
  const Result<bool> held = file->text.holds(exchange::to_merge(message.change));
  return held.ok() && *held;
}

}  // namespace tutti::session
