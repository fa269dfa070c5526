#include "sync/peer/remake.hpp"

#include <algorithm>
#include <span>

#include "protocol/base/utf.hpp"
#include "sync/merge/past/sift.hpp"
#include "sync/peer/apart.hpp"

// Our events are laid on top of the hub's, and then sifted: what is not wanted of them is as if it had never been made, and
// what is left is made again as one edit of the hub's text. All is done character by character as it was meant, and nothing is
// guessed from comparing texts.
//
//     hub ──── our events ────▶ all ──── without the refused and the lost ───▶ what we want    ─▶ one edit of the hub's copy
//     mine ─── its events ────▶ all ──── the same ───────────────────────────▶ the same text   ─▶ what the person sees change
//
// Where others stand under names of ours at the hub (a copy of the folder was at work), the two cannot be joined as they are:
// see apart.hpp.

namespace tutti::peer {

namespace {

merge::EventRun events_of(const merge::Change& change) {
  return {{change.replica, change.seq}, merge::event_count(change)};
}

/// What our copy has more than the hub's and is not wanted: what is refused, and what others wrote, or it is left to them to
/// make it again. And what undo and redo make up for. Where our names are others', `name` says which our events have here.
template <class Name>
merge::Sieve sieve_for(const merge::Document& hub, const std::vector<merge::Change>& more, const Repair& repair,
                       std::span<const ReplicaId> ours, const Name& name) {
  merge::Sieve sieve;
  sieve.rest = hub.known();
  const auto add = [&](std::vector<merge::EventRun>& runs, const merge::Change& change) {
    const merge::EventRun events = events_of(change);
    runs.push_back({name(events.first), events.count});
  };
  for (const merge::Change& change : repair.refused) add(sieve.refused, change);
  for (const merge::Change& change : more) {
    if (std::find(ours.begin(), ours.end(), change.replica) == ours.end()) add(sieve.lost, change);
  }
  for (const merge::Revival& each : repair.revivals) sieve.revivals.push_back({name(each.copy), name(each.erased), each.count});
  return sieve;
}

/// The names of the characters that the changes insert, in order.
std::vector<merge::EventName> inserted_by(const std::vector<merge::Change>& changes) {
  std::vector<merge::EventName> names;
  for (const merge::Change& change : changes) {
    Seq seq = change.seq;
    for (const merge::Patch& patch : change.patches) {
      seq += patch.erase.value;
      for (std::uint64_t n = utf8::count_chars(patch.insert); n > 0; --n, seq += 1) names.push_back({change.replica, seq});
    }
  }
  return names;
}

/// Does to the hub's copy what is wanted. `name`: which the events have that stand in `sifted`.
template <class Name>
Result<Repaired> lay_on(merge::Document& hub, const merge::Sifted& sifted, ReplicaId author, const Name& name) {
  Result<std::vector<merge::Change>> changes = hub.edit(author, sifted.from_rest);
  if (!changes) return changes.error();
  Repaired repaired{std::move(*changes), {}, {}};
  if (sifted.brought.empty()) return repaired;
  const std::vector<merge::EventName> names = inserted_by(repaired.changes);
  for (const merge::Brought& each : sifted.brought) merge::append(repaired.revivals, {names.at(each.at), name(each.erased), 1});
  return repaired;
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

/// Those of our replicas whose work is ours to be made again. Whoever writes follows on all that they wrote before; so where
/// the hub has something of a later replica of ours, that was written after what it lacks of earlier ones had been made again
/// or given up. A journal says otherwise where it is an old one, or damaged.
std::span<const ReplicaId> left_to_us(const merge::Document& hub, const std::vector<ReplicaId>& own) {
  const auto last = std::find_if(own.rbegin(), own.rend(), [&](ReplicaId replica) { return hub.next_seq(replica) > Seq(0); });
  return last == own.rend() ? std::span(own) : std::span(own).subspan(static_cast<std::size_t>(own.rend() - last) - 1);
}

Result<Repaired> join(merge::Document& mine, merge::Document& hub, const Repair& repair, const std::vector<ReplicaId>& own) {
  const auto same = [](const merge::EventName& name) { return name; };
  const Result<std::vector<merge::Change>> more = mine.since(hub.known());
  if (!more) return more.error();
  Result<merge::Document> joint = merge::Document::decode(hub.encode(merge::Parts::history));
  if (!joint) return joint.error();
  if (const Result<text::Delta> joined = joint->apply(*more); !joined) return joined.error();
  const Result<std::vector<merge::Change>> missing = hub.since(mine.known());
  if (!missing) return missing.error();
  const Result<merge::Sifted> sifted = merge::sift(*joint, sieve_for(hub, *more, repair, left_to_us(hub, own), same));
  if (!sifted) return sifted.error();
  const Result<text::Delta> news = mine.apply(*missing);
  if (!news) return news.error();
  Result<Repaired> repaired = lay_on(hub, *sifted, own.back(), same);
  if (repaired) repaired->shown = text::compose(*news, sifted->from_all);
  return repaired;
}

/// The same where names collide.
Result<Repaired> join_apart(const merge::Document& mine, merge::Document& hub, const std::vector<merge::Change>& more,
                            const Repair& repair, const std::vector<ReplicaId>& own) {
  const Apart apart(hub, more, own);
  Result<merge::Document> joint = apart.copy(hub);
  if (!joint) return joint.error();
  merge::Sieve sieve =
      sieve_for(hub, more, repair, left_to_us(hub, own), [&](const merge::EventName& name) { return apart.ours(name); });
  sieve.rest = joint->known();
  if (const Result<text::Delta> joined = joint->apply(apart.ours(more)); !joined) return joined.error();
  const Result<merge::Sifted> sifted = merge::sift(*joint, sieve);
  if (!sifted) return sifted.error();
  Result<Repaired> repaired =
      lay_on(hub, *sifted, own.back(), [&](const merge::EventName& name) { return apart.former(name); });
  if (repaired) repaired->shown = text::diff(mine.text().str(), hub.text().str());
  return repaired;
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
