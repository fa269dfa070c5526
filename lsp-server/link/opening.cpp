#include "lsp-server/link/opening.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "lsp-server/link/rebase.hpp"
#include "lsp-server/link/reduce.hpp"
#include "protocol/base/utf.hpp"

namespace tutti::link {

using text::Chars;
using text::Delta;

namespace {

/// How far two texts are apart.
std::uint64_t cost(const Delta& delta) {
  std::uint64_t sum = 0;
  for (const text::Step& step : delta.steps()) {
    if (const auto* erase = std::get_if<text::Erase>(&step)) sum += erase->count.value;
    if (const auto* insert = std::get_if<text::Insert>(&step)) sum += insert->count.value;
  }
  return sum;
}

/// What is inserted before each character of the old text, as (position, text), in order.
std::vector<std::pair<Chars, std::string_view>> inserts_of(const Delta& delta) {
  std::vector<std::pair<Chars, std::string_view>> inserts;
  Chars at;
  for (const text::Step& step : delta.steps()) {
    if (const auto* retain = std::get_if<text::Retain>(&step)) at += retain->count.value;
    if (const auto* erase = std::get_if<text::Erase>(&step)) at += erase->count.value;
    if (const auto* insert = std::get_if<text::Insert>(&step)) inserts.emplace_back(at, insert->text);
  }
  return inserts;
}

/// The inserts of which one side's lies whole within the other's at the same place.
Delta agreed(const Delta& a, const Delta& b) {
  const auto left = inserts_of(a);
  const auto right = inserts_of(b);
  Delta common;
  Chars at;
  for (std::size_t i = 0, k = 0; i < left.size() && k < right.size();) {
    if (left[i].first < right[k].first) {
      ++i;
    } else if (right[k].first < left[i].first) {
      ++k;
    } else {
      const auto [place, mine] = left[i++];
      const std::string_view theirs = right[k++].second;
      const std::string_view shorter = mine.size() < theirs.size() ? mine : theirs;
      const std::string_view longer = mine.size() < theirs.size() ? theirs : mine;
      if (longer.find(shorter) == std::string_view::npos) continue;
      common.retain(Chars(place - at)).insert(shorter);
      at = place;
    }
  }
  return common;
}

Fork fork_from(std::string_view base, std::string_view opened, std::string_view replica) {
  return {text::diff(base, opened), text::diff(base, replica)};
}

Fork fork_once(const std::string& base, std::string_view opened, std::string_view replica) {
  Fork plain = fork_from(base, opened, replica);
  const Delta common = agreed(plain.mine, plain.theirs);
  if (common.is_noop()) return plain;
  text::Rope joint(base);
  text::apply(joint, common);
  return fork_from(joint.str(), opened, replica);
}

struct Origin {
  std::string text;
  Delta to_opened;
  std::uint64_t away = 0;  ///< how far from what was opened
  bool trusted = false;
};

Origin base_at(std::string text, std::string_view opened, bool trusted) {
  Delta to_opened = text::diff(text, opened);
  const std::uint64_t away = cost(to_opened);
  return {std::move(text), std::move(to_opened), away, trusted || away == 0};
}

/// Only what an edit inserted can show that it landed: all of it must be there. Else the base would be too far on, and what is
/// missing of it would count as deleted by this person. (What it erased is erased twice where it has landed and is taken not
/// to have; twice is once.)
bool has_landed(const Delta& flight, const Origin& after) {
  const std::uint64_t brought = flight.inserted().value;
  const std::uint64_t there = text::compose(flight, after.to_opened).inserted().value - after.to_opened.inserted().value;
  return brought > 0 && there == brought;
}

/// The shadow, or that with the edit that was on its way to it.
Origin buffer_base(const Bases& bases, std::string_view opened) {
  Origin before = base_at(bases.shadow->str(), opened, true);
  if (bases.buffer) before.away = std::min(before.away, cost(text::diff(bases.buffer->str(), opened)));
  if (!bases.flight || before.away == 0) return before;
  text::Rope text(before.text);
  text::apply(text, *bases.flight);
  Origin after = base_at(text.str(), opened, true);
  if (after.away >= before.away) return before;
  if (has_landed(*bases.flight, after)) return after;
  before.away = after.away;
  return before;
}

/// A text that the replica held of late is nearer than `best`, and all that leads to it from `kept` is there: an edit that the
/// process before had sent has landed.
void look_for_landed(const Bases& bases, std::string_view opened, Origin& best) {
  if (!bases.kept || opened.size() > most_recent_bytes) return;
  const std::string kept = bases.kept->str();
  for (std::size_t i = 0; i < std::min(bases.recent.size(), most_recent_bases) && best.away > 0; ++i) {
    Origin after = base_at(bases.recent[i].str(), opened, false);
    if (after.away < best.away && has_landed(text::diff(kept, after.text), after)) best = std::move(after);
  }
}

std::optional<Origin> nearest(const Bases& bases, std::string_view opened) {
  if (bases.opened) return base_at(bases.opened->str(), opened, true);
  std::optional<Origin> best;
  if (bases.shadow) best = buffer_base(bases, opened);
  for (const auto* known : {&bases.disk, &bases.read, &bases.kept}) {
    if (!*known || (best && best->away == 0)) continue;
    Origin base = base_at((*known)->str(), opened, false);
    if (!best || base.away < best->away) best = std::move(base);
  }
  if (best) look_for_landed(bases, opened, *best);
  return best;
}

/// What both texts have, word by word.
std::string common_words(std::string_view opened, std::string_view replica) {
  Delta only_erase;
  const Delta difference = text::diff(opened, replica);
  for (const text::Step& step : difference.steps()) {
    if (const auto* retain = std::get_if<text::Retain>(&step)) only_erase.retain(retain->count);
    if (const auto* erase = std::get_if<text::Erase>(&step)) only_erase.erase(erase->count);
  }
  text::Rope both(opened);
  text::apply(both, only_erase);
  return both.str();
}

/// Where nothing is known: two states of one text have most words in common; two texts that only bear one name must not be
/// woven into each other, and lines are what they may share.
std::string guessed(std::string_view opened, std::string_view replica) {
  std::string words = common_words(opened, replica);
  const bool of_one_origin = words.size() * 2 >= std::min(opened.size(), replica.size());
  return of_one_origin ? words : text::common_lines(opened, replica);
}

}  // namespace

std::optional<text::Snapshot> held_lately(const std::vector<text::Snapshot>& recent, const Bases& bases,
                                          const text::Snapshot& opened) {
  if (opened.size().value < 2) return std::nullopt;  // an empty file and one empty line are hardly told apart
  const std::string read = opened.str();
  text::Rope clean(read);
  text::apply(clean, erase_returns(std::string_view(read)));
  const text::Snapshot wanted = clean.snapshot();
  for (const text::Snapshot& text : recent) {
    if (text == wanted) return wanted;
    if (text == bases.shadow) break;
  }
  return std::nullopt;
}

Fork fork(const Bases& bases, std::string_view opened, std::string_view replica) {
  if (opened == replica) return {};
  const auto base = nearest(bases, opened);
  if (!base) return fork_from(guessed(opened, replica), opened, replica);
  return base->trusted ? fork_from(base->text, opened, replica) : fork_once(base->text, opened, replica);
}

Meeting meet(const Bases& bases, const std::string& opened, const std::string& replica) {
  const Delta clean = erase_returns(std::string_view(opened));
  const Delta clean_replica = erase_returns(std::string_view(replica));
  text::Rope wanted(opened);
  text::Rope there(replica);
  text::apply(wanted, clean);
  text::apply(there, clean_replica);
  const Fork both = fork(bases, wanted.str(), there.str());
  const Rebased rebased = rebase(both.mine, both.theirs);
  return {text::compose(clean_replica, rebased.mine), text::compose(clean, rebased.theirs)};
}

}  // namespace tutti::link
