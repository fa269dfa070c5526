#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "sync/peer/journal/record.hpp"
#include "sync/text/rope.hpp"

namespace tutti::peer {

/// What of the peer's state is in its journal, and what has to be written into it next.
///
/// A text is *kept* while an editor has it or something of ours in it is not safe: then the journal holds it whole, and every
/// change of it from there on. Everything else the hub has.
struct Diary {
  std::optional<journal::Owner> owner;  ///< none: no journal is kept
  bool anew = true;                     ///< whose journal it is has changed: all of it is to be written
  bool given_up = false;                ///< that the replica is has been handed out
  std::string out;                      ///< framed records that are not handed out yet

  std::unordered_map<DocumentId, std::string> lines;  ///< the newest record of each file
  std::set<DocumentId> touched;                       ///< files whose record may be another
  std::set<DocumentId> kept;
  std::set<DocumentId> due;                   ///< kept texts that are to be written whole
  std::set<DocumentId> open;                  ///< an editor has them
  std::set<DocumentId> in_step;               ///< the editor has all that the journal has of them
  std::map<DocumentId, text::Snapshot> disk;  ///< of kept texts, what the disk holds
  std::set<DocumentId> loose;                 ///< kept ones that perhaps need not be any more
  /// Of texts that are not kept, the first event of the replica that is not used up. A hub that knows of fewer is behind.
  std::map<DocumentId, Seq> used;

  std::uint64_t last_ask = 0;                                      ///< newest request that was handed out
  std::uint64_t number = 0;                                        ///< of the newest `Journal`
  std::deque<std::pair<std::uint64_t, std::uint64_t>> on_the_way;  ///< number, and the newest request up to it
  std::uint64_t safe_ask = 0;                                      ///< newest request that is on the disk
  std::string trouble;                                             ///< why nothing can be written; empty: all is well
};

}  // namespace tutti::peer
