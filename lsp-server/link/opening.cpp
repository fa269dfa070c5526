#include "lsp-server/link/opening.hpp"

#include <string>
#include <utility>
#include <variant>

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
  const Fork plain = fork_from(base, opened, replica);
  const Delta common = agreed(plain.mine, plain.theirs);
  if (common.is_noop()) return plain;
  text::Rope joint(base);
  text::apply(joint, common);
  return fork_from(joint.str(), opened, replica);
}

/// What both texts have.
std::string shared_part(std::string_view opened, std::string_view replica) {
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

}  // namespace

Fork fork(const Bases& bases, std::string_view opened, std::string_view replica) {
  if (opened == replica) return {};
  std::optional<std::string> nearest;
  std::uint64_t distance = 0;
  bool trusted = false;
  for (const auto* base : {&bases.shadow, &bases.landed, &bases.disk, &bases.kept}) {
    if (!*base) continue;
    std::string candidate = (*base)->str();
    const std::uint64_t away = candidate == opened ? 0 : cost(text::diff(candidate, opened));
    if (nearest && away >= distance) continue;
    nearest = std::move(candidate);
    distance = away;
    trusted = base == &bases.shadow || base == &bases.landed || away == 0;
    if (away == 0) break;
  }
  if (!nearest) return fork_from(shared_part(opened, replica), opened, replica);
  return trusted ? fork_from(*nearest, opened, replica) : fork_once(*nearest, opened, replica);
}

}  // namespace tutti::link
