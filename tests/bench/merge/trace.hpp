#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sync/merge/change.hpp"

namespace tutti::bench {

/// One edit at one place, in characters.
struct FlatPatch {
  std::uint32_t at = 0;
  std::uint32_t erase = 0;
  std::uint32_t text = 0;  ///< offset into `Trace::content`
  std::uint32_t bytes = 0;
  std::uint32_t chars = 0;
};

/// An editing history: who changed what when, and the text that must come of it.
struct Trace {
  std::string name;
  std::vector<merge::Change> changes;  ///< in causal order
  std::string end;                     ///< the text after all of them
  bool end_is_promised = true;         ///< false where the result hangs on an order of concurrent inserts that may differ
  bool sequential = false;
  std::vector<FlatPatch> flat;  ///< sequential only
  std::string content;          ///< of the flat patches
};

/// All `*.json.gz` of a folder, in the format of editing-traces (github.com/josephg/editing-traces): sequential ones, and
/// concurrent ones whose transactions name their parents by index. Exits with a message when something cannot be read.
std::vector<Trace> read_traces(const std::string& folder, const std::string& only);

/// Histories made up from a seed: one writer, two live writers, branches.
std::vector<Trace> make_traces();

}  // namespace tutti::bench
