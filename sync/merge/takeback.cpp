#include "sync/merge/takeback.hpp"

#include <algorithm>

#include "sync/merge/history.hpp"
#include "sync/merge/walker.hpp"
#include "sync/text/rope.hpp"

// Taking events back.
//
// Nothing in a history is ever unmade; taking back is a new edit, which makes the text what it would be had the *ignored*
// events not been made. A character is there by right if nobody who counts erased it:
//
//     erased by               ignored   counts
//     ───────────────────────────────────────
//     nobody                                      stays
//     the ignored only           x                comes back, at its own place among what others wrote meanwhile
//     somebody else too          x        x       stays away: their wish stands
//     inserted by the ignored   (counts as erased once more)      goes
//
// The tracker knows the place of every character, of erased ones too, and counts erasures in the prepare version. So the events
// since a critical version before the ignored ones are walked through it; then ignored erasures are retreated, and ignored
// inserts are advanced as if they were erasures. What is visible in prepare then is what should be, what is visible in effect
// is what is. The difference, in the order of the document, is the edit. Cost: the events since, nothing for those before.
//
//     x a b Z c y      a, b, c erased by an ignored event, Z written by somebody else meanwhile
//       ↓ ↓   ↓        prepare: 1 again
//     x[a b]Z[c]y      two inserts
//
// What comes back is a new character, a *copy*, since an erased one is erased for ever. So that one can go back and forth, a
// copy that was made by an ignored event stands for the character it copied: both are one *family*, and are seen or not as one.
// The newest copy has the family's place, and what others did to older ones, not having seen it, does not count.
//
// A copy stands where its author's text had room, before all erased characters at that place, which may be the wrong side of
// one that comes back later. So that both stand as they did when they were last seen together, the one that comes back is put
// where it was in relation to the character that the copy stands for:
//
//     L p' q p      q, p erased; p came back as p'; q comes back: not where it was erased, but before p'

namespace tutti::merge {

namespace {

/// A character of a family, by id.
struct Kin {
  Lv id;
  Lv root;
  bool is_copy;
  std::uint32_t erasures = 0;
  bool present = false;
};

/// All that is known of a family once its members have been looked at.
struct Family {
  Lv root;
  Lv last = 0;  ///< its newest copy
  bool touched = false;
  bool wanted = true;
  bool present = false;
};

/// Characters that stand side by side and fare alike, in the order of the document.
struct Atom {
  Lv id;  ///< of the first
  std::uint32_t len;
  bool present;
  bool wanted;
};

/// Something that comes back: `atom` is put before the atom `gap`.
struct Revival {
  std::size_t gap;
  std::size_t atom;
};

/// A copy that is there, and the place of what it stands for.
struct Moved {
  std::size_t old_place;
  std::size_t place;
};

/// Ignored events that erased [first, first + count), the one for `first` being `event`.
struct Erasure {
  Lv first;
  std::uint32_t count;
  Lv event;
  bool backward;
};

template <class T>
T* find_by(std::vector<T>& sorted, Lv T::*key, Lv value) {
  const auto at = std::lower_bound(sorted.begin(), sorted.end(), value, [&](const T& t, Lv v) { return t.*key < v; });
  return at != sorted.end() && (*at).*key == value ? &*at : nullptr;
}

class Work {
 public:
  Work(const Log& log, const Takeback& what, const TextAt& text_at, Tracker tracker)
      : log_(log), what_(what), text_at_(text_at), tracker_(std::move(tracker)) {}

  Result<TakenBack> run() {
    for (const LvRange& range : what_.ignored) ignore(range);
    for (const LvRange& range : what_.touched) add_characters(range, touched_);
    settle(touched_);
    std::sort(erasures_.begin(), erasures_.end(), [](const Erasure& a, const Erasure& b) { return a.first < b.first; });
    gather_families();
    tracker_.each([&](const Tracker::Stretch& stretch) { judge(stretch); });
    place_revivals();
    write();
    if (failed_) return *failed_;
    return std::move(out_);
  }

 private:
  void ignore(LvRange range) {
    log_.ops.each(range.begin, range.end, [&](const Op& op) {
      if (op.erases) {
        each_target(op, [&](const Erasure& erasure) { erasures_.push_back(erasure); });
        tracker_.retreat_erases(op.lv, op.lv + op.len);
      } else {
        tracker_.advance_inserts(op.lv, op.lv + op.len);
      }
    });
  }

  /// The characters that events inserted or erased.
  void add_characters(LvRange events, std::vector<LvRange>& out) const {
    log_.ops.each(events.begin, events.end, [&](const Op& op) {
      if (op.erases) {
        each_target(op, [&](const Erasure& e) { out.push_back({e.first, e.first + e.count}); });
      } else {
        out.push_back({op.lv, op.lv + op.len});
      }
    });
  }

  /// What a run of erasures erased, as runs of characters.
  template <class Visit>
  void each_target(const Op& op, Visit visit) const {
    const Lv end = op.lv + op.len;
    for (Lv at = op.lv; at < end;) {
      const Lv first = tracker_.target_of(at);
      std::uint32_t up = 1;
      std::uint32_t down = 1;
      while (at + up < end && tracker_.target_of(at + up) == first + up) ++up;
      while (up == 1 && at + down < end && tracker_.target_of(at + down) == first - down) ++down;
      visit(down > 1 ? Erasure{first - (down - 1), down, at + down - 1, true} : Erasure{first, up, at, false});
      at += std::max(up, down);
    }
  }

  static void settle(std::vector<LvRange>& ranges) {
    std::sort(ranges.begin(), ranges.end(), [](const LvRange& a, const LvRange& b) { return a.begin < b.begin; });
    std::vector<LvRange> joined;
    for (const LvRange& range : ranges) {
      if (!joined.empty() && range.begin <= joined.back().end) {
        joined.back().end = std::max(joined.back().end, range.end);
      } else {
        joined.push_back(range);
      }
    }
    ranges = std::move(joined);
  }

  static bool is_in(const std::vector<LvRange>& ranges, Lv id) {
    const auto after = std::upper_bound(ranges.begin(), ranges.end(), id, [](Lv at, const LvRange& r) { return at < r.begin; });
    return after != ranges.begin() && id < (after - 1)->end;
  }
  [[nodiscard]] bool is_after_base(Lv lv) const { return what_.base == kNoLv || lv > what_.base; }

  // ---- families

  void gather_families() {
    for (const CopyRun& run : what_.copies) {
      for (std::uint32_t i = 0; i < run.count; ++i) {
        const Lv erased = run.backward ? run.erased - i : run.erased + i;
        if (!is_after_base(erased)) continue;  // then the copy is all that this walk knows of the character
        const Lv before = tracker_.target_of(erased);
        const Kin* older = find_by(kin_, &Kin::id, before);
        kin_.push_back({run.copy + i, older != nullptr ? older->root : before, true});
      }
    }
    if (kin_.empty()) return;
    add_roots();
    tracker_.each([&](const Tracker::Stretch& stretch) { look_at(stretch); });
    for (const Kin& kin : kin_) add_to_family(kin);
    for (const Kin& kin : kin_) judge_family(kin);
    strike_out_unwanted();
  }

  void add_roots() {
    for (const Kin& kin : kin_) families_.push_back({kin.root});
    std::sort(families_.begin(), families_.end(), [](const Family& a, const Family& b) { return a.root < b.root; });
    const auto same = [](const Family& a, const Family& b) { return a.root == b.root; };
    families_.erase(std::unique(families_.begin(), families_.end(), same), families_.end());
    for (const Family& family : families_) kin_.push_back({family.root, family.root, false});
    std::sort(kin_.begin(), kin_.end(), [](const Kin& a, const Kin& b) { return a.id < b.id; });
  }

  void look_at(const Tracker::Stretch& stretch) {
    auto at = std::lower_bound(kin_.begin(), kin_.end(), stretch.lv, [](const Kin& kin, Lv lv) { return kin.id < lv; });
    for (; at != kin_.end() && at->id - stretch.lv < stretch.len; ++at) {
      at->erasures = stretch.erasures;
      at->present = stretch.present;
    }
  }

  Family& family_of(const Kin& kin) { return *find_by(families_, &Family::root, kin.root); }

  void add_to_family(const Kin& kin) {
    Family& family = family_of(kin);
    family.present = family.present || kin.present;
    family.touched = family.touched || is_in(touched_, kin.id);
    if (kin.is_copy) family.last = std::max(family.last, kin.id);
  }

  void judge_family(const Kin& kin) {
    Family& family = family_of(kin);
    if (kin.id == family.last && kin.erasures > 1) family.wanted = false;  // being ignored, a copy counts as erased once
  }

  /// Families that the ignored inserted, and those that the same person erased and means to.
  void strike_out_unwanted() {
    std::vector<LvRange> out = what_.ignored;
    settle(out);
    for (Family& family : families_) family.wanted = family.wanted && !is_in(out, family.root);
    std::vector<LvRange> erased;
    for (const LvRange& range : what_.kept) {
      log_.ops.each(range.begin, range.end, [&](const Op& op) {
        if (op.erases) each_target(op, [&](const Erasure& e) { erased.push_back({e.first, e.first + e.count}); });
      });
    }
    settle(erased);
    for (const Kin& kin : kin_) {
      if (is_in(erased, kin.id)) family_of(kin).wanted = false;
    }
  }

  // ---- what is there, and what should be

  /// Where what is true of `id` in `touched_` and `kin_` ends, at `end` at the latest.
  [[nodiscard]] Lv alike_until(Lv id, Lv end) const {
    const auto range =
        std::upper_bound(touched_.begin(), touched_.end(), id, [](Lv at, const LvRange& r) { return at < r.end; });
    if (range != touched_.end()) end = std::min(end, id < range->begin ? range->begin : range->end);
    const auto kin = std::upper_bound(kin_.begin(), kin_.end(), id, [](Lv at, const Kin& k) { return at < k.id; });
    return kin != kin_.end() ? std::min(end, kin->id) : end;
  }

  void judge(const Tracker::Stretch& stretch) {
    const Lv end = stretch.lv + stretch.len;
    for (Lv id = stretch.lv; id < end;) {
      if (const Kin* kin = find_by(kin_, &Kin::id, id)) {
        const Family& family = family_of(*kin);
        const bool wanted = family.wanted && (family.present ? stretch.present : kin->id == family.last);
        atoms_.push_back({id, 1, stretch.present, family.touched ? wanted : stretch.present});
        ++id;
      } else {
        const Lv until = alike_until(id, end);
        atoms_.push_back({id, until - id, stretch.present, is_in(touched_, id) ? stretch.prepared : stretch.present});
        id = until;
      }
    }
  }

  // ---- where it comes back

  void place_revivals() {
    Lv seen_last = kNoLv;  // everything that comes back was there right before this event
    for (std::size_t i = 0; i < atoms_.size(); ++i) {
      if (atoms_[i].present || !atoms_[i].wanted) continue;
      revivals_.push_back({i, i});
      seen_last = std::min(seen_last, eraser_of(atoms_[i].id));
    }
    if (revivals_.empty() || kin_.empty()) return;
    const std::vector<Moved> moved = moved_since(seen_last);
    for (Revival& revival : revivals_) {
      const auto next = std::lower_bound(moved.begin(), moved.end(), revival.atom,
                                         [](const Moved& m, std::size_t place) { return m.old_place < place; });
      if (next != moved.end()) revival.gap = std::min(revival.gap, next->place);
      if (next != moved.begin()) revival.gap = std::max(revival.gap, (next - 1)->place + 1);
    }
    std::stable_sort(revivals_.begin(), revivals_.end(), [](const Revival& a, const Revival& b) { return a.gap < b.gap; });
  }

  /// Copies that were made after `event`, by the places of what stood for their families then.
  std::vector<Moved> moved_since(Lv event) {
    std::vector<std::pair<Lv, std::size_t>> copies;  // by root
    for (std::size_t i = 0; i < atoms_.size(); ++i) {
      const Kin* kin = atoms_[i].present && atoms_[i].wanted ? find_by(kin_, &Kin::id, atoms_[i].id) : nullptr;
      if (kin != nullptr && kin->is_copy && kin->id > event) copies.emplace_back(kin->root, i);
    }
    std::sort(copies.begin(), copies.end());
    std::vector<std::pair<Lv, std::size_t>> stood(copies.size(), {0, atoms_.size()});  // the newest before, and where
    for (std::size_t i = 0; i < atoms_.size(); ++i) {
      const Kin* kin = find_by(kin_, &Kin::id, atoms_[i].id);
      if (kin == nullptr || (kin->is_copy && kin->id > event)) continue;
      const auto at = std::lower_bound(copies.begin(), copies.end(), std::pair(kin->root, std::size_t{0}));
      if (at == copies.end() || at->first != kin->root) continue;
      auto& newest = stood[static_cast<std::size_t>(at - copies.begin())];
      const Lv age = kin->is_copy ? kin->id : 0;
      if (newest.second == atoms_.size() || age > newest.first) newest = {age, i};
    }
    std::vector<Moved> moved;
    for (std::size_t i = 0; i < copies.size(); ++i) {
      if (stood[i].second < atoms_.size()) moved.push_back({stood[i].second, copies[i].second});
    }
    std::sort(moved.begin(), moved.end(), [](const Moved& a, const Moved& b) { return a.old_place < b.old_place; });
    return moved;
  }

  void write() {
    auto revival = revivals_.begin();
    for (std::size_t i = 0; i < atoms_.size(); ++i) {
      for (; revival != revivals_.end() && revival->gap == i; ++revival) revive(atoms_[revival->atom]);
      const Atom& atom = atoms_[i];
      if (!atom.present) continue;
      if (atom.wanted) {
        out_.delta.retain(text::Chars(atom.len));
      } else {
        out_.delta.erase(text::Chars(atom.len));
      }
    }
    for (; revival != revivals_.end(); ++revival) revive(atoms_[revival->atom]);
  }

  void revive(const Atom& atom) {
    Lv id = atom.id;
    const std::uint32_t len = atom.len;
    if (id >= kBefore) {
      if (!base_text_) load_base();
      const std::uint64_t from = id - kBefore;
      out_.delta.insert(base_text_->str(text::Chars(from), text::Chars(from + len)), text::Chars(len));
    } else {
      log_.ops.each(id, id + len, [&](const Op& op) { out_.delta.insert(log_.ops.text_of(op), text::Chars(op.len)); });
    }
    for (const Lv end = id + len; id < end; ++id) out_.revived.push_back(eraser_of(id));
  }

  void load_base() {
    Result<std::string> text = text_at_(what_.base);
    if (!text) failed_ = text.error();
    base_text_ = text::Rope(text ? *text : std::string());
  }

  [[nodiscard]] Lv eraser_of(Lv id) const {
    const auto after =
        std::upper_bound(erasures_.begin(), erasures_.end(), id, [](Lv at, const Erasure& e) { return at < e.first; });
    if (after == erasures_.begin()) return kNoLv;
    const Erasure& erasure = *(after - 1);
    const std::uint32_t offset = id - erasure.first;
    if (offset >= erasure.count) return kNoLv;
    return erasure.backward ? erasure.event - offset : erasure.event + offset;
  }

  const Log& log_;
  const Takeback& what_;
  const TextAt& text_at_;
  Tracker tracker_;
  std::vector<Erasure> erasures_;  ///< by ascending `first`
  std::vector<LvRange> touched_;   ///< characters; ascending, apart
  std::vector<Kin> kin_;           ///< by ascending id
  std::vector<Family> families_;   ///< by ascending root
  std::vector<Atom> atoms_;
  std::vector<Revival> revivals_;  ///< by ascending gap
  std::optional<text::Rope> base_text_;
  std::optional<Error> failed_;
  TakenBack out_;
};

/// The parts of `ranges` (newest first) that `replica` made, ascending.
std::vector<LvRange> made_by(const Log& log, ReplicaId replica, const std::vector<LvRange>& ranges) {
  std::vector<LvRange> own;
  std::vector<LvRange> parts;
  log.agents.ranges_from(replica, 0, own);
  auto range = ranges.rbegin();
  for (auto mine = own.begin(); mine != own.end() && range != ranges.rend();) {
    const LvRange both{std::max(mine->begin, range->begin), std::min(mine->end, range->end)};
    if (both.begin < both.end) parts.push_back(both);
    if (mine->end < range->end) {
      ++mine;
    } else {
      ++range;
    }
  }
  return parts;
}

}  // namespace

Result<TakenBack> take_back(const Log& log, const Takeback& what, const TextAt& text_at) {
  const Lv first = what.base == kNoLv ? 0 : what.base + 1;
  if (log.size() - first > kMostTakebackEvents) {
    return error(ErrorCode::limit, "too much has been written since, so this can no longer be taken back");
  }
  Walker walker;
  walker.begin(what.base);
  walker.catch_up(log, log.size());
  walker.stand_at(log, log.graph.frontier());
  return Work(log, what, text_at, walker.take()).run();
}

Result<text::Delta> revert(const Document& document, std::span<const ReplicaId> replicas, const Version& since) {
  const Log& log = document.log();
  const auto lvs = lvs_of(log, since);
  if (!lvs) return error(ErrorCode::not_found, "this version is not in the document's history");
  std::vector<LvRange> later;
  std::vector<LvRange> none;
  log.graph.diff(log.graph.frontier(), *lvs, kNoLv, later, none);
  Takeback what;
  for (const ReplicaId replica : replicas) {
    const auto parts = made_by(log, replica, later);
    what.ignored.insert(what.ignored.end(), parts.begin(), parts.end());
  }
  if (what.ignored.empty()) return text::Delta();
  Lv first = kNoLv;
  for (const LvRange& range : what.ignored) first = std::min(first, range.begin);
  what.base = log.graph.critical_before(first);
  what.touched = what.ignored;
  Result<TakenBack> result = take_back(log, what, text_at(document));
  if (!result) return result.error();
  return std::move(result->delta);
}

TextAt text_at(const Document& document) {
  return [&document](Lv critical) {
    return critical == kNoLv ? std::string() : document.text_at(names_of(document.log(), {&critical, 1}));
  };
}

}  // namespace tutti::merge
