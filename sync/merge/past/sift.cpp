#include "sync/merge/past/sift.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "sync/merge/log/lv_set.hpp"
#include "sync/merge/past/lettering.hpp"
#include "sync/merge/past/past_walk.hpp"
#include "sync/merge/past/takeback.hpp"

// Sifting events.
//
// A copy went astray: it holds events that the hub's will never hold. Some of them are wanted and will be made again on top of
// the hub's text, under other names; the unwanted ones must be as if they had never been made. What the wanted ones come to
// without them cannot be said by position, as they were typed between the others. So it is said by character:
//
//     at rest   inserted by one of the rest, and erased by none of the rest          what the hub shows
//     wanted    inserted, and erased by none, of the rest and the wanted             what is to be shown
//     present   the same of all events                                              what is shown
//
//                    at rest   wanted            at rest   wanted
//                       x         x    stays                  x    is inserted
//                       x              is erased
//
// The tracker knows the place of every character, of erased ones too, and counts erasures in its prepare version. All that is
// sifted is taken out of that (an insert by being counted as erased once more); what is visible then is at rest. The wanted is
// put back, and what is visible then is wanted.
//
// Nothing is taken back by its inverse. An inverse brings back what is gone for another reason as well: because the insert is
// unwanted too, because somebody else erased the same, or because its author made the erasure again under another name.
//
// An undo or redo brings back what was erased as *copies*. A copy that is wanted and would be seen gives way to what it is a
// copy of, where that is there but for the erasure that the copy makes up for. So text that was erased and brought back is the
// same text, whatever becomes of the two; it is not erased and inserted anew, and is not there twice when only the one is
// refused. And a copy of what is unwanted itself is unwanted. The newest copies come first, for there are copies of copies.

namespace tutti::merge {

namespace {

/// Characters that stand side by side and fare alike, in the order of the document.
struct Shade {
  std::uint32_t len;
  bool visible;
};

/// A sieve, in local versions.
struct Question {
  Lv base = kNoLv;  ///< the walk begins behind this
  LvSet more;       ///< what is sifted
  LvSet lost, unwanted;
  std::map<Lv, Lv> copies;  ///< with the events that erased what they are copies of

  [[nodiscard]] bool is_walked(Lv event) const { return base == kNoLv || event > base; }
};

class Sifting {
 public:
  Sifting(const Log& log, const Question& what, Tracker tracker, Lettering& lettering)
      : log_(log), what_(what), tracker_(std::move(tracker)), lettering_(lettering) {}

  Sifted run() {
    for (const LvRange& range : what_.more.ranges()) take_out(range);
    tracker_.each([&](const Tracker::Stretch& stretch) { at_rest_.push_back({stretch.len, stretch.prepared}); });
    for (const LvRange& range : what_.more.ranges()) put_back_wanted(range);
    for (auto copy = what_.copies.rbegin(); copy != what_.copies.rend(); ++copy) settle_copy(copy->first, copy->second);
    write();
    return std::move(out_);
  }

 private:
  // ---- what is visible

  void take_out(LvRange range) {
    log_.ops.each_kind(range, [&](LvRange part, bool erases) {
      if (erases) {
        tracker_.retreat_erases(part.begin, part.end);
      } else {
        tracker_.advance_inserts(part.begin, part.end);
      }
    });
  }

  void put_back_wanted(LvRange range) {
    for (Lv at = range.begin; at < range.end;) {
      const Lv end = what_.unwanted.alike_until(at, range.end);
      if (!what_.unwanted.contains(at)) put_back({at, end});
      at = end;
    }
  }

  void put_back(LvRange range) {
    log_.ops.each_kind(range, [&](LvRange part, bool erases) {
      if (erases) {
        tracker_.advance_erases(part.begin, part.end);
      } else {
        tracker_.retreat_inserts(part.begin, part.end);
      }
    });
  }

  // ---- copies

  /// `copy` brings back what the event `erasure` erased.
  void settle_copy(Lv copy, Lv erasure) {
    if (!is_wanted(copy)) return;
    const bool sifted = what_.more.contains(erasure);
    const Lv original = what_.is_walked(erasure) ? tracker_.target_of(erasure) : kNoLv;
    if (original != kNoLv && what_.lost.contains(original)) {
      if (tracker_.at(copy).prepared) hide(copy);
    } else if (!sifted) {
      kept_.emplace(copy, erasure);
    } else if (settled_.insert(erasure).second) {
      give_way(copy, erasure, original);
    }
  }

  [[nodiscard]] bool is_wanted(Lv event) const { return what_.more.contains(event) && !what_.unwanted.contains(event); }

  /// The original is to be seen as the copy would be, and the copy is not; save where somebody else erased the original, and
  /// not the copy.
  void give_way(Lv copy, Lv erasure, Lv original) {
    const bool counts = is_wanted(erasure);
    if (!tracker_.at(copy).prepared) {
      if (!counts) tracker_.advance_erases(erasure, erasure + 1);
    } else if (tracker_.at(original).erasures == (counts ? 1U : 0U)) {
      if (counts) tracker_.retreat_erases(erasure, erasure + 1);
      hide(copy);
    }
  }

  void hide(Lv copy) { tracker_.advance_inserts(copy, copy + 1); }

  // ---- the edits

  void write() {
    auto rest = at_rest_.begin();
    tracker_.each([&](const Tracker::Stretch& stretch) {
      for (Lv at = stretch.lv; at < stretch.lv + stretch.len;) {
        const std::uint32_t len = std::min(stretch.lv + stretch.len - at, rest->len);
        write(at, len, stretch.present, stretch.prepared, out_.from_all);
        write(at, len, rest->visible, stretch.prepared, out_.from_rest);
        if (!rest->visible && stretch.prepared) note_brought(at, len);
        rest->len -= len;
        if (rest->len == 0) ++rest;
        at += len;
      }
    });
  }

  void write(Lv at, std::uint32_t len, bool there, bool wanted, text::Delta& out) {
    if (there && wanted) {
      out.retain(text::Chars(len));
    } else if (there) {
      out.erase(text::Chars(len));
    } else if (wanted) {
      lettering_.spell(at, len, out);
    }
  }

  void note_brought(Lv at, std::uint32_t len) {
    for (auto copy = kept_.lower_bound(at); copy != kept_.end() && copy->first < at + len; ++copy)
      out_.brought.push_back({inserted_ + (copy->first - at), log_.agents.name_of(copy->second)});
    inserted_ += len;
  }

  const Log& log_;
  const Question& what_;
  Tracker tracker_;
  Lettering& lettering_;
  std::vector<Shade> at_rest_;
  std::set<Lv> settled_;   ///< erasures that the newest copy has spoken for
  std::map<Lv, Lv> kept_;  ///< copies that stay, and what erased what they stand for
  std::uint64_t inserted_ = 0;
  Sifted out_;
};

void add_runs(const Log& log, const std::vector<EventRun>& runs, LvSet& out) {
  for (const EventRun& run : runs) {
    std::vector<LvRange> parts;
    log.agents.ranges_from(run.first.replica, run.first.seq.value, parts);
    std::uint64_t left = run.count;
    for (const LvRange& part : parts) {
      const auto count = static_cast<Lv>(std::min<std::uint64_t>(left, part.end - part.begin));
      if (count == 0) break;
      out.add({part.begin, part.begin + count});
      left -= count;
    }
  }
}

/// What `rest` lacks.
LvSet lacking(const Log& log, const Known& rest) {
  LvSet more;
  for (const auto& [replica, next] : log.agents.known()) {
    const auto held = std::find_if(rest.begin(), rest.end(), [&, id = replica](const auto& each) { return each.first == id; });
    std::vector<LvRange> parts;
    log.agents.ranges_from(replica, held == rest.end() ? 0 : held->second.value, parts);
    for (const LvRange& part : parts) more.add(part);
  }
  more.settle();
  return more;
}

bool erases(const Log& log, Lv event) {
  bool answer = false;
  log.ops.each_kind({event, event + 1}, [&](LvRange /*event*/, bool is_erasure) { answer = is_erasure; });
  return answer;
}

std::map<Lv, Lv> copies_of(const Log& log, const std::vector<Revival>& revivals) {
  std::map<Lv, Lv> copies;
  for (const Revival& each : revivals) {
    for (std::uint64_t i = 0; i < each.count; ++i) {
      const auto copy = log.agents.lv_of({each.copy.replica, each.copy.seq + i});
      const auto erased = log.agents.lv_of({each.erased.replica, each.erased.seq + i});
      if (!copy || !erased || erases(log, *copy) || !erases(log, *erased)) break;
      copies.emplace(*copy, *erased);
    }
  }
  return copies;
}

}  // namespace

Result<Sifted> sift(const Document& document, const Sieve& sieve) {
  if (Status whole = document.unfold(); !whole) return whole.error();
  const Log& log = document.log();
  Question what;
  what.more = lacking(log, sieve.rest);
  if (what.more.ranges().empty()) return Sifted{};
  what.base = log.graph.critical_before(what.more.ranges().front().begin);
  add_runs(log, sieve.lost, what.lost);
  add_runs(log, sieve.lost, what.unwanted);
  add_runs(log, sieve.refused, what.unwanted);
  what.lost.settle();
  what.unwanted.settle();
  what.copies = copies_of(log, sieve.revivals);
  const TextAt before = text_at(document);
  Lettering lettering(log, what.base, before);
  Sifted sifted = Sifting(log, what, tracker_since(log, what.base), lettering).run();
  if (lettering.failed()) return *lettering.failed();
  return sifted;
}

}  // namespace tutti::merge
