#pragma once

#include <optional>

#include "protocol/base/strong.hpp"
#include "protocol/base/uuid.hpp"
#include "sync/text/delta.hpp"
#include "sync/text/rope.hpp"

// One formatter at a time for each file. Two people whose editors format on save would put the same blanks in twice, or undo
// each other's style for ever. So for a while after somebody's formatter was at a file, no other's is taken. Another's that
// comes soon after one's own was made without knowing of it; then who has the larger id takes back what is theirs. Nobody has
// to ask anybody.
namespace tutti::lsp {

inline constexpr std::int64_t formatter_ms = 10'000;  ///< a file stays with the formatter that was there last
inline constexpr std::size_t least_hunks = 3;         ///< what a formatter changes at least; people change one place, or two

/// Whether `edit` is what formatters make: blanks and punctuation at several places, no letter and no digit, neither written
/// nor taken away. `before` is the text that it was applied to; without it what is taken away is not looked at.
[[nodiscard]] bool is_formatting(const text::Delta& edit, const std::optional<text::Snapshot>& before);

/// Whose formatter a file is with. Of one open document.
class FormatterTurn {
 public:
  /// Another's, for `formatter_ms` from the edit on.
  [[nodiscard]] std::optional<ParticipantId> holder(Instant now) const;
  /// An edit of one's own was taken, or undone. Any but a formatter's is the newest then, and what was before stays.
  void own(bool formats, Instant now);
  /// That of `author` came to `self`.
  void others(ParticipantId author, ParticipantId self, Instant now);
  /// One's own is to be taken back. True once.
  [[nodiscard]] bool take_back_due();

 private:
  std::optional<ParticipantId> holder_;
  Instant others_at_{};
  std::optional<Instant> own_at_;
  bool take_back_ = false;
};

}  // namespace tutti::lsp
