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

/// The change that takes `refused` back, made right after it by a replica that nobody has.
Result<merge::Change> inverse(const merge::Document& mine, const merge::Change& refused, ReplicaId nobody) {
  Result<std::string> before = mine.text_at(refused.parents);
  if (!before) return before.error();
  text::Rope rope(*before);
  std::vector<merge::Patch> back;
  for (const merge::Patch& patch : refused.patches) {
    const text::Delta delta = delta_of(patch);
    back.push_back(patch_of(text::invert(delta, rope.snapshot())));
    text::apply(rope, delta);
  }
  std::reverse(back.begin(), back.end());
  const Seq last = refused.seq + (merge::event_count(refused) - 1);
  return merge::Change{nobody, Seq(), {{refused.replica, last}}, std::move(back)};
}

}  // namespace

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
  if (delta.inserted().value > recent_bytes) {
    file.recent.clear();
    return;
  }
  file.recent.emplace_back(std::move(before), delta);
  if (file.recent.size() > recent_most) file.recent.pop_front();
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

Result<Repaired> make_again(merge::Document& mine, merge::Document& hub, const std::vector<merge::Change>& refused,
                            ReplicaId replica) {
  text::Delta shown;
  std::uint32_t nobody = std::numeric_limits<std::uint32_t>::max();
  for (auto change = refused.rbegin(); change != refused.rend(); ++change) {
    const Result<bool> held = mine.holds(*change);
    if (!held || !*held) continue;
    Result<merge::Change> back = inverse(mine, *change, ReplicaId(nobody--));
    if (!back) return back.error();
    Result<text::Delta> delta = mine.apply({&*back, 1});
    if (!delta) return delta.error();
    shown = text::compose(shown, *delta);
  }
  const std::vector<merge::Change> missing = hub.since(mine.known());
  Result<text::Delta> delta = mine.apply(missing);
  if (!delta) return delta.error();
  shown = text::compose(shown, *delta);
  Result<std::vector<merge::Change>> changes = hub.edit(replica, text::diff(hub.text().str(), mine.text().str()));
  if (!changes) return changes.error();
  return Repaired{std::move(*changes), std::move(shown)};
}

}  // namespace tutti::peer
