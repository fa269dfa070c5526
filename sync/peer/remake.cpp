#include "sync/peer/remake.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <set>
#include <span>

#include "protocol/base/utf.hpp"
#include "sync/peer/apart.hpp"

// Both copies get what the other has more, and then the inverses of what is not wanted: `joint` from the hub's text on, which
// says what we have to do to it, and `mine` from the shown text on. Everything is done character by character as it was meant,
// and nothing is guessed from comparing texts.
//
//     hub ──── our events ──── inverses of the refused ───▶ what we want      ─▶ made again as one edit of the hub's copy
//     mine ─── its events ──── the same inverses ─────────▶ the same text     ─▶ what the person sees change
//
// Where others stand under names of ours at the hub (a copy of the folder was at work), the two cannot be joined as they are:
// see apart.hpp.

namespace tutti::peer {

namespace {

text::Delta delta_of(const merge::Patch& patch) {
  text::Delta delta;
  delta.retain(patch.at).insert(patch.insert).erase(patch.erase);
  return delta;
}

merge::Patch patch_of(const text::Delta& delta) {
  merge::Patch patch;
  for (const text::Step& step : delta.steps()) {
    if (const auto* kept = std::get_if<text::Retain>(&step)) patch.at += kept->count.value;
    if (const auto* gone = std::get_if<text::Erase>(&step)) patch.erase = gone->count;
    if (const auto* come = std::get_if<text::Insert>(&step)) patch.insert = come->text;
  }
  return patch;
}

/// Whether taking back what this event erased would bring nothing back that is wanted: it is there already, or is gone anyway.
using Settled = std::function<bool(merge::EventName)>;

/// Takes out of one patch's insertion what is settled, and moves the patches that come behind it to where they then belong.
class Thinning {
 public:
  Thinning(const merge::Patch& patch, merge::EventName first, const Settled& settled) : at_(patch.at) {
    for (std::size_t at = 0; at < patch.insert.size(); first.seq += 1) {
      const std::size_t width = utf8::width(patch.insert[at]);
      left_.push_back(settled(first) ? 0 : 1);
      if (left_.back() != 0) insert_ += patch.insert.substr(at, width);
      at += width;
    }
  }
  [[nodiscard]] const std::string& insert() const { return insert_; }
  void move(merge::Patch& later) const {
    const text::Chars end = place(text::Chars(later.at.value + later.erase.value));
    later.at = place(later.at);
    later.erase = text::Chars(end.value - later.at.value);
  }

 private:
  [[nodiscard]] text::Chars place(text::Chars at) const {
    if (at <= at_) return at;
    const std::uint64_t inside = std::min<std::uint64_t>(at.value - at_.value, left_.size());
    const auto gone = std::count(left_.begin(), left_.begin() + static_cast<std::ptrdiff_t>(inside), 0);
    return text::Chars(at.value - static_cast<std::uint64_t>(gone));
  }

  text::Chars at_;
  std::vector<char> left_;  ///< of each character: 1, or 0
  std::string insert_;
};

/// `events`: which event erased the first character that the patch brings back.
void leave_out_settled(std::vector<merge::Patch>& back, const std::vector<merge::EventName>& events, const Settled& settled) {
  for (std::size_t i = 0; i < back.size(); ++i) {
    const Thinning thinning(back[i], events[i], settled);
    back[i].insert = thinning.insert();
    for (std::size_t later = i + 1; later < back.size(); ++later) thinning.move(back[later]);
  }
}

/// The change that takes `unwanted` back, made right after it by a replica that nobody has.
Result<merge::Change> inverse(const merge::Document& document, const merge::Change& unwanted, ReplicaId nobody,
                              const Settled& settled) {
  Result<std::string> before = document.text_at(unwanted.parents);
  if (!before) return before.error();
  text::Rope rope(*before);
  std::vector<merge::Patch> back;
  std::vector<merge::EventName> events;
  merge::EventName event{unwanted.replica, unwanted.seq};
  for (const merge::Patch& patch : unwanted.patches) {
    const text::Delta delta = delta_of(patch);
    back.push_back(patch_of(text::invert(delta, rope.snapshot())));
    events.push_back(event);
    event.seq += patch.erase.value + utf8::count_chars(patch.insert);
    text::apply(rope, delta);
  }
  std::reverse(back.begin(), back.end());
  std::reverse(events.begin(), events.end());
  leave_out_settled(back, events, settled);
  const Seq last = unwanted.seq + (merge::event_count(unwanted) - 1);
  return merge::Change{nobody, Seq(), {{unwanted.replica, last}}, std::move(back)};
}

/// What is to be taken back of what our copy has more than the hub's: others' changes, and refused ones.
std::vector<merge::Change> unwanted_of(const std::vector<merge::Change>& more, const merge::Document& hub,
                                       const std::vector<merge::Change>& refused, const std::vector<ReplicaId>& own) {
  std::vector<merge::Change> unwanted = refused;
  std::erase_if(unwanted, [&](const merge::Change& change) {
    const Result<bool> held = hub.holds(change);  // somebody has handed it back
    return held && *held;
  });
  for (const merge::Change& change : more) {
    if (std::find(own.begin(), own.end(), change.replica) == own.end()) unwanted.push_back(change);
  }
  return unwanted;
}

/// The inverses of `unwanted`, which `document` holds.
Result<std::vector<merge::Change>> inverses(const merge::Document& document, const std::vector<merge::Change>& unwanted,
                                            const Settled& settled) {
  std::vector<merge::Change> back;
  std::uint32_t nobody = std::numeric_limits<std::uint32_t>::max();
  for (const merge::Change& change : unwanted) {
    const Result<bool> held = document.holds(change);
    if (!held || !*held) continue;
    Result<merge::Change> inverted = inverse(document, change, ReplicaId(nobody--), settled);
    if (!inverted) return inverted.error();
    if (merge::event_count(*inverted) > 0) back.push_back(std::move(*inverted));
  }
  return back;
}

/// Appends an insert that stands before an erase of `gone`. Where it brings back just what is erased, that stays instead: it
/// was erased and taken back.
void append_replacement(text::Delta& out, const text::Insert& insert, std::string_view gone, text::Chars count) {
  const std::size_t at = insert.text.find(gone);
  if (at == std::string::npos) {
    out.insert(insert.text, insert.count).erase(count);
    return;
  }
  const std::string_view words = insert.text;
  out.insert(words.substr(0, at)).retain(count).insert(words.substr(at + gone.size()));
}

text::Delta keep_restored(const text::Delta& delta, const text::Rope& before) {
  text::Delta out;
  text::Chars at;
  const std::vector<text::Step>& steps = delta.steps();
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto* insert = std::get_if<text::Insert>(&steps[i]);
    const auto* erase = i + 1 < steps.size() ? std::get_if<text::Erase>(&steps[i + 1]) : nullptr;
    if (const auto* retain = std::get_if<text::Retain>(&steps[i])) {
      out.retain(retain->count);
      at += retain->count.value;
    } else if (insert != nullptr && erase != nullptr) {
      append_replacement(out, *insert, before.str(at, at + erase->count.value), erase->count);
      at += erase->count.value;
      ++i;
    } else if (insert != nullptr) {
      out.insert(insert->text, insert->count);
    } else {
      out.erase(std::get<text::Erase>(steps[i]).count);
      at += std::get<text::Erase>(steps[i]).count.value;
    }
  }
  return out;
}

/// Applies one batch after the other; what they do to the text together.
Result<text::Delta> apply_all(merge::Document& document, const std::vector<merge::Change>& first,
                              const std::vector<merge::Change>& second) {
  Result<text::Delta> one = document.apply(first);
  if (!one) return one;
  Result<text::Delta> other = document.apply(second);
  if (!other) return other;
  return text::compose(*one, *other);
}

bool is_among(const std::vector<merge::EventRun>& runs, merge::EventName event) {
  return std::any_of(runs.begin(), runs.end(), [&](const merge::EventRun& run) {
    return run.first.replica == event.replica && event.seq >= run.first.seq && event.seq - run.first.seq < run.count;
  });
}

bool erases(const text::Delta& delta) {
  return std::any_of(delta.steps().begin(), delta.steps().end(),
                     [](const text::Step& step) { return std::holds_alternative<text::Erase>(step); });
}

/// What our events do to the hub's text.
struct Joined {
  text::Delta delta;
  std::vector<merge::EventRun> idle;  ///< they erase what is not in it any more: taking them back must not bring it back

  [[nodiscard]] bool is_idle(merge::EventName event) const { return is_among(idle, event); }
};

/// One by one only where it matters what each does: composing what thousands did would take as many times as long.
Result<Joined> join_into(merge::Document& joint, std::span<const merge::Change> more,
                         const std::vector<merge::Change>& unwanted) {
  std::set<merge::EventName> alone;
  for (const merge::Change& change : unwanted) alone.insert({change.replica, change.seq});
  const auto is_alone = [&](const merge::Change& change) { return alone.contains({change.replica, change.seq}); };
  Joined joined;
  while (!more.empty()) {
    const bool one = is_alone(more.front());
    const auto end = one ? more.begin() + 1 : std::find_if(more.begin(), more.end(), is_alone);
    const auto batch = more.first(static_cast<std::size_t>(end - more.begin()));
    const Result<text::Delta> delta = joint.apply(batch);
    if (!delta) return delta.error();
    if (one && !erases(*delta)) joined.idle.push_back({{batch[0].replica, batch[0].seq}, merge::event_count(batch[0])});
    joined.delta = text::compose(joined.delta, *delta);
    more = more.subspan(batch.size());
  }
  return joined;
}

/// Takes back what is unwanted in the joined copy, and does to the hub's what that has come to.
Result<std::vector<merge::Change>> lay_on(merge::Document& hub, merge::Document& joint, const Joined& joined,
                                          const std::vector<merge::Change>& back, ReplicaId author) {
  const Result<text::Delta> without = joint.apply(back);
  if (!without) return without.error();
  return hub.edit(author, keep_restored(text::compose(joined.delta, *without), hub.text()));
}

/// Where events may be others than the hub's: from `spent` on, and behind what the hub has.
merge::Known doubtful_from(const merge::Document& mine, const merge::Document& hub, std::optional<merge::EventName> spent) {
  merge::Known known = mine.known();
  for (auto& [replica, next] : known) {
    next = std::min(next, hub.next_seq(replica));
    if (spent && replica == spent->replica) next = std::min(next, spent->seq);
  }
  std::erase_if(known, [](const auto& each) { return each.second == Seq(0); });
  return known;
}

/// What `mine` has and the hub has not, in order.
Result<std::vector<merge::Change>> lacking(const merge::Document& mine, const merge::Document& hub,
                                           std::optional<merge::EventName> spent) {
  Result<std::vector<merge::Change>> changes = mine.since(doubtful_from(mine, hub, spent));
  if (!changes) return changes;
  std::erase_if(*changes, [&](const merge::Change& change) {
    const Result<bool> held = hub.holds(change);
    return held && *held;
  });
  return changes;
}

/// Others stand under names of ours.
bool collides(const merge::Document& hub, const std::vector<merge::Change>& more) {
  return std::any_of(more.begin(), more.end(), [&](const merge::Change& change) {
    const Result<bool> held = hub.holds(change);
    return !held && held.error().code == ErrorCode::conflict;
  });
}

Result<Repaired> join(merge::Document& mine, merge::Document& hub, const Repair& repair, const std::vector<ReplicaId>& own) {
  const Result<std::vector<merge::Change>> more = mine.since(hub.known());
  if (!more) return more.error();
  Result<merge::Document> joint = merge::Document::decode(hub.encode(merge::Parts::history));
  if (!joint) return joint.error();
  const Result<std::vector<merge::Change>> missing = hub.since(mine.known());
  if (!missing) return missing.error();
  const std::vector<merge::Change> unwanted = unwanted_of(*more, hub, repair.refused, own);
  const Result<Joined> joined = join_into(*joint, *more, unwanted);
  if (!joined) return joined.error();
  const auto back = inverses(mine, unwanted,
                             [&](merge::EventName event) { return joined->is_idle(event) || is_among(repair.revived, event); });
  if (!back) return back.error();
  Result<text::Delta> shown = apply_all(mine, *missing, *back);
  if (!shown) return shown.error();
  Result<std::vector<merge::Change>> changes = lay_on(hub, *joint, *joined, *back, own.back());
  if (!changes) return changes.error();
  return Repaired{std::move(*changes), std::move(*shown)};
}

/// The same where names collide.
Result<Repaired> join_apart(const merge::Document& mine, merge::Document& hub, const std::vector<merge::Change>& more,
                            const Repair& repair, const std::vector<ReplicaId>& own) {
  const Apart apart(hub, more, own);
  Result<merge::Document> joint = apart.copy(hub);
  if (!joint) return joint.error();
  const std::vector<merge::Change> ours = apart.ours(more);
  const std::vector<merge::Change> unwanted = apart.ours(unwanted_of(more, hub, repair.refused, own));
  const Result<Joined> joined = join_into(*joint, ours, unwanted);
  if (!joined) return joined.error();
  const auto back = inverses(*joint, unwanted, [&](merge::EventName event) {
    return joined->is_idle(event) || is_among(repair.revived, apart.former(event));
  });
  if (!back) return back.error();
  Result<std::vector<merge::Change>> changes = lay_on(hub, *joint, *joined, *back, own.back());
  if (!changes) return changes.error();
  return Repaired{std::move(*changes), text::diff(mine.text().str(), hub.text().str())};
}

}  // namespace

Result<Repaired> make_again(merge::Document& mine, merge::Document& hub, const Repair& repair,
                            const std::vector<ReplicaId>& own) {
  if (!repair.spent) return join(mine, hub, repair, own);
  const Result<std::vector<merge::Change>> more = lacking(mine, hub, repair.spent);
  if (!more) return more.error();
  return collides(hub, *more) ? join_apart(mine, hub, *more, repair, own) : join(mine, hub, repair, own);
}

std::string words_lacking(const merge::Document& mine, const merge::Document& hub, std::optional<merge::EventName> spent,
                          const std::vector<ReplicaId>& own) {
  Result<std::vector<merge::Change>> changes = lacking(mine, hub, spent);
  if (!changes) return {};
  std::erase_if(*changes,
                [&](const merge::Change& change) { return std::find(own.begin(), own.end(), change.replica) == own.end(); });
  return words_of(*changes);
}

}  // namespace tutti::peer
