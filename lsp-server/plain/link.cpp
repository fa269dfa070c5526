#include "lsp-server/plain/link.hpp"

#include <algorithm>
#include <utility>

#include "lsp-server/link/places.hpp"
#include "lsp-server/link/reduce.hpp"

namespace tutti::plain {

using text::Chars;
using text::compose;
using text::Delta;
using text::Left;
using text::Rope;

void Link::step(const Event& event, Instant now, Effects& effects) {
  std::visit([&](const auto& e) { on(e, now, effects); }, event);
  flush(effects);
}

void Link::flush(Effects& effects) {
  if (local_.is_noop()) return;
  last_local_ = local_;
  effects.emplace_back(link::Local{std::exchange(local_, {}), std::exchange(local_typed_, false)});
}

bool Link::is_quiet() const {
  if (flight_ || !held_.empty() || !early_.empty()) return false;
  if (wait_.is_noop()) return true;
  Delta rest = wait_;
  return take_off(shadow_, rest, profile_).hunks.empty();
}

// ---- from the editor

void Link::on(const Changed& event, Instant now, Effects& effects) {
  if (!open_) return;
  if (lost_) {
    const bool is_whole = !event.changes.empty() && !event.changes.back().range;
    version_ = std::max(version_, event.version);
    if (doubt_) doubt_->since = now;
    if (is_whole) reveal(read(event.changes.back().text));
    return;
  }
  doubt_.reset();
  hold(event, now);
  if (held_.size() + early_.size() > most_held) return lose("too much is undecided", effects);
  drain(now, false);
}

void Link::on(const Answered& event, Instant now, Effects&) {
  if (event.number != pushes_) return;
  unanswered_ = false;
  if (late_ && late_->number == event.number) {
    late_->answered = true;
    late_until_ = now + patience_with_late();
    if (!event.applied) late_.reset();
  }
  if (!open_ || !flight_ || flight_->number != event.number) return;
  if (event.applied) {
    if (!flight_->answered) flight_->answered_at = now;
    flight_->answered = true;
  } else if (!flight_->answered) {  // else it answers a repeat
    refused_ = flight_->version;
    refused_at_ = now;
    withdraw();
  }
  drain(now, false);
}

void Link::on(const Pulled&, Instant now, Effects& effects) {
  HandOut out;
  if (open_ && joined_ && !lost_) drain(now, false);
  const bool is_still = held_.empty() && early_.empty() && !unanswered_ && !lost_;
  // What was handed out before and did not come back in a second, was thrown away.
  if (flight_ && flight_->was_pulled() && is_still && now >= flight_->sent + retry_ms) withdraw();
  if (open_ && joined_ && is_still && !flight_) {
    clean_wait();
    Flight flight = take_off(shadow_, wait_, profile_);
    if (!flight.hunks.empty()) {
      flight.version = version_;
      flight.sent = flight.answered_at = now;
      flight.answered = true;
      late_.reset();  // whoever asks has told everything before
      out.edits = flight.hunks;
      flight_ = std::move(flight);
      waiting_ = 0;
    }
  }
  effects.emplace_back(std::move(out));
}

// ---- from the replica

void Link::on(const link::RemoteEdit& event, Instant now, Effects&) {
  if (!open_ || !joined_ || event.delta.is_noop()) return;
  text::apply(replica_, event.delta);
  wait_ = compose(wait_, event.delta);
  if (waiting_++ == 0) waiting_since_ = now;
}

void Link::on(const link::LocalRefused& event, Instant, Effects&) {
  if (!open_ || !joined_) return;
  wait_ = compose(wait_, text::invert(last_local_, event.replica));
  replica_ = Rope(event.replica.str());
}

// ---- to the editor

void Link::on(const link::Pump&, Instant now, Effects& effects) {
  wake_.reset();
  if (!open_) return;
  if (!early_.empty() && now >= gap_since_ + gap_ms) lose("a change of the buffer was never told", effects);
  if (!early_.empty()) wake_at(gap_since_ + gap_ms);
  drain(now, false);
  resolve_doubt(now, effects);
  repeat(now, effects);
  pump(now, effects);
  if (wake_) effects.emplace_back(link::Wake{*wake_});
}

/// Others' carriage returns go from the replica before an editor sees them.
void Link::clean_wait() {
  const Delta clean = link::erase_returns(wait_);
  if (clean.is_noop()) return;
  wait_ = compose(wait_, clean);
  commit(clean, false);
}

bool Link::may_push(Instant now) {
  if (!joined_ || lost_ || doubt_ || flight_ || unanswered_ || !held_.empty() || !early_.empty()) return false;
  if (wait_.is_noop() || profile_.pull_only) return false;
  if (late_ && !late_->was_pulled()) {
    if (now < late_until_) {
      wake_at(late_until_);
      return false;
    }
    late_.reset();
  }
  if (!refused_ || *refused_ != version_ || now >= refused_at_ + retry_ms) return true;
  wake_at(refused_at_ + retry_ms);
  return false;
}

void Link::pump(Instant now, Effects& effects) {
  if (!may_push(now)) return;
  clean_wait();
  if (!prime(now, effects)) send(now, effects);
}

/// Where version 0 is not checked, an edit that changes nothing brings a greater one; not before it is needed, since it marks
/// the buffer as modified. True while it is waited for.
bool Link::prime(Instant now, Effects& effects) {
  if (!profile_.zero_is_unchecked || version_.value != 0) return false;
  if (!primed_at_) {
    primed_at_ = now;
    unanswered_ = true;
    effects.emplace_back(Push{++pushes_, version_, {link::Replacement{{0, 0}, {0, 0}, {}}}});
  }
  if (now >= *primed_at_ + primer_ms) return false;
  wake_at(*primed_at_ + primer_ms);
  return true;
}

void Link::send(Instant now, Effects& effects) {
  Flight flight = take_off(shadow_, wait_, profile_);
  if (flight.hunks.empty()) return;
  flight.version = version_;
  flight.number = ++pushes_;
  flight.sent = now;
  flight.repeat_at = now + flight.repeat_ms;
  effects.emplace_back(Push{flight.number, version_, dressed(flight.hunks, profile_)});
  if (!profile_.honest) wake_at(flight.repeat_at);
  flight_ = std::move(flight);
  unanswered_ = true;
  waiting_ = 0;
}

/// Who says yes to everything may have refused: the same edit for the same version again changes nothing if it had landed. For
/// an unchecked version it would.
void Link::repeat(Instant now, Effects& effects) {
  if (!flight_ || profile_.honest || !flight_->answered || unanswered_ || !held_.empty()) return;
  if (flight_->is_unchecked(profile_) || flight_->version.value == 0) return;
  if (now < flight_->repeat_at) return wake_at(flight_->repeat_at);
  flight_->repeat_ms = std::min<std::int64_t>(flight_->repeat_ms * 2, 10'000);
  flight_->repeat_at = now + flight_->repeat_ms;
  flight_->number = ++pushes_;
  unanswered_ = true;
  effects.emplace_back(Push{flight_->number, flight_->version, dressed(flight_->hunks, profile_)});
  wake_at(flight_->repeat_at);
}

// ---- places

Chars Link::replica_place(text::Place place) const {
  Chars at = shadow_.to_chars(place, profile_.habits.encoding);
  if (flight_) at = text::carry(at, flight_->delta, Left::mine);
  return text::carry(at, wait_, Left::mine);
}

text::Place Link::editor_place(Chars at) const {
  const Rope& shown = flight_ ? flight_->target.text() : shadow_;
  return shown.to_place(std::min(link::carry_back(at, wait_), shown.size()), profile_.habits.encoding);
}

}  // namespace tutti::plain
