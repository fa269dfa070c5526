#pragma once

#include <cstdint>
#include <vector>

#include "lsp-server/link/message.hpp"
#include "lsp-server/plain/course.hpp"
#include "lsp-server/plain/message.hpp"
#include "lsp-server/plain/profile.hpp"
#include "sync/text/delta.hpp"
#include "sync/text/rope.hpp"

namespace tutti::plain {

/// An edit that the client was sent and that is neither known to have landed nor known to have not.
struct Flight {
  text::Delta delta;
  std::vector<link::Replacement> hunks;  ///< the same as the client is told it, without the dressing
  Course target;                         ///< the shadow with it
  Version version;                       ///< the state that it was made for
  std::uint64_t number = 0;              ///< of the push; 0 for one that the client asked for
  bool answered = false;                 ///< the client said that it applied it
  Instant sent{}, answered_at{}, repeat_at{};
  std::int64_t repeat_ms = 700;

  [[nodiscard]] bool was_pulled() const { return number == 0; }
  /// The client applies it to whatever text it has.
  [[nodiscard]] bool is_unchecked(const Profile& profile) const {
    return was_pulled() || (profile.zero_is_unchecked && version.value == 0);
  }
};

/// Takes what `wait` brings, as far as this client can hold it; `wait` keeps the rest. No hunks: nothing can be sent.
[[nodiscard]] Flight take_off(const text::Rope& shadow, text::Delta& wait, const Profile& profile);

/// The hunks as they are sent to this client. A *signature*, an empty insert that is applied last, tells by its echo that it
/// was the edit that made this text and not a key; an empty insert behind a hunk of several lines makes an old Neovim forget
/// the line that it would otherwise read after it was freed.
[[nodiscard]] std::vector<link::Replacement> dressed(const std::vector<link::Replacement>& hunks, const Profile& profile);

}  // namespace tutti::plain
