#include "lsp-server/plain/flight.hpp"

#include <utility>

#include "lsp-server/link/final_newline.hpp"
#include "lsp-server/link/reduce.hpp"

namespace tutti::plain {

using text::Chars;
using text::Delta;
using text::Rope;

namespace {

std::uint64_t newlines_at_end(const Rope& text) {
  std::uint64_t count = 0;
  while (count < text.size().value && text.str(text.size() - count - 1, text.size() - count) == "\n") ++count;
  return count;
}

/// Parts the change of the final newline from `wait`, which leads from `shadow` to `after`; `after` loses it as well. A text
/// without one gets no empty lines at its end either: of what is left of several, one would be taken for the final newline.
Delta part_newline(const Rope& shadow, Rope& after, Delta& wait) {
  const bool had = link::ends_with_newline(shadow);
  if (had == link::ends_with_newline(after)) return {};
  const Chars end = after.size();
  Delta back;
  Delta rest;
  if (had) {
    back.retain(end).insert("\n");
    rest.retain(end).erase(Chars(1));
  } else {
    const std::uint64_t count = newlines_at_end(after);
    back.retain(end - count).erase(Chars(count));
    rest.retain(end - count).insert(std::string(count, '\n'));
  }
  text::apply(after, back);
  wait = text::compose(wait, back);
  return rest;
}

}  // namespace

Flight take_off(const Rope& shadow, Delta& wait, const Profile& profile) {
  Flight flight{std::exchange(wait, {}), {}, Course(shadow), {}};
  Rope after(shadow);
  text::apply(after, flight.delta);
  Delta shown = flight.delta;
  if (profile.habits.implicit_newline && shadow.size().value > 0) {  // an empty text has no newline to be kept
    wait = part_newline(shadow, after, flight.delta);
    shown = link::to_editor(flight.delta, shadow, after, link::ends_with_newline(shadow));
  }
  flight.hunks = link::render(shown, shadow, profile.habits.encoding);
  flight.target.go(flight.delta);
  if (flight.hunks.empty()) wait = text::compose(flight.delta, wait);
  return flight;
}

std::vector<link::Replacement> dressed(const std::vector<link::Replacement>& hunks, const Profile& profile) {
  std::vector<link::Replacement> all;
  if (profile.signs) {
    const text::Place start{hunks.front().from.line, 0};
    all.push_back({start, start, {}});
  }
  for (const link::Replacement& hunk : hunks) {
    all.push_back(hunk);
    if (profile.frees_lines && hunk.from.line != hunk.to.line) all.push_back({hunk.to, hunk.to, {}});
  }
  return all;
}

}  // namespace tutti::plain
