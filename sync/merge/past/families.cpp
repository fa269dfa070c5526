#include "sync/merge/past/families.hpp"

#include <algorithm>

#include "sync/merge/past/erasures.hpp"

namespace tutti::merge {

namespace {

/// The first of a sorted list whose `key` is not less than `value`.
template <class List, class Key>
auto from(List& sorted, Key key, Lv value) {
  return std::lower_bound(sorted.begin(), sorted.end(), value, [&](const auto& each, Lv v) { return each.*key < v; });
}

}  // namespace

void Families::gather(const Log& log, const Takeback& what, const LvSet& touched, const Tracker& tracker) {
  for (const CopyRun& run : what.copies) add_copies(run, what.base, tracker);
  if (kin_.empty()) return;
  add_roots();
  look_at_all(tracker);
  for (const Kin& kin : kin_) add_to_family(kin, touched);
  judge(log, what, tracker);
}

void Families::add_copies(const CopyRun& run, Lv base, const Tracker& tracker) {
  for (std::uint32_t i = 0; i < run.count; ++i) {
    const Lv erased = run.backward ? run.erased - i : run.erased + i;
    if (base != kNoLv && erased <= base) continue;  // then the copy is all that this walk knows of the character
    const Lv before = tracker.target_of(erased);
    const Kin* const older = find(before);
    kin_.push_back({run.copy + i, older != nullptr ? older->root : before, true});
  }
}

void Families::add_roots() {
  for (const Kin& kin : kin_) families_.push_back({kin.root});
  std::sort(families_.begin(), families_.end(), [](const Family& a, const Family& b) { return a.root < b.root; });
  const auto same = [](const Family& a, const Family& b) { return a.root == b.root; };
  families_.erase(std::unique(families_.begin(), families_.end(), same), families_.end());
  for (const Family& family : families_) kin_.push_back({family.root, family.root, false});
  std::sort(kin_.begin(), kin_.end(), [](const Kin& a, const Kin& b) { return a.id < b.id; });
}

void Families::look_at_all(const Tracker& tracker) {
  for (auto at = kin_.begin(); at != kin_.end();) {
    const Tracker::Stretch stretch = tracker.from(at->id);
    for (; at != kin_.end() && at->id - stretch.lv < stretch.len; ++at) {
      at->erasures = stretch.erasures;
      at->present = stretch.present;
    }
  }
}

void Families::add_to(LvSet& ids) const {
  for (const Kin& kin : kin_) ids.add({kin.id, kin.id + 1});
}

void Families::add_to_family(const Kin& kin, const LvSet& touched) {
  Family& whole = family(kin.root);
  whole.present = whole.present || kin.present;
  whole.touched = whole.touched || touched.contains(kin.id);
  if (kin.is_copy) whole.last = std::max(whole.last, kin.id);
}

/// What others did counts for the newest copy only: they had not seen it when they erased an older one. But what the ignored
/// inserted goes, and so does what the same person erased and means to.
void Families::judge(const Log& log, const Takeback& what, const Tracker& tracker) {
  LvSet ignored;
  for (const LvRange& range : what.ignored) ignored.add(range);
  ignored.settle();
  LvSet erased;
  for (const LvRange& range : what.kept) {
    log.ops.each(range.begin, range.end, [&](const Op& op) {
      if (op.erases) each_erasure(op, tracker, [&](const Erasure& e) { erased.add({e.first, e.first + e.count}); });
    });
  }
  erased.settle();
  for (const Kin& kin : kin_) {
    Family& whole = family(kin.root);
    const bool erased_again = kin.id == whole.last && kin.erasures > 1;  // being ignored, a copy counts as erased once
    const bool never_there = !kin.is_copy && ignored.contains(kin.id);
    if (erased_again || never_there || erased.contains(kin.id)) whole.wanted = false;
  }
}

const Families::Kin* Families::find(Lv id) const {
  const auto at = from(kin_, &Kin::id, id);
  return at != kin_.end() && at->id == id ? &*at : nullptr;
}

Family& Families::family(Lv root) {
  return *from(families_, &Family::root, root);
}

const Family& Families::of(const Kin& kin) const {
  return *from(families_, &Family::root, kin.root);
}

Lv Families::next_after(Lv id, Lv end) const {
  const auto at = from(kin_, &Kin::id, id + 1);
  return at != kin_.end() ? std::min(end, at->id) : end;
}

}  // namespace tutti::merge
