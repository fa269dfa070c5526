#pragma once

#include <variant>
#include <vector>

#include "sync/session/core.hpp"

// The four kinds of request: what they mean for the files. How requests are numbered, ordered and answered is `order.hpp`.
namespace tutti::session {

/// It happened. `rows` say what changed; none when everything was so already.
struct Done {
  std::vector<record::Row> rows;
};
/// Its parents or an earlier sequence are not here; nothing happened, and the request does not count.
struct Unready {
  DocumentId document;
  std::string why;
};
using Outcome = std::variant<Done, Refusal, Unready>;

/// Whether the request can be carried out without holding up everybody. If not, part of what it takes is done by asking.
[[nodiscard]] bool is_ready(Core& core, const wire::FileEdit& message);
template <class Message>
[[nodiscard]] bool is_ready(Core& /*core*/, const Message& /*message*/) {
  return true;
}

/// Judges the rights and the request, and carries it out.
[[nodiscard]] Outcome perform(Core& core, const Connection& from, const wire::FileCreate& message);
[[nodiscard]] Outcome perform(Core& core, const Connection& from, const wire::FileEdit& message);
[[nodiscard]] Outcome perform(Core& core, const Connection& from, const wire::FileRename& message);
[[nodiscard]] Outcome perform(Core& core, const Connection& from, const wire::FileDelete& message);

/// What a request uses of its author's rates.
[[nodiscard]] Cost cost_of(const Core& core, const Connection& from, const wire::FileCreate& message);
[[nodiscard]] Cost cost_of(const Core& core, const Connection& from, const wire::FileEdit& message);
[[nodiscard]] inline Cost cost_of(const Core& /*core*/, const Connection& /*from*/, const wire::FileRename& /*message*/) {
  return {};
}
[[nodiscard]] inline Cost cost_of(const Core& /*core*/, const Connection& /*from*/, const wire::FileDelete& /*message*/) {
  return {};
}

/// Takes a change in for `author`, whoever brought it.
[[nodiscard]] Outcome take_change(Core& core, DocumentId document, const wire::Change& change, ParticipantId author);

/// Whether the effect of a request that was handled before is there to be seen. A rename leaves nothing that a later one could
/// not have changed again; it counts as there.
[[nodiscard]] bool happened(const Core& core, const wire::FileCreate& message);
[[nodiscard]] bool happened(Core& core, const wire::FileEdit& message);
[[nodiscard]] inline bool happened(const Core& /*core*/, const wire::FileRename& /*message*/) {
  return true;
}
[[nodiscard]] bool happened(const Core& core, const wire::FileDelete& message);
/// Whether that can be told at once. Does a part of what it needs, if not.
[[nodiscard]] bool can_tell(Core& core, const wire::FileEdit& message);
template <class Message>
[[nodiscard]] bool can_tell(Core& /*core*/, const Message& /*message*/) {
  return true;
}

}  // namespace tutti::session
