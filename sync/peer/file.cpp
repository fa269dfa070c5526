#include "sync/peer/file.hpp"

#include <algorithm>
#include <limits>

#include "sync/text/delta.hpp"

namespace tutti::peer {

namespace {

constexpr std::size_t recent_most = 64;
constexpr std::uint64_t recent_bytes = 4096;  ///< a larger insertion is not worth keeping for a cursor

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

}  // namespace

merge::Known File::known() const {
  merge::Known known = text->known();
  if (!fetch || !fetch->compare) return known;
  for (auto& [replica, next] : known) {
    if (replica == fetch->compare->replica) next = std::min(next, fetch->compare->seq);
  }
  std::erase_if(known, [](const auto& each) { return each.second == Seq(0); });
  return known;
}

std::string words_of(const std::vector<merge::Change>& changes) {
  std::string words;
  for (const merge::Change& change : changes) {
    for (const merge::Patch& patch : change.patches) words += patch.insert;
  }
  return words;
}

void carry_cursors(File& file, merge::Version before, const text::Delta& delta) {
  if (delta.is_noop()) return;
  file.cursors.carry(delta);
  file.reports.carry(delta);
  if (delta.inserted().value > recent_bytes) {
    file.recent.clear();
    return;
  }
  file.recent.emplace_back(std::move(before), delta);
  if (file.recent.size() > recent_most) file.recent.pop_front();
}

std::vector<wire::Diagnostic> place_diagnostics(const File& file, const merge::Version& version,
                                                std::vector<wire::Diagnostic> diagnostics) {
  if (!file.text) return {};
  auto next = std::find_if(file.recent.begin(), file.recent.end(), [&](const auto& each) { return each.first == version; });
  if (next == file.recent.end() && file.text->version() != version) return {};
  for (; next != file.recent.end(); ++next) diagnostics = carried(std::move(diagnostics), next->second);
  const std::uint64_t end = file.text->text().size().value;
  std::erase_if(diagnostics, [&](const wire::Diagnostic& each) { return each.from > each.to || each.to > end; });
  return diagnostics;
}

std::vector<wire::Selection> place_selections(const File& file, const merge::Version& version,
                                              std::vector<wire::Selection> selections) {
  auto from = std::find_if(file.recent.begin(), file.recent.end(), [&](const auto& each) { return each.first == version; });
  const std::uint64_t end = file.text ? file.text->text().size().value : 0;
  for (wire::Selection& each : selections) {
    for (std::uint64_t* at : {&each.anchor, &each.head}) {
      for (auto next = from; next != file.recent.end(); ++next) {
        *at = text::carry(text::Chars(*at), next->second, text::Left::mine).value;
      }
      *at = std::min(*at, end);
    }
  }
  return selections;
}

// Both copies get what the other has more, and then the inverses of what is not wanted: `joint` from the hub's text on, which
// says what we have to do to it, and `mine` from the shown text on. Everything is done character by character as it was meant,
// and nothing is guessed from comparing texts.
Result<Repaired> make_again(merge::Document& mine, merge::Document& hub, const std::vector<merge::Change>& refused,
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

namespace {

/// Our changes that the hub may lack, in order: from `spent` on, and what was written under later names.
Result<std::vector<merge::Change>> ours_since(const merge::Document& mine, const merge::Document& hub, merge::EventName spent,
                                              const std::vector<ReplicaId>& own) {
  merge::Known known = mine.known();
  for (auto& [replica, next] : known) {
    if (replica == spent.replica) {
      next = std::min(next, spent.seq);
    } else if (std::find(own.begin(), own.end(), replica) != own.end()) {
      next = std::min(next, hub.next_seq(replica));
    }
  }
  std::erase_if(known, [](const auto& each) { return each.second == Seq(0); });
  return mine.since(known);
}

/// Gives changes new names, one behind the other, and knows what became of the old ones.
class Renaming {
 public:
  explicit Renaming(merge::EventName first) : next_(first) {}

  [[nodiscard]] merge::Change operator()(merge::Change change) {
    for (merge::EventName& parent : change.parents) parent = new_name(parent);
    std::sort(change.parents.begin(), change.parents.end());
    const std::uint64_t count = merge::event_count(change);
    runs_.push_back({{change.replica, change.seq}, count, next_});
    change.replica = next_.replica;
    change.seq = next_.seq;
    next_.seq += count;
    return change;
  }

 private:
  struct Run {
    merge::EventName from;
    std::uint64_t count = 0;
    merge::EventName to;
  };
  [[nodiscard]] merge::EventName new_name(merge::EventName old) const {
    for (auto at = runs_.rbegin(); at != runs_.rend(); ++at) {
      const Run& run = *at;
      const bool in = run.from.replica == old.replica && old.seq >= run.from.seq && old.seq - run.from.seq < run.count;
      if (in) return {run.to.replica, run.to.seq + (old.seq - run.from.seq)};
    }
    return old;
  }

  std::vector<Run> runs_;
  merge::EventName next_;
};

}  // namespace

Result<Repaired> rename_ours(const merge::Document& mine, merge::Document& hub, merge::EventName spent,
                             const std::vector<ReplicaId>& own) {
  const Result<std::vector<merge::Change>> ours = ours_since(mine, hub, spent, own);
  if (!ours) return ours.error();
  Repaired repaired;
  bool taken = false;  // others stand under their names
  Renaming renaming({own.back(), hub.next_seq(own.back())});
  for (const merge::Change& change : *ours) {
    const Result<bool> held = hub.holds(change);
    if (held && *held) continue;
    taken = taken || (!held && held.error().code == ErrorCode::conflict);
    repaired.changes.push_back(renaming(change));
  }
  const Result<text::Delta> applied = hub.apply(repaired.changes);
  if (!applied) return error(taken ? ErrorCode::conflict : applied.error().code, applied.error().message);
  repaired.shown = text::diff(mine.text().str(), hub.text().str());
  return repaired;
}

namespace {

/// Others stand under names of ours.
bool collides(const merge::Document& mine, const merge::Document& hub, merge::EventName spent,
              const std::vector<ReplicaId>& own) {
  const Result<std::vector<merge::Change>> ours = ours_since(mine, hub, spent, own);
  return ours && std::any_of(ours->begin(), ours->end(), [&](const merge::Change& change) {
           const Result<bool> held = hub.holds(change);
           return !held && held.error().code == ErrorCode::conflict;
         });
}

}  // namespace

std::string words_lacking(const merge::Document& mine, const merge::Document& hub, std::optional<merge::EventName> spent,
                          const std::vector<ReplicaId>& own) {
  merge::EventName first = spent.value_or(merge::EventName{});
  first.seq = std::min(first.seq, hub.next_seq(first.replica));
  Result<std::vector<merge::Change>> ours = ours_since(mine, hub, first, own);
  if (!ours) return {};
  std::erase_if(*ours, [&](const merge::Change& change) {
    const Result<bool> held = hub.holds(change);
    return held && *held;
  });
  return words_of(*ours);
}

Result<Repaired> make_anew(merge::Document& mine, merge::Document& hub, const Repair& repair,
                           const std::vector<ReplicaId>& own) {
  if (repair.spent && (repair.refused.empty() || collides(mine, hub, *repair.spent, own))) {
    Result<Repaired> renamed = rename_ours(mine, hub, *repair.spent, own);
    if (renamed || renamed.error().code == ErrorCode::conflict) return renamed;
  }
  return make_again(mine, hub, repair.refused, own);
}

}  // namespace tutti::peer
