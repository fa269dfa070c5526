#pragma once

#include <vector>

#include "protocol/base/result.hpp"
#include "sync/merge/document.hpp"
#include "sync/text/delta.hpp"

/// Questions to the history of a document, answered by walking what there is to walk and nothing before it.
namespace tutti::merge {

/// Whose the characters of the text are. One who brings erased text back by an undo is its writer.
struct BlameRun {
  text::Chars count;
  ReplicaId replica;
  friend bool operator==(const BlameRun&, const BlameRun&) = default;
};
/// The whole text, from its start; neighbours are of different replicas. Walks the whole history: for a person who asks.
[[nodiscard]] Result<std::vector<BlameRun>> blame(const Document& document);

/// What makes the text at `from` the text at `to`: character by character what happened, not what could have. Either may be the
/// older one, or they may be concurrent. Costs what lies between them. `not_found` when a version is not held.
[[nodiscard]] Result<text::Delta> difference(const Document& document, const Version& from, const Version& to);

}  // namespace tutti::merge
