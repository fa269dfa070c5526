#include "tests/merge/hostile.hpp"

#include <algorithm>
#include <string>

namespace tutti::test {

using merge::Change;
using merge::EventName;
using merge::Version;
using text::Chars;

namespace {

constexpr std::uint32_t kReplicas = 2000;
constexpr ReplicaId kBase{1};

/// One who types: each keystroke follows the one before, and `also` if given.
class Typist {
 public:
  Typist(std::uint64_t id, EventName base) : name_{ReplicaId(static_cast<std::uint32_t>(id)), Seq(0)}, tip_(base) {}

  Change type(std::uint64_t at, const EventName* also = nullptr) { return next({Chars(at), Chars(0), "x"}, also); }
  Change erase(std::uint64_t at) { return next({Chars(at), Chars(1), ""}, nullptr); }
  [[nodiscard]] EventName tip() const { return tip_; }

 private:
  Change next(merge::Patch patch, const EventName* also) {
    Version parents{tip_};
    if (also != nullptr) parents.push_back(*also);
    std::sort(parents.begin(), parents.end());
    Change change{name_.replica, name_.seq, std::move(parents), {std::move(patch)}};
    tip_ = name_;
    name_.seq += 1;
    return change;
  }

  EventName name_;
  EventName tip_;
};

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

}  // namespace

std::string_view name_of(Hostile kind) {
  switch (kind) {
    case Hostile::forwards:
      return "same-spot-forwards";
    case Hostile::backwards:
      return "same-spot-backwards";
    case Hostile::deletes:
      return "alternating-deletes";
    case Hostile::replicas:
      return "2000-replicas";
    case Hostile::single_keys:
      return "replica-for-each-key";
    case Hostile::criss_cross:
      break;
  }
  return "criss-cross";
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
      break;
  }
  return criss_cross(events);
}

}  // namespace tutti::test
