#include "lsp-server/plain/verdict.hpp"

#include <algorithm>
#include <optional>

#include "lsp-server/link/final_newline.hpp"
#include "lsp-server/link/reduce.hpp"

namespace tutti::plain {

using text::Rope;
using Kind = Verdict::Kind;

namespace {

constexpr std::size_t most_starts = 64;  // changes of one testimony before which a stale edit is looked for
constexpr std::size_t most_hunks = 64;   // of an edit of which a beginning is looked for
constexpr std::int64_t rest_ms = 1'000;  // for the rest of an edit of which a part came
// Neovim applies an edit in one turn and tells its first hunk at once, the others after a pause: of 150 ms, but on a busy
// machine of seconds. What follows a part is the rest, or shows that it was none.
constexpr std::int64_t late_rest_ms = 15'000;

struct Case {
  const Flight& flight;
  const Testimony& told;
  const Profile& profile;
  std::vector<Course> stages;  ///< after 0, 1, 2 … changes, as far as they are wanted
  Course end;
  bool is_late = false;  ///< the shadow has moved on since the edit was made
};

bool go(Course& course, const Change& change, const Profile& profile) {
  const auto delta = delta_of(change, course.text(), profile);
  if (!delta) return false;
  course.go(*delta);
  return true;
}

/// The last `count` hunks of the edit, applied to any text, as the client would: from the end backwards.
std::optional<Course> with_hunks(const Course& text, const Case& c, std::size_t count) {
  const auto& hunks = c.flight.hunks;
  const Rope& start = text.text();
  const bool newline = c.profile.always_newline && link::ends_with_newline(start);
  const auto delta = link::reduce({hunks.end() - static_cast<std::ptrdiff_t>(count), hunks.end()}, start,
                                  link::visible(start, newline), c.profile.habits);
  if (!delta) return std::nullopt;
  Course after = text;
  after.go(*delta);
  return after;
}

/// Whether the edit can have been the one that led to here: `next` is the change that follows.
bool is_signed(const Case& c, std::size_t next) {
  if (!c.profile.signs) return true;
  return next < c.told.changes.size() && c.told.changes[next].is_empty();
}

/// A client that looks at the version and applies at once can still be asked about a text that it never told: two states
/// under one version. So only who tells the truth and has no gap between look and deed is above this.
bool can_be_stale(const Case& c) {
  return c.profile.racy || !c.profile.honest || c.flight.is_unchecked(c.profile);
}

/// The edit came to the text that it was made for, if to any.
bool is_fresh(const Case& c, std::size_t i) {
  return i == 0 && !c.is_late;
}

/// Where the edit would end that was applied after the first `i` changes; 0 for nowhere. With none before it: to the target.
std::size_t end_of_echo(const Case& c, std::size_t i) {
  const bool fresh = is_fresh(c, i);
  const auto wanted = fresh ? std::optional(c.flight.target) : with_hunks(c.stages[i], c, c.flight.hunks.size());
  if (!wanted || (!fresh && wanted->meets(c.stages[i]))) return 0;
  const std::size_t reach = fresh ? c.told.changes.size() : c.flight.hunks.size() * 4 + 16;  // a client may split hunks
  Course course = c.stages[i];
  for (std::size_t j = i; j < std::min(c.told.changes.size(), i + reach); ++j) {
    if (!go(course, c.told.changes[j], c.profile)) return 0;
    if (course.meets(*wanted) && is_signed(c, j + 1)) return j + 1;
  }
  return 0;
}

/// How far an echo is from one change for each hunk.
std::size_t oddity(const Case& c, std::size_t from, std::size_t to) {
  std::size_t count = 0;
  for (std::size_t i = from; i < to; ++i) count += c.told.changes[i].is_empty() ? 0 : 1;
  const std::size_t hunks = c.flight.hunks.size();
  return count > hunks ? count - hunks : hunks - count;
}

/// An edit that swallowed what was typed before it can lead to the target all the same, and typing that it swallows in part can
/// look like its echo. So of several places the likeliest echo is taken.
std::optional<Verdict> find_echo(const Case& c) {
  std::optional<Verdict> best;
  std::size_t least = 0;
  for (std::size_t i = 0; i < (can_be_stale(c) ? c.stages.size() : 1); ++i) {
    const std::size_t end = end_of_echo(c, i);
    if (end == 0 || (best && least <= oddity(c, i, end))) continue;
    least = oddity(c, i, end);
    best = Verdict{is_fresh(c, i) ? Kind::landed : Kind::raced, i, end};
  }
  if (best && c.profile.signs) ++best->after;
  return best;
}

/// The text ends with some of the edit, of which the rest may be on its way.
bool ends_with_a_part(const Case& c) {
  const std::size_t hunks = std::min(c.flight.hunks.size(), most_hunks);
  const std::size_t most = c.profile.signs || hunks < c.flight.hunks.size() ? hunks : hunks - 1;
  for (std::size_t i = 0; i < (can_be_stale(c) ? c.stages.size() : 1); ++i) {
    for (std::size_t count = 1; count <= most; ++count) {
      const auto part = with_hunks(c.stages[i], c, count);
      if (part && part->meets(c.end) && !part->meets(c.stages[i])) return true;
    }
  }
  return false;
}

/// Text was replaced by the same text: what an edit does in places where others took something away and brought it back.
bool changes_nothing(const Case& c) {
  return c.end.meets(c.stages.front());
}

Case open_case(const Flight& flight, const Rope& shadow, const Testimony& told, const Profile& profile) {
  Case c{flight, told, profile, {Course(shadow)}, Course(shadow), false};
  for (const Change& change : told.changes) {
    if (!go(c.end, change, profile)) break;
    if (c.stages.size() < most_starts) c.stages.push_back(c.end);
  }
  return c;
}

/// Whole texts say nothing of the way to them: is the last one nearer to the text with the edit, or to that without it?
bool is_nearer_to_target(const Case& c, const Rope& shadow) {
  if (c.told.changes.back().range) return false;
  const std::string end = c.end.text().str();
  return weight_of(text::diff(c.flight.target.text().str(), end)) < weight_of(text::diff(shadow.str(), end));
}

bool says_nothing(const Testimony& told) {
  return std::all_of(told.changes.begin(), told.changes.end(), [](const Change& change) { return change.is_empty(); });
}

Verdict wait_for(std::int64_t ms) {
  return {Kind::undecided, 0, 0, ms};
}

}  // namespace

Verdict judge(const Flight& flight, const Rope& shadow, const Testimony& told, const Profile& profile) {
  const auto young = [&](std::int64_t ms) { return told.age_ms < ms; };
  const std::int64_t for_the_rest = profile.signs ? late_rest_ms : rest_ms;
  if (told.version <= flight.version && young(2 * for_the_rest)) return wait_for(2 * for_the_rest);
  if (says_nothing(told) && young(for_the_rest)) return wait_for(for_the_rest);
  const Case c = open_case(flight, shadow, told, profile);
  if (const auto found = find_echo(c)) return *found;
  const bool sure = profile.honest && flight.answered;
  if (sure && told.changes.size() == 1 && !told.changes.front().range) return {Kind::landed_somewhere};
  if (flight.answered && is_nearer_to_target(c, shadow)) return {Kind::landed_somewhere};
  if ((changes_nothing(c) || ends_with_a_part(c)) && young(for_the_rest)) return wait_for(for_the_rest);
  const bool may_come_late = profile.racy || flight.is_unchecked(profile);
  if (may_come_late && flight.answered && young(150)) return wait_for(150);
  if (sure && !may_come_late) return {Kind::landed_somewhere};
  return {Kind::missed};
}

std::optional<Verdict> judge_late(const Flight& flight, const Rope& shadow, const Testimony& told, const Profile& profile) {
  Case c = open_case(flight, shadow, told, profile);
  c.is_late = true;
  return find_echo(c);
}

}  // namespace tutti::plain
