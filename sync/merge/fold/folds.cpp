#include <algorithm>
#include <utility>

#include "sync/merge/fold/folding.hpp"
#include "sync/merge/log/history.hpp"
#include "sync/merge/state.hpp"
#include "sync/merge/walk/replay.hpp"

// The past of a document, packed and unpacked.
//
// Folding moves the beginning of the log, up to a cut, into the archive. Local versions stay what they are, so nothing that
// holds any has to know of it; only what asks for events before the cut has to unfold first, which nobody is refused: a
// participant who comes back after weeks with edits made against an old version costs one unpacking, and is merged like
// everybody else.
//
// The archive is a prefix of the history, and the history is append-only, so the archive stays good whatever happens after: an
// unfolded document that is folded again only packs what is new. But where somebody has come with edits that are concurrent
// with archived ones, there is no cut at the archive's end any more; then the next one is the first place behind it at which
// there was one version again.

namespace tutti::merge {

using text::Rope;

namespace {

/// Without a copy of it.
bool is_text(const Rope& rope, std::string_view text) {
  bool same = rope.summary().bytes.value == text.size();
  rope.snapshot().each([&](std::string_view piece) {
    same = same && text.substr(0, piece.size()) == piece;
    if (same) text.remove_prefix(piece.size());
  });
  return same;
}

Error no_past() {
  return error(ErrorCode::gap, "the history before this is not here");
}

}  // namespace

Status Document::State::unfold() {
  for (Result<bool> done = false; !*done;) {
    done = unfold_some();
    if (!done) return done.error();
  }
  return {};
}

Result<bool> Document::State::unfold_some() {
  if (log().folded() == 0) return true;
  const Lv before = unfolding.size();
  const std::uint64_t steps = steps_for(unfolding);
  if (before < log().cut.events) {
    if (Status done = unpack_some(); !done) {
      unfolding = {};
      return done.error();
    }
  } else {
    append_part(unfolding, log(), segment_end(log(), {before, log().size()}));
  }
  carried_steps += 1 + steps_for(unfolding) - steps;
  if (unfolding.size() < log().size()) return false;
  carried_steps += log().graph.steps();
  keyframes.keep(log().folded(), folded_text);
  log_ = std::exchange(unfolding, {});
  integrator.runs_changed();
  if (folding) folding->replay.reset();  // it knows runs by their number
  folded_text = Rope();
  runs_in_rope = log_.ops.run_count();
  return true;
}

/// The next segment; after the last one it must all agree.
Status Document::State::unpack_some() {
  const Cut& cut = log().cut;
  if (archive.end() != cut.events) return no_past();
  const Result<bool> more = archive.unpack_next(unfolding);
  if (!more) return more.error();
  if (*more && unfolding.size() < cut.events) return {};
  const bool agree =
      unfolding.size() == cut.events && cut_before(unfolding, cut.events) == cut.events && cut_at(unfolding, cut.events) == cut;
  return agree ? Status() : broken_file();
}

TextAtCut Document::State::text_before(Lv end) {
  const Log& all = log();
  const Lv place = cut_before(all, end);
  if (place == all.size()) {
    catch_up_rope(place);
    return {cut_at(all, place), rope.str()};
  }
  const Result<Rope> text = text_up_to(place);
  return text ? TextAtCut{cut_at(all, place), text->str()} : TextAtCut{all.cut, folded_text.str()};
}

std::string Document::State::encode(Parts parts, Favour favour) {
  Contents contents;
  contents.past = parts != Parts::text;
  contents.packs_text = favour == Favour::size;
  if (!has_past()) {
    contents.text = TextAtCut{log().cut, folded_text.str()};  // what is not text yet may be asked for, and cannot be made again
  } else if (parts != Parts::history) {
    contents.text = text_before(log().size());
  }
  return encode_file(log(), archive, contents);
}

std::string Document::State::encode_text(std::uint64_t tail) {
  const Lv end = log().size() - static_cast<Lv>(std::min<std::uint64_t>(tail, log().size()));
  if (end < log().folded()) static_cast<void>(unfold());  // where that fails, there are fewer events
  Contents contents;
  contents.past = false;
  contents.text = text_before(end);
  return encode_file(log(), archive, contents);
}

Status Document::State::take_past(const Log& whole) {
  const Cut& cut = log().cut;
  const bool alike =
      whole.size() >= cut.events && cut_before(whole, cut.events) == cut.events && cut_at(whole, cut.events) == cut;
  if (alike) {
    archive = {};
    archive.extend(whole, cut.events);
    return {};
  }
  Result<Log> past = part_of(whole, cut.known);
  if (!past) return past.error();
  if (cut_before(*past, past->size()) != cut.events || cut_at(*past, cut.events) != cut) return no_past();
  archive = {};
  archive.extend(*past, cut.events);
  return {};
}

Status Document::State::load(File file) {
  log_ = std::move(file.log);
  archive = std::move(file.archive);
  const Lv folded = log_.folded();
  if (file.text && folded == file.text->cut.events) folded_text = Rope(file.text->text);
  rope = folded_text;
  length = rope.size().value;
  const Lv cut = file.text ? file.text->cut.events : folded;
  if (!replay(log_, folded, cut, rope, length)) return error(ErrorCode::corrupt, "the history does not fit");
  if (cut > folded) {
    const bool agree = is_text(rope, file.text->text) && cut_before(log_, cut) == cut && cut_at(log_, cut) == file.text->cut;
    if (!agree) return error(ErrorCode::corrupt, "text and history do not agree");
  }
  opening = std::make_unique<Opening>();
  opening->unread = std::move(file.unread);
  opening->cut = cut;
  return {};
}

/// True once all of it is in the log; what that took is off the steps.
Result<bool> Document::State::read_some(std::uint64_t& steps) {
  const auto so_far = [&] { return opening->unread.steps() + log_.graph.steps() + steps_for(log_); };
  while (!opening->unread.empty()) {
    const std::uint64_t before = so_far();
    if (Status done = opening->unread.go_on(log_); !done) return done.error();
    const std::uint64_t taken = so_far() - before;
    if (taken >= steps) return false;
    steps -= taken;
  }
  return true;
}

Result<bool> Document::State::load_some(std::uint64_t steps) {
  if (!opening) return true;
  if (const Result<bool> read = read_some(steps); !read || !*read) return read;
  if (!opening->replay) opening->replay.emplace(opening->cut, log_.size(), length);
  const Replay::Came came = opening->replay->go_on(log_, rope, steps);
  if (came == Replay::Came::nowhere) return error(ErrorCode::corrupt, "the history does not fit");
  if (came == Replay::Came::so_far) return false;
  length = opening->replay->length();
  opening.reset();
  if (length > most_chars()) return error(ErrorCode::limit, "the document is too long");
  in_rope = log_.size();
  runs_in_rope = log_.ops.run_count();
  return true;
}

}  // namespace tutti::merge
