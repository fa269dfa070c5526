#pragma once

#include <cstdint>

#include "sync/merge/change.hpp"
#include "sync/merge/log/lv.hpp"

namespace tutti::merge {

/// A point of a history at which there was one version only, between two changes: everything up to it in sum. Who has the text
/// there can take in all that follows it, and needs the events before it for what reaches back only.
struct Cut {
  Lv events = 0;   ///< before it
  Known known;     ///< what they are of each replica
  EventName head;  ///< the newest of them; of no meaning where there are none
  friend bool operator==(const Cut&, const Cut&) = default;
};

}  // namespace tutti::merge
