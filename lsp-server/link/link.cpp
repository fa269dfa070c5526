#include "lsp-server/link/link.hpp"

#include <algorithm>
#include <utility>

#include "lsp-server/link/final_newline.hpp"
#include "lsp-server/link/places.hpp"
#include "lsp-server/link/rebase.hpp"
#include "lsp-server/link/reduce.hpp"
#include "protocol/base/planted.hpp"

namespace tutti::link {

using text::Chars;
using text::compose;
using text::Delta;
using text::Left;
using text::Rope;
using text::Snapshot;

void Link::step(const Event& event, Instant now, Effects& effects) {
  std::visit([&](const auto& e) { on(e, now, effects); }, event);
}

// ---- opening and closing

void Link::reset() {
  edits_ = confirmed_ = 0;
  flight_.reset();
  wait_ = {};
  wait_cause_ = Cause::none;
  dropped_ = lost_ = false;
  joined_ = sure_ = false;
  saved_.reset();
  opened_.reset();
}

void Link::on(const Opened& event, Instant now, Effects& effects) {
  if (open_) on(Closed{}, now, effects);
  open_ = true;
  ++epoch_;
  std::string opened = habits_.cr_ends_lines ? with_line_feeds(event.text) : event.text;
  newline_ = habits_.implicit_newline && (opened.empty() || opened.back() == '\n');
  text_ = Rope(opened);
  opened_ = text_.snapshot();
  if (event.replica) join({*event.replica, event.disk, {}, {}}, effects);
}

void Link::on(const Closed&, Instant, Effects&) {
  if (!open_) return;
  if (joined_) bases_.shadow = text_.snapshot();  // else what was typed alone is not in the replica yet
  if (!joined_ && sure_) bases_.buffer = text_.snapshot();
  if (flight_) bases_.flight = flight_->delta;
  const bool resync = lost_ && joined_;
  reset();
  sure_ = resync;
  text_ = Rope();
  open_ = false;
}

void Link::on(const Saved&, Instant, Effects&) {
  if (!open_ || lost_) return;  // lost: what was written is not known here
  (joined_ ? bases_.disk : saved_) = text_.snapshot();
}

void Link::on(const Joined& event, Instant, Effects& effects) {
  if (open_) join(event, effects);
}

void Link::on(const Parted&, Instant, Effects&) {
  if (open_ && joined_) {
    bases_ = {};  // all that was typed since is known, so nothing else can be the base
    bases_.shadow = text_.snapshot();
    sure_ = true;
  }
  joined_ = false;
  wait_ = {};
  opened_.reset();
}

/// One empty line with the flag on is what an editor shows both for an empty file and for one with an empty line; it is the
/// one that anybody knows of.
void Link::settle_blank(const Bases& bases, const Snapshot& replica) {
  if (!newline_ || flight_ || visible(text_, newline_).value > 0) return;
  const Snapshot line = Rope("\n").snapshot();
  const bool known = replica == line || bases.shadow == line || bases.disk == line;
  text_ = known ? Rope("\n") : Rope();
}

/// Makes replica = text ∘ flight ∘ wait true, by an edit of the replica (what the person did) and by `wait` (what others did).
void Link::join(const Joined& event, Effects& effects) {
  const Snapshot& replica = event.replica;
  joined_ = true;
  Bases bases = std::exchange(bases_, {});
  bases.read = bases.disk ? bases.disk : event.read;
  if (event.disk) bases.disk = event.disk;
  bases_.disk = bases.disk;
  bases.kept = event.kept;
  if (const auto opened = std::exchange(opened_, {}); opened && !sure_)
    bases.opened = held_lately(event.recent, bases, *opened);
  bases.recent = event.recent;
  if (std::exchange(sure_, false)) bases.disk = bases.read = bases.kept = std::nullopt;
  settle_blank(bases, replica);
  Meeting meeting = meet(bases, text_.str(), replica.str());
  wait_ = std::move(meeting.wait);
  if (flight_) wait_ = compose(text::invert(flight_->delta, text_.snapshot()), wait_);
  if (saved_) bases_.disk = std::exchange(saved_, {});
  commit(std::move(meeting.local), false, effects);
}

// ---- from the editor

void Link::on(const Edited& event, Instant now, Effects& effects) {
  const Edit& edit = event.edit;
  if (!open_ || lost_ || edit.epoch != epoch_) return;
  if (edit.revision != edits_ + 1) return ask_resync("an edit of the editor was skipped", effects);
  if (!in_range(edit.seen)) return ask_resync("the editor has seen what was not sent", effects);
  confirm(edit.seen);
  auto reduced = reduce(edit.replacements, text_, visible(text_, newline_), habits_);
  if (!reduced) return ask_resync(reduced.error().message, effects);
  edits_ = edit.revision;
  last_key_ = now;
  const bool newline = habits_.implicit_newline && edit.final_newline.value_or(newline_);
  take(to_document(*reduced, text_, newline_, newline), newline, effects);
}

/// The editor's buffer is one edit further, and had not seen the flight, if there is one.
void Link::take(const Delta& own, bool newline, Effects& effects) {
  const bool again = flight_ && !planted(Bug::refused_by_editor_forgotten);
  const Delta others = again ? compose(flight_->delta, wait_) : std::move(wait_);
  dropped_ = dropped_ || flight_.has_value();
  flight_.reset();
  text::apply(text_, own);
  newline_ = newline;
  const Delta clean = erase_returns(own);
  const Rebased rebased = rebase(own, others);
  if (clean.is_noop()) {
    wait_ = joined_ ? rebased.theirs : Delta();
    return commit(rebased.mine, true, effects);
  }
  const Rebased cleaned = rebase(clean, rebased.theirs);
  wait_ = joined_ ? compose(clean, cleaned.theirs) : Delta();
  commit(compose(rebased.mine, cleaned.mine), true, effects);
}

void Link::commit(Delta local, bool typed, Effects& effects) {
  if (!joined_ || local.is_noop()) return;
  last_local_ = local;
  effects.emplace_back(Local{std::move(local), typed});
}

void Link::on(const LocalRefused& event, Instant, Effects&) {
  if (!open_ || !joined_ || planted(Bug::refusal_not_told_editor)) return;
  wait_ = compose(wait_, text::invert(last_local_, event.replica));
}

void Link::on(const Acked& event, Instant, Effects& effects) {
  if (!open_ || lost_ || event.epoch != epoch_) return;
  if (!in_range(event.seen)) return ask_resync("the editor acknowledges what was not sent", effects);
  confirm(event.seen);
}

void Link::on(const Garbled& event, Instant, Effects& effects) {
  if (open_ && !lost_) ask_resync(event.why, effects);
}

void Link::confirm(std::uint64_t seen) {
  if (seen <= confirmed_) return;
  confirmed_ = seen;
  text_ = std::move(flight_->after);
  newline_ = flight_->newline;
  flight_.reset();
  dropped_ = false;
  if (!joined_) bases_.shadow = text_.snapshot();  // it was sent before the document left, and nothing was typed since
}

void Link::ask_resync(std::string why, Effects& effects) {
  lost_ = true;
  effects.emplace_back(SendResync{epoch_, std::move(why)});
}

// ---- to the editor

void Link::on(const RemoteEdit& event, Instant, Effects&) {
  if (!open_ || !joined_) return;
  wait_ = compose(wait_, event.delta);
  if (event.cause != Cause::none) wait_cause_ = event.cause;
}

/// Others' carriage returns go from the replica before an editor sees them. At the end of a turn, not in `RemoteEdit`: while
/// that comes, the replica may hold more than the link was told of.
void Link::clean_wait(Effects& effects) {
  Delta clean = erase_returns(wait_);
  if (clean.is_noop()) return;
  wait_ = compose(wait_, clean);
  commit(std::move(clean), false, effects);
}

bool Link::must_be_patient(Instant now) const {
  return dropped_ && wait_.inserted().value > patient_bytes && now < last_key_ + patience_ms;
}

void Link::on(const Pump&, Instant now, Effects& effects) {
  if (!open_ || lost_ || flight_ || wait_.is_noop()) return;
  clean_wait(effects);
  if (wait_.is_noop()) return;
  if (must_be_patient(now)) {
    effects.emplace_back(Wake{last_key_ + patience_ms});
    return;
  }
  send(effects);
}

void Link::send(Effects& effects) {
  Flight flight{std::exchange(wait_, {}), text_, newline_};
  text::apply(flight.after, flight.delta);
  Edit edit{epoch_, confirmed_ + 1, edits_, {}, std::nullopt, std::exchange(wait_cause_, Cause::none)};
  Delta shown = flight.delta;
  if (habits_.implicit_newline) {
    flight.newline = flag_after(flight.after, newline_);
    edit.final_newline = flight.newline;
    shown = to_editor(flight.delta, text_, flight.after, newline_);
  }
  edit.replacements = render(shown, text_, habits_.encoding);
  flight_ = std::move(flight);
  effects.emplace_back(SendEdit{std::move(edit)});
}

// ---- places

Chars Link::replica_place(text::Place place) const {
  Chars at = std::min(text_.to_chars(place, habits_.encoding), visible(text_, newline_));
  if (flight_) at = text::carry(at, flight_->delta, Left::mine);
  return text::carry(at, wait_, Left::mine);
}

text::Place Link::editor_place(Chars at) const {
  const Rope& shown = flight_ ? flight_->after : text_;
  const Chars most = visible(shown, flight_ ? flight_->newline : newline_);
  return shown.to_place(std::min(carry_back(at, wait_), most), habits_.encoding);
}

}  // namespace tutti::link
