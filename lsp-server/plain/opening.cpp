// Where buffer and replica are compared: on opening, on joining, and when a save tells the text.
#include <algorithm>
#include <utility>

#include "lsp-server/link/final_newline.hpp"
#include "lsp-server/link/reduce.hpp"
#include "lsp-server/plain/link.hpp"
#include "lsp-server/plain/refine.hpp"

namespace tutti::plain {

using text::Chars;
using text::compose;
using text::Delta;
using text::Rope;

namespace {

/// CRLF as LF. A lone CR is a character, except where it ends lines.
std::string without_crlf(std::string text) {
  std::size_t at = text.find("\r\n");
  if (at == std::string::npos) return text;
  std::string out = text.substr(0, at);
  for (; at < text.size(); ++at) {
    if (text[at] != '\r' || at + 1 == text.size() || text[at + 1] != '\n') out += text[at];
  }
  return out;
}

/// What gives `opened` the final newline, or takes it, as the replica has it. An empty file and one empty line are the same to
/// an editor that cannot hold a text without one.
Delta newline_like(const Rope& opened, const Rope& replica) {
  const Chars size = opened.size();
  const bool has = link::ends_with_newline(opened);
  const bool wanted = replica.size().value > 0 ? link::ends_with_newline(replica) : has && size.value > 1;
  if (size.value == 0 || has == wanted) return {};
  return wanted ? Delta().retain(size).insert("\n") : Delta().retain(size - 1).erase(Chars(1));
}

}  // namespace

std::string Link::read(std::string text) const {
  return profile_.habits.cr_ends_lines ? link::with_line_feeds(std::move(text)) : without_crlf(std::move(text));
}

void Link::reset() {
  joined_ = lost_ = sure_ = false;
  flight_.reset();
  late_.reset();
  half_.reset();
  wait_ = {};
  held_.clear();
  early_.clear();
  refused_.reset();
  primed_at_.reset();
  waiting_ = 0;
  saved_.reset();
  opened_.reset();
  doubt_.reset();
}

void Link::on(const Opened& event, Instant now, Effects& effects) {
  if (open_) on(link::Closed{}, now, effects);
  open_ = true;
  version_ = event.version;
  shadow_ = Rope(read(event.text));
  opened_ = shadow_.snapshot();
}

void Link::on(const link::Closed&, Instant now, Effects&) {
  if (!open_) return;
  drain(now, true);
  if (joined_) bases_.shadow = shadow_.snapshot();
  if (!joined_ && sure_) bases_.buffer = shadow_.snapshot();
  if (flight_) bases_.flight = flight_->delta;
  const bool sure = lost_ && joined_;
  reset();
  sure_ = sure;
  shadow_ = Rope();
  open_ = false;
}

void Link::on(const link::Joined& event, Instant now, Effects&) {
  if (!open_) return;
  drain(now, true);
  join(event);
  waiting_since_ = now;
}

void Link::join(const link::Joined& event) {
  joined_ = true;
  replica_ = Rope(event.replica.str());
  link::Bases bases = std::exchange(bases_, {});
  bases.read = bases.disk ? bases.disk : event.read;
  if (event.disk) bases.disk = event.disk;
  bases_.disk = bases.disk;
  bases.kept = event.kept;
  bases.opened = opened_lately(event, bases);
  bases.recent = event.recent;
  if (std::exchange(sure_, false)) bases.disk = bases.read = bases.kept = std::nullopt;
  meet(std::move(bases));
  if (saved_) bases_.disk = std::exchange(saved_, {});
}

/// What the editor opened, if that is what the replica held a moment ago, with or without the newline that the editor adds;
/// with the final newline that the replica has now, as the buffer gets it before they meet.
std::optional<text::Snapshot> Link::opened_lately(const link::Joined& event, const link::Bases& bases) {
  const auto opened = std::exchange(opened_, {});
  if (!opened || sure_) return std::nullopt;
  auto found = link::held_lately(event.recent, bases, *opened);
  if (!profile_.habits.implicit_newline) return found;
  Rope bare(opened->str());
  text::apply(bare, newline_like(bare, Rope("-")));
  if (!found) found = link::held_lately(event.recent, bases, bare.snapshot());
  if (!found) return std::nullopt;
  Rope aligned(found->str());
  text::apply(aligned, newline_like(aligned, replica_));
  return aligned.snapshot();
}

/// Makes replica = shadow ∘ flight ∘ wait true.
void Link::meet(link::Bases bases) {
  Rope opened(shadow_);
  const Delta aligned = profile_.habits.implicit_newline ? newline_like(opened, replica_) : Delta();
  text::apply(opened, aligned);
  link::Meeting meeting = link::meet(bases, opened.str(), replica_.str());
  wait_ = compose(aligned, meeting.wait);
  if (flight_) {
    wait_ = refined(compose(text::invert(flight_->delta, shadow_.snapshot()), wait_), flight_->target.text());
  }
  commit(meeting.local, false);
  if (!wait_.is_noop()) waiting_ = std::max<std::size_t>(waiting_, 1);
}

void Link::on(const link::Parted&, Instant, Effects&) {
  if (open_ && joined_) {
    bases_ = {};
    bases_.shadow = shadow_.snapshot();
    sure_ = true;
  }
  opened_.reset();
  joined_ = false;
  wait_ = {};
  waiting_ = 0;
}

/// A save can overtake the changes before it (a debounce, Helix): what it says is believed once the editor is silent.
void Link::on(const Saved& event, Instant now, Effects&) {
  if (!open_) return;
  if (event.text) doubt_ = Doubt{read(*event.text), now};
  if (lost_ && !event.text) return;
  const text::Snapshot on_disk = event.text ? Rope(doubt_->text).snapshot() : shadow_.snapshot();
  (joined_ ? bases_.disk : saved_) = on_disk;
  if (!lost_ && event.text && doubt_->text == shadow_.str()) doubt_.reset();
}

void Link::resolve_doubt(Instant now, Effects& effects) {
  if (!doubt_) return;
  if (!lost_ && (flight_ || !held_.empty() || !early_.empty())) return doubt_.reset();
  const Instant believed = doubt_->since + (lost_ ? doubt_ms : unlikely_ms);
  if (now < believed) return wake_at(believed);
  const std::string there = std::exchange(doubt_, {})->text;
  if (lost_) {
    reveal(there);
  } else if (there != shadow_.str()) {
    take(text::diff(shadow_.str(), there));
  } else {
    return;
  }
  effects.emplace_back(Diverged{"the saved text was not what the changes said", true});
}

/// The text is `text`, whatever was missed on the way to it.
void Link::reveal(std::string text) {
  lost_ = false;
  held_.clear();
  half_.reset();
  link::Bases bases;
  bases.shadow = shadow_.snapshot();
  if (flight_) bases.flight = flight_->delta;
  flight_.reset();
  shadow_ = Rope(text);
  if (joined_) meet(std::move(bases));
}

}  // namespace tutti::plain
