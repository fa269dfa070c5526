#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>

#include "sync/merge/change.hpp"

namespace tutti::test {

/// One who makes changes by hand: each follows the one before, and `also` if given.
class Typist {
 public:
  Typist(std::uint64_t id, merge::EventName base) : name_{ReplicaId(static_cast<std::uint32_t>(id)), Seq(0)}, tip_(base) {}

  merge::Change type(std::uint64_t at, const merge::EventName* also = nullptr) {
    return next({text::Chars(at), text::Chars(0), "x"}, also);
  }
  merge::Change erase(std::uint64_t at) { return next({text::Chars(at), text::Chars(1), ""}, nullptr); }
  /// The same on a version that holds all of its own before.
  merge::Change type_on(merge::Version version, std::uint64_t at) {
    return made(std::move(version), {text::Chars(at), text::Chars(0), "x"});
  }
  [[nodiscard]] merge::EventName tip() const { return tip_; }

 private:
  merge::Change next(merge::Patch patch, const merge::EventName* also) {
    merge::Version parents{tip_};
    if (also != nullptr) parents.push_back(*also);
    std::sort(parents.begin(), parents.end());
    return made(std::move(parents), std::move(patch));
  }
  merge::Change made(merge::Version parents, merge::Patch patch) {
    merge::Change change{name_.replica, name_.seq, std::move(parents), {std::move(patch)}};
    tip_ = name_;
    name_.seq += 1;
    return change;
  }

  merge::EventName name_;
  merge::EventName tip_;
};

}  // namespace tutti::test
