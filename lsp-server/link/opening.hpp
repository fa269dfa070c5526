#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sync/text/delta.hpp"
#include "sync/text/rope.hpp"

namespace tutti::link {

/// What the buffer may have grown from, the most trusted first. Empty optional: not known.
struct Bases {
  std::optional<text::Snapshot> shadow;  ///< what this editor had when it closed the document
  std::optional<text::Snapshot> buffer;  ///< what it grew to from `shadow` while the document was out of the session
  std::optional<text::Delta> flight;     ///< the edit of `shadow` that was on its way then, and may have landed
  std::optional<text::Snapshot> disk;    ///< last known on disk
  std::optional<text::Snapshot> read;  ///< on the disk when it closed: whoever reloads may have read it before the mirror wrote
  std::optional<text::Snapshot> kept;  ///< what an earlier process knew of the buffer, perhaps a little too old
  /// With what the editor opened the document, if the session had just that a moment ago: `held_lately`. Then the buffer grew
  /// from this and from nothing else.
  std::optional<text::Snapshot> opened = {};
  /// What the replica held of late, newest first. After a restart an edit that the process before had sent may have landed:
  /// then the buffer grew from `kept` to one of these.
  std::vector<text::Snapshot> recent = {};
};

inline constexpr std::size_t most_recent_bases = 32;         ///< of `recent`, the newest
inline constexpr std::size_t most_recent_bytes = 256 << 10;  ///< of a buffer that is compared with all of them

/// An editor reads a file some tenths of a second before it says so, and others' edits may come to the disk in between. So what
/// it `opened` is looked for among what the replica held of late (`recent`, newest first), but not before what this editor is
/// known to have had already: who is back at that took something out. Answers it without its carriage returns.
[[nodiscard]] std::optional<text::Snapshot> held_lately(const std::vector<text::Snapshot>& recent, const Bases& bases,
                                                        const text::Snapshot& opened);

/// Three-way: both start from a common base, `mine` leads from it to the buffer, `theirs` to the replica.
struct Fork {
  text::Delta mine, theirs;
};

/// The base that is nearest to what was opened, since close-and-open has several reasons: hot exit (the shadow), a reload (the
/// disk), an edit that landed unacknowledged. Where none fits exactly, work that both sides hold alike (it had reached the hub
/// before a restart) is taken once. Without any base both texts are kept.
[[nodiscard]] Fork fork(const Bases& bases, std::string_view opened, std::string_view replica);

/// How a buffer and the replica become one text: `local` is for the replica, `wait` for the buffer. Neither keeps a carriage
/// return.
struct Meeting {
  text::Delta local, wait;
};
[[nodiscard]] Meeting meet(const Bases& bases, const std::string& opened, const std::string& replica);

}  // namespace tutti::link
