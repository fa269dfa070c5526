#include "sync/merge/document.hpp"

#include <algorithm>
#include <utility>

#include "sync/merge/file/container.hpp"
#include "sync/merge/fold/folding.hpp"
#include "sync/merge/log/change_maker.hpp"
#include "sync/merge/log/history.hpp"
#include "sync/merge/state.hpp"

namespace tutti::merge {

using text::Chars;
using text::Delta;
using text::Rope;

namespace {

Result<Document> load(Result<File> file, Document document, Document::State& state) {
  if (!file) return file.error();
  if (Status done = state.load(std::move(*file)); !done) return done.error();
  return document;
}

bool types_key(Chars erase, std::string_view insert) {
  return erase.value == 0 && insert.size() == 1 && static_cast<unsigned char>(insert[0]) < 0x80U;
}

Result<Document> load_all(Result<Document> document) {
  if (!document) return document;
  if (const Result<bool> done = document->open_some(Walker::kAllSteps); !done) return done.error();
  return document;
}

}  // namespace

Document::Document(Limits limits) : state_(std::make_unique<State>()) {
  state_->limits = limits;
}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

const Rope& Document::text() const {
  state_->catch_up_rope(state_->log().size());
  return state_->rope;
}

Version Document::version() const {
  return names_of(state_->log(), state_->log().graph.frontier());
}

std::size_t Document::heads() const {
  return state_->log().graph.frontier().size();
}

Known Document::known() const {
  return state_->log().agents.known();
}

Seq Document::next_seq(ReplicaId replica) const {
  return Seq(state_->log().agents.next_seq(replica));
}

Result<bool> Document::holds(const Change& change) const {
  if (change.seq >= next_seq(change.replica)) return false;
  if (reaches_back(state_->log(), change)) {
    if (Status done = state_->unfold(); !done) return done.error();
  }
  return merge::holds(state_->log(), change);
}

Result<std::vector<Change>> Document::edit(ReplicaId author, const Delta& delta) {
  if (delta.is_noop()) return std::vector<Change>{};
  if (delta.reach().value > state_->length) return error(ErrorCode::invalid, "an edit reaches beyond the end of the text");
  std::vector<Change> changes = make_changes({author, next_seq(author)}, version(), delta, state_->limits);
  if (auto done = apply(changes); !done) return done.error();
  return changes;
}

/// A key that goes on where the one before ended is all that most are: nothing else may slow it down.
Status Document::replace(ReplicaId author, Chars at, Chars erase, std::string_view insert) {
  State& s = *state_;
  if (types_key(erase, insert)) {
    if (s.length < s.most_chars() && s.pen.insert(author, at.value, insert[0])) {
      ++s.length;
      return {};
    }
  } else if (erase.value == 1 && insert.empty() && at.value < s.length && s.pen.erase(author, at.value)) {
    --s.length;
    return {};
  }
  return s.replace(author, at, erase, insert);
}

Result<Delta> Document::apply(std::span<const Change> changes) {
  State& s = *state_;
  for (const Change& change : changes) {
    if (!reaches_back(s.log(), change)) continue;
    if (Status done = s.unfold(); !done) return done.error();
  }
  const Lv before = s.log().size();
  s.log().begin_batch();
  if (auto bad = s.add(changes); !bad) {
    s.take_back();
    return bad.error();
  }
  return s.finish(before);
}

Result<bool> Document::prepare(const Change& change, std::uint64_t steps) {
  State& s = *state_;
  if (reaches_back(s.log(), change)) {
    const Result<bool> whole = unfold_some(steps);
    if (!whole || !*whole) return whole;
  }
  const auto parents = parents_to_come(s.log(), change);
  if (!parents) return true;  // nothing will come, or `apply` will say so
  const std::uint64_t before = work();
  if (!s.log().graph.judge_minimal(*parents, steps)) return false;
  if (!s.log().graph.is_minimal(*parents)) return true;
  return s.integrator.prepare(s.log(), *parents, s.length, steps - std::min(steps, work() - before));
}

std::uint64_t Document::work() const {
  return state_->carried_steps + state_->integrator.steps() + state_->log().graph.steps();
}

Result<std::vector<Change>> Document::since(const Known& known, std::size_t most) const {
  if (is_folded(known)) {
    if (Status done = state_->unfold(); !done) return done.error();
  }
  return changes_since(state_->log(), known, most);
}

Result<std::string> Document::text_at(const Version& version) const {
  const Result<text::Snapshot> text = snapshot_at(version);
  if (!text) return text.error();
  return text->str();
}

Result<text::Snapshot> Document::snapshot_at(const Version& version) const {
  if (version == this->version()) return snapshot();
  if (reaches_back(state_->log(), version)) {
    if (Status done = state_->unfold(); !done) return done.error();
  }
  return state_->text_at(version);
}

// ---- the past

const Log& Document::log() const {
  return state_->log();
}

Status Document::unfold() const {
  return state_->unfold();
}

Result<bool> Document::unfold_some(std::uint64_t steps) const {
  const std::uint64_t before = work();
  Result<bool> whole = state_->unfold_some();
  while (whole && !*whole && work() - before <= steps) whole = state_->unfold_some();
  return whole;
}

void Document::fold(std::uint32_t least) {
  for (bool over = false; !over;) over = fold_some(Walker::kAllSteps);
  if (!begin_fold(0, least)) return;
  for (bool over = false; !over;) over = fold_some(Walker::kAllSteps);
}

bool Document::begin_fold(std::uint32_t keep, std::uint32_t least) {
  return state_->begin_fold(keep, least);
}

bool Document::fold_some(std::uint64_t steps) {
  return state_->fold_some(steps);
}

bool Document::is_folded() const {
  return state_->log().folded() > 0;
}

bool Document::is_folded(const Known& known) const {
  return reaches_back(state_->log(), known);
}

std::string Document::encode(Parts parts, Favour favour) const {
  return state_->encode(parts, favour);
}

std::string Document::encode_text(std::uint64_t tail) const {
  return state_->encode_text(tail);
}

bool Document::has_past() const {
  return state_->has_past();
}

Status Document::take_past(const Document& whole) {
  if (has_past()) return {};
  if (Status done = whole.unfold(); !done) return done.error();
  return state_->take_past(whole.log());
}

Result<Document> Document::decode(std::string_view bytes, Limits limits) {
  Document document(limits);
  State& state = *document.state_;
  return load_all(load(decode_file(bytes), std::move(document), state));
}

Status Document::check_bytes(std::string_view bytes) {
  return check_container(bytes);
}

Result<Document> Document::open(std::string_view bytes, Limits limits) {
  return load_all(begin_open(bytes, limits));
}

Result<bool> Document::open_some(std::uint64_t steps) {
  return state_->load_some(steps);
}

Result<Document> Document::begin_open(std::string_view bytes, Limits limits) {
  Document document(limits);
  State& state = *document.state_;
  return load(open_file(bytes), std::move(document), state);
}

}  // namespace tutti::merge
