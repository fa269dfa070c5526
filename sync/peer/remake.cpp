#include "sync/peer/remake.hpp"

#include <algorithm>
#include <limits>

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

/// The change that takes `unwanted` back, made right after it by a replica that nobody has.
Result<merge::Change> inverse(const merge::Document& document, const merge::Change& unwanted, ReplicaId nobody) {
  Result<std::string> before = document.text_at(unwanted.parents);
  if (!before) return before.error();
  text::Rope rope(*before);
  std::vector<merge::Patch> back;
  for (const merge::Patch& patch : unwanted.patches) {
    const text::Delta delta = delta_of(patch);
    back.push_back(patch_of(text::invert(delta, rope.snapshot())));
    text::apply(rope, delta);
  }
  std::reverse(back.begin(), back.end());
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
Result<std::vector<merge::Change>> inverses(const merge::Document& document, const std::vector<merge::Change>& unwanted) {
  std::vector<merge::Change> back;
  std::uint32_t nobody = std::numeric_limits<std::uint32_t>::max();
  for (const merge::Change& change : unwanted) {
    const Result<bool> held = document.holds(change);
    if (!held || !*held) continue;
    Result<merge::Change> inverted = inverse(document, change, ReplicaId(nobody--));
    if (!inverted) return inverted.error();
    back.push_back(std::move(*inverted));
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

Result<Repaired> join(merge::Document& mine, merge::Document& hub, const std::vector<merge::Change>& refused,
                      const std::vector<ReplicaId>& own) {
  const Result<std::vector<merge::Change>> more = mine.since(hub.known());
  if (!more) return more.error();
  Result<merge::Document> joint = merge::Document::decode(hub.encode(merge::Parts::history));
  if (!joint) return joint.error();
  const Result<std::vector<merge::Change>> missing = hub.since(mine.known());
  if (!missing) return missing.error();
  const auto back = inverses(mine, unwanted_of(*more, hub, refused, own));
  if (!back) return back.error();
  Result<text::Delta> wanted = apply_all(*joint, *more, *back);
  if (!wanted) return wanted.error();
  Result<text::Delta> shown = apply_all(mine, *missing, *back);
  if (!shown) return shown.error();
  Result<std::vector<merge::Change>> changes = hub.edit(own.back(), keep_restored(*wanted, hub.text()));
  if (!changes) return changes.error();
  return Repaired{std::move(*changes), std::move(*shown)};
}

/// The same where names collide.
Result<Repaired> join_apart(const merge::Document& mine, merge::Document& hub, const std::vector<merge::Change>& more,
                            const std::vector<merge::Change>& refused, const std::vector<ReplicaId>& own) {
  const Apart apart(hub, more, own);
  Result<merge::Document> joint = apart.copy(hub);
  if (!joint) return joint.error();
  const std::vector<merge::Change> ours = apart.ours(more);
  Result<text::Delta> added = joint->apply(ours);
  if (!added) return added.error();
  const auto back = inverses(*joint, apart.ours(unwanted_of(more, hub, refused, own)));
  if (!back) return back.error();
  Result<text::Delta> without = joint->apply(*back);
  if (!without) return without.error();
  Result<std::vector<merge::Change>> changes = hub.edit(own.back(), keep_restored(text::compose(*added, *without), hub.text()));
  if (!changes) return changes.error();
  return Repaired{std::move(*changes), text::diff(mine.text().str(), hub.text().str())};
}

}  // namespace

Result<Repaired> make_again(merge::Document& mine, merge::Document& hub, const Repair& repair,
                            const std::vector<ReplicaId>& own) {
  if (!repair.spent) return join(mine, hub, repair.refused, own);
  const Result<std::vector<merge::Change>> more = lacking(mine, hub, repair.spent);
  if (!more) return more.error();
  return collides(hub, *more) ? join_apart(mine, hub, *more, repair.refused, own) : join(mine, hub, repair.refused, own);
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
