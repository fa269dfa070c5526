#include "sync/merge/past/takeback.hpp"

#include <algorithm>

#include "sync/merge/log/divergence.hpp"
#include "sync/merge/log/history.hpp"
#include "sync/merge/past/erasures.hpp"
#include "sync/merge/past/families.hpp"
#include "sync/merge/past/past_walk.hpp"

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
// is what is. The difference, in the order of the document, is the edit. Cost: the events since, nothing for those before; once
// they are walked, only what is touched and what the same person undid and redid.
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

/// Characters that stand side by side and fare alike, in the order of the document.
struct Atom {
  Lv id;  ///< of the first
  std::uint32_t len;
  bool present;
  bool wanted;
  std::uint32_t effect;  ///< where it is, or would be, in the text
  [[nodiscard]] std::uint32_t effect_end() const { return present ? effect + len : effect; }
};

/// Something that comes back: `atom` is put before the atom `gap`, at `effect` of the text.
struct Revival {
  std::size_t gap;
  std::size_t atom;
  std::uint32_t effect;
};

/// A copy that is there, and the place of what stood for its family.
struct Moved {
  std::size_t old_place;
  std::size_t place;
};

class Work {
 public:
  Work(const Log& log, const Takeback& what, const TextAt& text_at, Tracker tracker)
      : log_(log), what_(what), lettering_(log, what.base, text_at), tracker_(std::move(tracker)) {}

  Result<TakenBack> run() {
    for (const LvRange& range : what_.ignored) ignore(range);
    for (const LvRange& range : what_.touched) touch(range);
    touched_.settle();
    erasures_.settle();
    families_.gather(log_, what_, touched_, tracker_);
    LvSet moving = touched_;
    families_.add_to(moving);
    moving.settle();
    for (const auto& [stretch, effect] : tracker_.placed(moving.ranges())) judge(stretch, effect);
    place_revivals();
    write();
    if (lettering_.failed()) return *lettering_.failed();
    return std::move(out_);
  }

 private:
  // ---- what is there, and what should be

  void ignore(LvRange range) {
    log_.ops.each(range.begin, range.end, [&](const Op& op) {
      if (op.erases) {
        each_erasure(op, tracker_, [&](const Erasure& erasure) { erasures_.add(erasure); });
        tracker_.retreat_erases(op.lv, op.lv + op.len);
      } else {
        tracker_.advance_inserts(op.lv, op.lv + op.len);
      }
    });
  }

  void touch(LvRange range) {
    log_.ops.each(range.begin, range.end, [&](const Op& op) {
      if (op.erases) {
        each_erasure(op, tracker_, [&](const Erasure& e) { touched_.add({e.first, e.first + e.count}); });
      } else {
        touched_.add({op.lv, op.lv + op.len});
      }
    });
  }

  void judge(const Tracker::Stretch& stretch, std::uint32_t effect) {
    const Lv end = stretch.lv + stretch.len;
    for (Lv id = stretch.lv; id < end;) {
      if (const Families::Kin* kin = families_.find(id)) {
        const Family& family = families_.of(*kin);
        const bool wanted = family.wanted && (family.present ? stretch.present : id == family.last);
        atoms_.push_back({id, 1, stretch.present, family.touched ? wanted : stretch.present, effect});
        ++id;
      } else {
        const Lv until = families_.next_after(id, end);
        atoms_.push_back({id, until - id, stretch.present, stretch.prepared, effect});
        id = until;
      }
      effect = atoms_.back().effect_end();
    }
  }

  // ---- where it comes back

  void place_revivals() {
    Lv last_seen = kNoLv;  // everything that comes back was there right before this event
    for (std::size_t i = 0; i < atoms_.size(); ++i) {
      if (atoms_[i].present || !atoms_[i].wanted) continue;
      revivals_.push_back({i, i, atoms_[i].effect});
      last_seen = std::min(last_seen, erasures_.event_for(atoms_[i].id));
    }
    if (revivals_.empty() || families_.empty()) return;
    const std::vector<Moved> moved = moved_since(last_seen);
    for (Revival& revival : revivals_) {
      const auto next = std::lower_bound(moved.begin(), moved.end(), revival.atom,
                                         [](const Moved& m, std::size_t place) { return m.old_place < place; });
      if (next != moved.end() && next->place < revival.gap) put_before(revival, next->place);
      if (next != moved.begin() && (next - 1)->place >= revival.gap) put_behind(revival, (next - 1)->place);
    }
    std::stable_sort(revivals_.begin(), revivals_.end(), [](const Revival& a, const Revival& b) { return a.gap < b.gap; });
  }

  void put_before(Revival& revival, std::size_t atom) const {
    revival.gap = atom;
    revival.effect = atoms_[atom].effect;
  }
  void put_behind(Revival& revival, std::size_t atom) const {
    revival.gap = atom + 1;
    revival.effect = atoms_[atom].effect_end();
  }

  /// Copies that were made after `event` and stay, with the places of what stood for their families before.
  [[nodiscard]] std::vector<Moved> moved_since(Lv event) const {
    std::vector<std::pair<Lv, std::size_t>> copies;  // by root
    for (std::size_t i = 0; i < atoms_.size(); ++i) {
      const Families::Kin* kin = atoms_[i].present && atoms_[i].wanted ? families_.find(atoms_[i].id) : nullptr;
      if (kin != nullptr && kin->is_copy && kin->id > event) copies.emplace_back(kin->root, i);
    }
    std::sort(copies.begin(), copies.end());
    std::vector<std::pair<Lv, std::size_t>> stood(copies.size(), {0, 0});  // the newest until then, the root being the oldest
    for (std::size_t i = 0; i < atoms_.size() && !copies.empty(); ++i) {
      const Families::Kin* kin = families_.find(atoms_[i].id);
      if (kin == nullptr || (kin->is_copy && kin->id > event)) continue;
      const auto at = std::lower_bound(copies.begin(), copies.end(), std::pair(kin->root, std::size_t{0}));
      if (at == copies.end() || at->first != kin->root) continue;
      auto& newest = stood[static_cast<std::size_t>(at - copies.begin())];
      newest = std::max(newest, {kin->is_copy ? kin->id : 0, i});
    }
    std::vector<Moved> moved;
    for (std::size_t i = 0; i < copies.size(); ++i) moved.push_back({stood[i].second, copies[i].second});
    std::sort(moved.begin(), moved.end(), [](const Moved& a, const Moved& b) { return a.old_place < b.old_place; });
    return moved;
  }

  // ---- the edit

  void write() {
    auto revival = revivals_.begin();
    for (std::size_t i = 0; i < atoms_.size(); ++i) {
      for (; revival != revivals_.end() && revival->gap == i; ++revival) revive(*revival);
      const Atom& atom = atoms_[i];
      if (!atom.present || atom.wanted) continue;
      retain_up_to(atom.effect);
      out_.delta.erase(text::Chars(atom.len));
      reached_ = atom.effect_end();
    }
    for (; revival != revivals_.end(); ++revival) revive(*revival);
  }

  void revive(const Revival& revival) {
    const Atom& atom = atoms_[revival.atom];
    retain_up_to(revival.effect);
    lettering_.spell(atom.id, atom.len, out_.delta);
    for (Lv id = atom.id; id < atom.id + atom.len; ++id) out_.revived.push_back(erasures_.event_for(id));
  }

  void retain_up_to(std::uint32_t effect) {
    out_.delta.retain(text::Chars(effect - reached_));
    reached_ = effect;
  }

  const Log& log_;
  const Takeback& what_;
  Lettering lettering_;
  Tracker tracker_;
  Erasures erasures_;  ///< by the ignored
  LvSet touched_;      ///< characters
  Families families_;
  std::vector<Atom> atoms_;
  std::vector<Revival> revivals_;  ///< by ascending gap
  std::uint32_t reached_ = 0;      ///< of the text, by the edit
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

Status may_look_back(const Log& log, Lv base) {
  const Lv first = base == kNoLv ? 0 : base + 1;
  if (log.size() - first <= kMostTakebackEvents) return {};
  return error(ErrorCode::limit, "too much has been written since, so this can no longer be taken back");
}

Result<TakenBack> take_back(const Log& log, const Takeback& what, const TextAt& text_at, Tracker tracker) {
  return Work(log, what, text_at, std::move(tracker)).run();
}

Result<text::Delta> revert(const Document& document, std::span<const ReplicaId> replicas, const Version& since) {
  if (Status whole = document.unfold(); !whole) return whole.error();
  const Log& log = document.log();
  const auto lvs = lvs_of(log, since);
  if (!lvs) return error(ErrorCode::not_found, "this version is not in the document's history");
  const std::vector<LvRange> later = divergence(log.graph, log.graph.frontier(), *lvs, kNoLv).only_a;
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
  if (Status may = may_look_back(log, what.base); !may) return may.error();
  Result<TakenBack> result = take_back(log, what, text_at(document), tracker_since(log, what.base));
  if (!result) return result.error();
  return std::move(result->delta);
}

TextAt text_at(const Document& document) {
  return [&document](Lv critical) {
    return critical == kNoLv ? text::Snapshot() : document.snapshot_at(names_of(document.log(), {&critical, 1}));
  };
}

}  // namespace tutti::merge
