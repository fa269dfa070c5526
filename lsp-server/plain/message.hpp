#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/base/strong.hpp"
#include "sync/text/coordinates.hpp"

namespace tutti::plain {

/// The number that a client gives a document's state. What comes later is greater; nothing else is certain of it.
using Version = Strong<struct VersionTag, std::int64_t>;

struct Range {
  text::Place from, to;
};

/// One of a `didChange`'s `contentChanges`: relates to the text after the ones before it.
struct Change {
  std::optional<Range> range;  ///< none: `text` is the whole text
  std::string text;

  /// Changes nothing, wherever it is. No key makes such a change; an empty edit of ours does.
  [[nodiscard]] bool is_empty() const { return range && range->from == range->to && text.empty(); }
};

}  // namespace tutti::plain
