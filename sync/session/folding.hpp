#pragma once

#include "sync/session/core.hpp"

// Old history is packed a part at a time, on a `Tick`, while nobody waits for it.
namespace tutti::session {

/// A text has grown, or will not be asked for any more: its older part is to be folded once that is worth it. `keep`: newest
/// events that stay as they are.
void want_folded(Core& core, DocumentId document, merge::Document& text, std::uint64_t keep);
/// One part, of one document.
void fold_further(Core& core);

}  // namespace tutti::session
