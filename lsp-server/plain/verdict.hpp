#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "lsp-server/plain/flight.hpp"
#include "lsp-server/plain/message.hpp"
#include "lsp-server/plain/profile.hpp"

namespace tutti::plain {

/// What a `didChange` says of the edit in flight.
struct Verdict {
  enum class Kind {
    landed,            ///< changes up to `after` are its echo, the rest is typing
    landed_somewhere,  ///< it is in the text; what else the person did is told by comparing
    raced,             ///< changes up to `before` are typing, then it was applied to a text that it was not made for
    missed,            ///< it is not in the text, and will not be
    undecided,         ///< the next message may tell; if none comes within `patience_ms`, ask again
  };
  Kind kind = Kind::missed;
  std::size_t before = 0, after = 0;
  std::int64_t patience_ms = 0;
};

/// What the client told since the edit was sent, one `didChange` or several taken together.
struct Testimony {
  Version version;  ///< of the last
  std::vector<Change> changes;
  std::int64_t age_ms = 0;  ///< since the first came, or the answer if that was later; 0 while there is more to hear
};

/// A version is a compare-and-swap: the edit is accepted only while the buffer is at the version that it was made for. So in
/// the ordered stream of changes it comes first after that version, or never; whatever lets a client break that rule is in
/// its profile. The edit is given up only for what the text says, never for the time that passed: the limits only keep typing
/// from being held for a client that went silent.
[[nodiscard]] Verdict judge(const Flight& flight, const text::Rope& shadow, const Testimony& told, const Profile& profile);

/// Of an edit that the client asked for, that was taken for thrown away, and that came to a newer text after all: `raced`, or
/// nothing. `shadow` is the newer text.
[[nodiscard]] std::optional<Verdict> judge_late(const Flight& flight, const text::Rope& shadow, const Testimony& told,
                                                const Profile& profile);

}  // namespace tutti::plain
