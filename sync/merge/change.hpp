#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "protocol/base/strong.hpp"
#include "sync/text/coordinates.hpp"

namespace tutti::merge {

/// One inserted or deleted character, named for ever. (The document is the third part of an op's name, D3.)
struct EventName {
  ReplicaId replica;
  Seq seq;
  friend auto operator<=>(const EventName&, const EventName&) = default;
};

/// So many of one replica's events, one behind the other.
struct EventRun {
  EventName first;
  std::uint64_t count = 0;
  friend bool operator==(const EventRun&, const EventRun&) = default;
};

/// A version: the newest events it holds, minimal, sorted. Everything before them in the graph is held too.
using Version = std::vector<EventName>;

/// What a copy holds of each replica: its events [0, next). Sorted by replica, no zero entries.
using Known = std::vector<std::pair<ReplicaId, Seq>>;

/// Erases [at, at + erase), then inserts at `at`; counted in characters of the text after the patches before this one.
/// Counts as `erase` events followed by one event for each inserted character.
struct Patch {
  text::Chars at;
  text::Chars erase;
  std::string insert;  ///< UTF-8
  friend bool operator==(const Patch&, const Patch&) = default;
};

/// The unit that is made, sent, stored and acknowledged: patches of one replica, made one after the other at one version.
/// Immutable: a resend is identical, also in how the events are cut into changes.
struct Change {
  ReplicaId replica;
  Seq seq;          ///< of its first event
  Version parents;  ///< what the first event was typed against; each later event follows the one before
  std::vector<Patch> patches;
  friend bool operator==(const Change&, const Change&) = default;
};

/// `known` with what the changes hold, whose rests before them are known.
void add_to(Known& known, std::span<const Change> changes);

/// How many events a change holds; the most that there can be said of one that claims more.
[[nodiscard]] std::uint64_t event_count(const Change& change);

/// Declared bounds of one change. A longer edit is cut into several changes by `Document::edit`.
struct Limits {
  std::size_t patches = 1024;             ///< a change is taken in as a whole, some 3 µs a patch where many wrote at one place
  std::size_t insert_bytes = 256 * 1024;  ///< inserted text of all patches together
  std::size_t parents = 4096;  ///< more than can write at once; whoever has them all makes one head of them by the next edit
  std::uint64_t document_chars = 16 * 1024 * 1024;
};

}  // namespace tutti::merge
