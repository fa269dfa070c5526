#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sync/merge/document.hpp"
#include "sync/peer/file.hpp"
#include "sync/text/delta.hpp"

// The end of a repair: what is ours and still wanted, on top of the hub's copy.
namespace tutti::peer {

/// What a repair comes to, beside the hub's copy with our wanted text on top.
struct Repaired {
  std::vector<merge::Change> changes;    ///< ours, to be sent
  std::vector<merge::Revival> revivals;  ///< what they bring back
  text::Delta shown;                     ///< from the text that was shown here to the new one
};
/// `mine` is the copy that went astray, `hub` what the hub holds and in the end our copy. What `mine` has more is made again by
/// the newest of `own`, the replicas that we wrote as, save for others' changes and the refused ones.
[[nodiscard]] Result<Repaired> make_again(merge::Document& mine, merge::Document& hub, const Repair& repair,
                                          const std::vector<ReplicaId>& own);
/// What is ours and not at the hub.
[[nodiscard]] std::string words_lacking(const merge::Document& mine, const merge::Document& hub,
                                        std::optional<merge::EventName> spent, const std::vector<ReplicaId>& own);

}  // namespace tutti::peer
