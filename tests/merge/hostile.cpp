#include "tests/merge/hostile.hpp"

#include <algorithm>
#include <string>

#include "protocol/base/random.hpp"
#include "tests/merge/typist.hpp"

namespace tutti::test {

using merge::Change;
using merge::EventName;
using merge::Version;
using text::Chars;

namespace {

constexpr std::uint32_t kReplicas = 2000;
constexpr std::uint32_t kAgents = 1000;
constexpr ReplicaId kBase{1};

Change base_of(std::uint64_t chars) {
  return {kBase, Seq(0), {}, {{Chars(0), Chars(0), std::string(chars, '.')}}};
}

using Changes = std::vector<Change>;

Changes by_turns(std::uint32_t events, std::uint32_t writers, bool forwards) {
  Changes changes{base_of(2)};
  std::vector<Typist> typists;
  // Ids in no order, so that who comes later stands now before, now after the others.
  for (std::uint32_t i = 0; i < writers; ++i)
    typists.emplace_back(2 + std::uint64_t{i} * 7919 % writers, EventName{kBase, Seq(1)});
  for (std::uint32_t i = 0; i < events; ++i) changes.push_back(typists[i % writers].type(forwards ? 1 + i / writers : 1));
  return changes;
}

Changes deletes(std::uint32_t events) {
  const std::uint32_t chars = events / 2;
  Changes changes{base_of(chars)};
  Typist odd(2, {kBase, Seq(chars - 1)});
  Typist even(3, {kBase, Seq(chars - 1)});
  for (std::uint32_t i = 0; i < chars / 2; ++i) {
    changes.push_back(odd.erase(i));
    changes.push_back(even.erase(i + 1 < chars - i ? i + 1 : i));
  }
  for (std::uint32_t i = 0; i < chars / 2; ++i) {
    changes.push_back(odd.erase(0));
    changes.push_back(even.erase(0));
  }
  return changes;
}

Changes criss_cross(std::uint32_t events) {
  Changes changes{base_of(2)};
  Typist typists[2] = {{2, {kBase, Seq(1)}}, {3, {kBase, Seq(1)}}};
  std::vector<EventName> seen[2];
  for (std::uint32_t i = 0; i < events; ++i) {
    const std::uint32_t who = i % 2;
    const auto& others = seen[1 - who];
    changes.push_back(typists[who].type(1, others.size() > 2 ? &others[others.size() - 3] : nullptr));
    seen[who].push_back(typists[who].tip());
  }
  return changes;
}

/// All write on what all others had written the round before.
Changes in_rounds(std::uint32_t events, std::uint32_t writers) {
  Changes changes{base_of(2)};
  std::vector<Typist> typists;
  for (std::uint32_t i = 0; i < writers; ++i) typists.emplace_back(2 + i, EventName{kBase, Seq(1)});
  Version heads{{kBase, Seq(1)}};
  Random random(1);
  for (std::uint64_t length = 2; changes.size() < events; length += writers) {
    Version next;
    for (Typist& each : typists) {
      changes.push_back(each.type_on(heads, random.below(length + 1)));
      next.push_back(each.tip());
    }
    heads = std::move(next);
  }
  return changes;
}

/// Each time all write at once, and then one makes a head of theirs.
Changes with_merges(std::uint32_t events, std::uint32_t writers) {
  Changes changes{base_of(2)};
  EventName head{kBase, Seq(1)};
  std::vector<Typist> typists;
  for (std::uint32_t i = 0; i <= writers; ++i) typists.emplace_back(2 + i, head);
  Random random(1);
  for (std::uint64_t length = 2; changes.size() < events; length += writers + 1) {
    Version heads;
    for (std::uint32_t i = 0; i < writers; ++i) {
      changes.push_back(typists[i].type_on({head}, random.below(length + 1)));
      heads.push_back(typists[i].tip());
    }
    changes.push_back(typists[writers].type_on(std::move(heads), random.below(length + writers + 1)));
    head = typists[writers].tip();
  }
  return changes;
}

/// Long branches all over a text, of typing and erasing; one after the other, or by turns.
Changes branches(std::uint32_t events, bool turns) {
  constexpr std::uint32_t writers = 4;
  const std::uint32_t chars = events / 4;
  Changes changes{base_of(chars)};
  std::vector<Typist> typists;
  for (std::uint32_t i = 0; i < writers; ++i) typists.emplace_back(2 + i, EventName{kBase, Seq(chars - 1)});
  std::vector<std::uint64_t> lengths(writers, chars);
  Random random(1);
  const std::uint32_t each = (events - chars) / writers;
  for (std::uint32_t i = 0; i < writers * each; ++i) {
    const std::uint32_t who = turns ? i % writers : i / each;
    const bool erases = random.chance(50) && lengths[who] > 1;
    lengths[who] -= erases ? 1 : 0;
    const std::uint64_t at = random.below(lengths[who] + 1);
    changes.push_back(erases ? typists[who].erase(std::min(at, lengths[who])) : typists[who].type(at));
    lengths[who] += erases ? 0 : 1;
  }
  return changes;
}

/// Somebody types on while another one erases far from there, and a third far from both.
Changes typing_and_far_erasing(std::uint32_t events) {
  const std::uint32_t chars = events;
  Changes changes{base_of(chars)};
  const EventName base{kBase, Seq(chars - 1)};
  Typist types(2, base);
  Typist erases(3, base);
  std::uint64_t left = chars;
  Random random(1);
  for (std::uint32_t i = 0; i < events / 2; ++i) {
    changes.push_back(types.type(chars / 2 + i));
    changes.push_back(erases.erase(random.below(left--)));
  }
  return changes;
}

/// Two write, each two keystrokes behind the other; then many write on the last of that and on a head from before all of it,
/// which nobody who looks down from there meets until the end.
Changes old_heads(std::uint32_t events) {
  Changes changes = criss_cross(events / 2);
  const EventName recent{changes.back().replica, changes.back().seq};
  Typist aside(4, {kBase, Seq(1)});
  changes.insert(changes.begin() + 1, aside.type(1));
  for (std::uint32_t i = 0; i < events / 2; ++i) {
    Typist each(5 + i, aside.tip());
    changes.push_back(each.type(1, &recent));
  }
  return changes;
}

/// The first to write in the second branch stands before a whole branch of which nothing else is known.
Changes one_after_the_other(std::uint32_t events) {
  Changes changes{base_of(2)};
  for (const std::uint64_t who : {2, 3}) {
    Typist each(who, EventName{kBase, Seq(1)});
    for (std::uint32_t i = 0; i < events / 2; ++i) changes.push_back(each.type(1));
  }
  return changes;
}

}  // namespace

std::string_view name_of(Hostile kind) {
  constexpr std::string_view names[] = {"same-spot-forwards",
                                        "same-spot-backwards",
                                        "alternating-deletes",
                                        "2000-replicas",
                                        "replica-for-each-key",
                                        "criss-cross",
                                        "rounds-of-16",
                                        "rounds-of-1000",
                                        "small-merges",
                                        "late-branches",
                                        "turns",
                                        "far-erasing",
                                        "old-heads",
                                        "same-spot-late"};
  return names[static_cast<std::size_t>(kind)];
}

std::vector<Change> hostile_history(Hostile kind, std::uint32_t events) {
  switch (kind) {
    case Hostile::forwards:
      return by_turns(events, 3, true);
    case Hostile::backwards:
      return by_turns(events, 3, false);
    case Hostile::deletes:
      return deletes(events);
    case Hostile::replicas:
      return by_turns(events, std::min(kReplicas, events / 20), false);
    case Hostile::single_keys:
      return by_turns(events, events, false);
    case Hostile::criss_cross:
      return criss_cross(events);
    case Hostile::rounds:
      return in_rounds(events, 16);
    case Hostile::thousand:
      return with_merges(events, std::min(kAgents, events / 10));
    case Hostile::small_merges:
      return with_merges(events, 3);
    case Hostile::late_branches:
      return branches(events, false);
    case Hostile::turns:
      return branches(events, true);
    case Hostile::far_erasing:
      return typing_and_far_erasing(events);
    case Hostile::old_heads:
      return old_heads(events);
    case Hostile::spot_late:
      break;
  }
  return one_after_the_other(events);
}

}  // namespace tutti::test
