#pragma once

#include <optional>
#include <vector>

#include "lsp-server/plain/message.hpp"
#include "lsp-server/plain/profile.hpp"
#include "sync/text/delta.hpp"
#include "sync/text/rope.hpp"

/// The joining of two lines in two messages: Neovim tells it as an insert of the second line's text behind the first, and a
/// deletion of the second. Taken one by one they would be a copy and the loss of the original, with all that others write
/// into it meanwhile.
namespace tutti::plain {

/// The first half, sent out as typing since the other did not come in time.
struct Half {
  text::Snapshot before;
  text::Delta insert;
};

/// An insert at a line's end of what the next lines say: the first half, most likely.
[[nodiscard]] bool begins_join(const text::Rope& before, const std::vector<Change>& changes, const Profile& profile);

/// `then` finishes the joining: what is left to do so that the original stays and the copy goes, which comes to the same text.
[[nodiscard]] std::optional<text::Delta> rest_of_join(const Half& half, const text::Delta& then);

}  // namespace tutti::plain
