#include "sync/session/folding.hpp"

#include <algorithm>
#include <limits>

namespace tutti::session {

void want_folded(Core& core, DocumentId document, merge::Document& text, std::uint64_t keep) {
  const auto kept = static_cast<std::uint32_t>(std::min<std::uint64_t>(keep, std::numeric_limits<std::uint32_t>::max()));
  if (text.begin_fold(kept, core.config.limits.fold_events)) core.folding.insert(document);
}

void fold_further(Core& core) {
  if (core.folding.empty()) return;
  const auto first = core.folding.begin();
  File* const file = core.files.find(*first);
  if (file == nullptr || file->text.fold_some(core.config.limits.fold_steps)) core.folding.erase(first);
}

}  // namespace tutti::session
