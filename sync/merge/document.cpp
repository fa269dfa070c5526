#include "sync/merge/document.hpp"

#include <algorithm>
#include <utility>

#include "protocol/base/utf.hpp"
#include "sync/merge/check.hpp"
#include "sync/merge/codec.hpp"
#include "sync/merge/delta_sum.hpp"
#include "sync/merge/history.hpp"
#include "sync/merge/integrate.hpp"
#include "sync/merge/keyframes.hpp"
#include "sync/merge/pen.hpp"
#include "sync/text/open_edit.hpp"

namespace tutti::merge {

using text::Chars;
using text::Delta;
using text::Rope;

namespace {

constexpr std::size_t kMaxLag = 64;              // runs that the rope may be behind
constexpr std::uint64_t kMostChars = 1U << 29U;  // beyond any `Limits`: positions and their sums stay in 32 bits

void do_to(Rope& rope, const Log& log, const std::vector<Effect>& effects) {
  text::OpenEdit edit(rope);
  for (const Effect& effect : effects) {
    if (effect.bytes == 0) {
      edit.erase(effect.pos, effect.len);
    } else {
      edit.insert(effect.pos, {log.ops.content().data() + effect.content, effect.bytes}, effect.len);
    }
  }
  edit.close();
}

/// Does events that each follow all before them. False where a position is beyond the text, of which there are `length`
/// characters.
bool do_plain(Rope& rope, const Ops& ops, Lv begin, Lv end, std::uint64_t& length) {
  text::OpenEdit edit(rope);
  bool inside = true;
  ops.each(begin, end, [&](const Op& op) {
    const std::uint64_t reach = op.erases ? std::uint64_t{op.pos} + op.len : op.pos;
    inside = inside && reach <= length;
    if (!inside) return;
    if (op.erases) {
      edit.erase(op.pos, op.len);
      length -= op.len;
    } else {
      edit.insert(op.pos, ops.text_of(op), op.len);
      length += op.len;
    }
  });
  edit.close();
  return inside;
}

Delta sum_of(const Log& log, const std::vector<Effect>& effects) {
  DeltaSum sum;
  for (const Effect& effect : effects) {
    if (effect.bytes == 0) {
      sum.erase(effect.pos, effect.len);
    } else {
      sum.insert(effect.pos, std::string_view(log.ops.content()).substr(effect.content, effect.bytes), effect.len);
    }
  }
  return sum.take();
}

/// Does the events [begin, end) to the text that has all before them. False where a position does not fit.
bool replay(const Log& log, Lv begin, Lv end, Rope& rope, std::uint64_t& length) {
  Integrator integrator;
  std::vector<Effect> effects;
  const auto flush = [&] {
    do_to(rope, log, effects);
    effects.clear();
  };
  while (begin < end) {
    const Lv stop = std::min(end, log.graph.stretch_end(begin));
    if (log.graph.is_critical(begin)) {
      if (!do_plain(rope, log.ops, begin, stop, length)) return false;
    } else {
      if (!integrator.run(log, begin, stop, length, effects, flush)) return false;
      flush();
    }
    begin = stop;
  }
  return true;
}

/// Turns a delta into changes of one author, cut where the limits demand it.
class ChangeMaker {
 public:
  ChangeMaker(EventName first, Version parents, const Limits& limits) : next_(first), limits_(limits) {
    changes_.push_back({first.replica, first.seq, std::move(parents), {}});
  }

  void add(std::uint64_t at, std::uint64_t erase, std::string_view insert) {
    do {
      if (changes_.back().patches.size() >= limits_.patches || (!insert.empty() && bytes_ >= limits_.insert_bytes)) cut();
      std::size_t room = utf8::boundary_before(insert, limits_.insert_bytes - bytes_);
      if (room == 0 && !insert.empty()) {  // the next character alone is too long for what is left
        if (bytes_ > 0) cut();
        room = std::max(utf8::boundary_before(insert, limits_.insert_bytes), utf8::width(insert[0]));
      }
      const std::string_view piece = insert.substr(0, room);
      const std::uint64_t chars = utf8::count_chars(piece);
      changes_.back().patches.push_back({Chars(at), Chars(erase), std::string(piece)});
      next_.seq += erase + chars;
      bytes_ += piece.size();
      at += chars;
      erase = 0;
      insert.remove_prefix(room);
    } while (!insert.empty());
  }

  std::vector<Change> take() { return std::move(changes_); }

 private:
  void cut() {
    changes_.push_back({next_.replica, next_.seq, {{next_.replica, next_.seq - 1}}, {}});
    bytes_ = 0;
  }

  std::vector<Change> changes_;
  EventName next_;
  std::size_t bytes_ = 0;
  const Limits& limits_;
};

}  // namespace

//   keystroke -> pen -> log -> rope
//
// Each lags behind the one before it by what can be caught up with at once. Typing is a run in the pen long before anybody asks
// for the history, and a run in the log long before anybody asks for the text; the rope gets it as one edit.
struct Document::State {
  Limits limits;
  Integrator integrator;
  std::uint64_t length = 0;  ///< characters at the tip
  Rope rope;
  Lv in_rope = 0;                ///< events that the rope has; those of the log that it lacks each follow all before them
  std::size_t runs_in_rope = 0;  ///< runs that there were when it was last brought up
  std::vector<Effect> effects;
  Pen pen;
  Keyframes keyframes;

  /// With all events.
  Log& log() {
    pen.write(log_);
    return log_;
  }
  [[nodiscard]] std::uint64_t most_chars() const { return std::min(limits.document_chars, kMostChars); }
  void catch_up_rope(Lv end);
  void limit_lag();
  Status add(std::span<const Change> changes);
  void take_back(Lv size);
  Result<Delta> finish(Lv before);
  Result<Rope> text_up_to(Lv end);

 private:
  Log log_;  ///< without what is in the pen
};

void Document::State::catch_up_rope(Lv end) {
  if (in_rope == end) return;
  const Ops& ops = log().ops;
  std::uint64_t there = rope.size().value;
  (void)do_plain(rope, ops, in_rope, end, there);
  in_rope = end;
  runs_in_rope = ops.run_count();
}

void Document::State::limit_lag() {
  if (log().ops.run_count() > runs_in_rope + kMaxLag) catch_up_rope(log().size());
}

Status Document::State::add(std::span<const Change> changes) {
  for (const Change& change : changes) {
    if (auto bad = check(change, limits); !bad) return bad;
    if (auto bad = take_in(log(), change); !bad) return bad;
  }
  return {};
}

void Document::State::take_back(Lv size) {
  integrator.forget_from(size);
  keyframes.forget_from(size);
  log().truncate(size);
}

/// Does to the text what the events from `before` on say, or takes them back.
Result<Delta> Document::State::finish(Lv before) {
  const Log& all = log();
  effects.clear();
  std::uint64_t after = length;
  if (!integrator.run(all, before, all.size(), after, effects)) {
    take_back(before);
    return error(ErrorCode::invalid, "a position is outside the text that its author saw");
  }
  if (after > most_chars()) {
    take_back(before);
    return error(ErrorCode::limit, "the document would become too long");
  }
  length = after;
  const bool plain = before == all.size() || (all.graph.is_critical(before) && all.graph.stretch_end(before) == all.size());
  if (plain) {
    limit_lag();
  } else {
    catch_up_rope(before);
    do_to(rope, all, effects);
    in_rope = all.size();
    runs_in_rope = all.ops.run_count();
  }
  return sum_of(all, effects);
}

/// The text with all events before `end`, the last of which is critical.
Result<Rope> Document::State::text_up_to(Lv end) {
  const Keyframes::Frame* const frame = keyframes.before(end, log().graph);
  Rope text = frame != nullptr ? frame->text : Rope();
  std::uint64_t chars = text.size().value;
  for (Lv at = frame != nullptr ? frame->end : 0; at < end;) {
    const Lv stop = keyframe_after(log().graph, at, end);
    if (!replay(log(), at, stop, text, chars)) return error(ErrorCode::corrupt, "the history does not fit");
    at = stop;
    if (at < end) keyframes.keep(at, text);
  }
  return text;
}

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

Known Document::known() const {
  return state_->log().agents.known();
}

Seq Document::next_seq(ReplicaId replica) const {
  return Seq(state_->log().agents.next_seq(replica));
}

Result<bool> Document::holds(const Change& change) const {
  return merge::holds(state_->log(), change);
}

Result<std::vector<Change>> Document::edit(ReplicaId author, const Delta& delta) {
  State& s = *state_;
  if (delta.is_noop()) return std::vector<Change>{};
  if (delta.reach().value > s.length) return error(ErrorCode::invalid, "an edit reaches beyond the end of the text");
  ChangeMaker maker({author, next_seq(author)}, version(), s.limits);
  Chars at;
  std::string_view pending;  // an insert, whose erase may follow
  std::uint64_t pending_chars = 0;
  const auto flush = [&](std::uint64_t erase) {
    if (erase > 0 || !pending.empty()) maker.add(at.value, erase, pending);
    at += pending_chars;
    pending = {};
    pending_chars = 0;
  };
  for (const text::Step& step : delta.steps()) {
    if (const auto* kept = std::get_if<text::Retain>(&step)) {
      flush(0);
      at += kept->count.value;
    } else if (const auto* gone = std::get_if<text::Erase>(&step)) {
      flush(gone->count.value);
    } else {
      pending = std::get<text::Insert>(step).text;
      pending_chars = std::get<text::Insert>(step).count.value;
    }
  }
  flush(0);
  std::vector<Change> changes = maker.take();
  if (auto done = apply(changes); !done) return done.error();
  return changes;
}

Status Document::replace(ReplicaId author, Chars at, Chars erase, std::string_view insert) {
  State& s = *state_;
  const bool types = erase.value == 0 && insert.size() == 1 && static_cast<unsigned char>(insert[0]) < 0x80U;
  const bool erases = erase.value == 1 && insert.empty() && at.value < s.length;
  if (types && s.length < s.most_chars() && s.pen.insert(author, at.value, insert[0])) {
    ++s.length;
    return {};
  }
  if (erases && s.pen.erase(author, at.value)) {
    --s.length;
    return {};
  }
  if (erase.value == 0 && insert.empty()) return {};
  if (at.value > s.length || erase.value > s.length - at.value) {
    return error(ErrorCode::invalid, "an edit reaches beyond the end of the text");
  }
  Log& log = s.log();
  const auto chars = static_cast<std::uint32_t>(utf8::count_chars(insert));
  if (insert.size() > s.limits.insert_bytes || s.length - erase.value + chars > s.most_chars() ||
      !has_room(log, erase.value + chars + Pen::kMost, insert.size() + Pen::kMost)) {
    return error(ErrorCode::limit, "the document would become too long");
  }
  if (!types && !utf8::valid(insert)) return error(ErrorCode::invalid, "inserted text is not valid UTF-8");
  s.limit_lag();
  const auto place = static_cast<std::uint32_t>(at.value);
  if (types) {
    s.pen.begin_insert(author, place, insert[0]);
  } else if (erases) {
    s.pen.begin_erase(author, place);
  } else {
    append_patch(log, author, place, static_cast<std::uint32_t>(erase.value), chars, insert);
  }
  s.length = s.length - erase.value + chars;
  return {};
}

Result<Delta> Document::apply(std::span<const Change> changes) {
  State& s = *state_;
  const Lv before = s.log().size();
  if (auto bad = s.add(changes); !bad) {
    s.take_back(before);
    return bad.error();
  }
  return s.finish(before);
}

std::vector<Change> Document::since(const Known& known) const {
  return changes_since(state_->log(), known);
}

const Log& Document::log() const {
  return state_->log();
}

Result<std::string> Document::text_at(const Version& version) const {
  const Log& log = state_->log();
  const auto lvs = lvs_of(log, version);
  if (!lvs) return error(ErrorCode::not_found, "this version is not in the document's history");
  if (*lvs == log.graph.frontier()) return text().str();
  if (lvs->empty()) return std::string();
  const Lv base = log.graph.critical_before(lvs->back() + 1);
  Result<Rope> start = base == kNoLv ? Rope() : state_->text_up_to(base + 1);
  if (!start) return start.error();
  Rope& rope = *start;
  std::vector<LvRange> part;
  std::vector<LvRange> none;
  log.graph.diff(*lvs, {}, base, part, none);
  Walker walker;
  walker.begin(base, static_cast<std::uint32_t>(rope.size().value));
  std::vector<Effect> effects;
  for (auto range = part.rbegin(); range != part.rend(); ++range) {
    effects.clear();
    if (!walker.walk(log, range->begin, range->end, effects)) return error(ErrorCode::corrupt, "the history does not fit");
    do_to(rope, log, effects);
  }
  return rope.str();
}

std::string Document::encode(Parts parts) const {
  if (parts == Parts::history) return encode_file(state_->log(), nullptr);
  const std::string text = this->text().str();
  return encode_file(state_->log(), &text);
}

Result<Document> Document::decode(std::string_view bytes, Limits limits) {
  auto file = decode_file(bytes);
  if (!file) return file.error();
  Document document(limits);
  State& s = *document.state_;
  s.log() = std::move(file->log);
  if (!replay(s.log(), 0, s.log().size(), s.rope, s.length)) return error(ErrorCode::corrupt, "the history does not fit");
  if (s.length > s.most_chars()) return error(ErrorCode::limit, "the document is too long");
  if (file->text && *file->text != s.rope.str()) return error(ErrorCode::corrupt, "text and history do not agree");
  s.in_rope = s.log().size();
  s.runs_in_rope = s.log().ops.run_count();
  return document;
}

}  // namespace tutti::merge
