#pragma once

#include <vector>

#include "protocol/base/result.hpp"
#include "sync/merge/document.hpp"
#include "sync/merge/past/revival.hpp"
#include "sync/text/delta.hpp"

/// What a history would come to without some of its newest events. sift.cpp has the essay.
namespace tutti::merge {

struct Sieve {
  Known rest;                     ///< a version; the events that it lacks are sifted
  std::vector<EventRun> lost;     ///< of those, others': not wanted, nor are copies of what they inserted
  std::vector<EventRun> refused;  ///< not wanted either
  std::vector<Revival> revivals;  ///< what those that are wanted bring back
};

/// A character that is inserted for one that was erased.
struct Brought {
  std::uint64_t at = 0;  ///< its number among all inserted ones
  EventName erased;      ///< what erased the other one, and was not sifted
  friend bool operator==(const Brought&, const Brought&) = default;
};

struct Sifted {
  text::Delta from_all;          ///< from the text of all events to that of the wanted ones
  text::Delta from_rest;         ///< to the same from that of `Sieve::rest`
  std::vector<Brought> brought;  ///< by `from_rest`
};

/// What is not held of `sieve` is passed over. Linear in the events since those that are sifted began to part from the others.
[[nodiscard]] Result<Sifted> sift(const Document& document, const Sieve& sieve);

}  // namespace tutti::merge
