#pragma once

#include <cstdint>

#include "sync/text/node.hpp"

// A hash of a text that follows its edits.
//
//     digest(ab) = digest(a) * base^bytes(b) + digest(b)         in 64 bits, so that it does not matter where the leaves end
//
// Each node keeps its own. An edit forgets those on its way from the root to its leaf, and the next question finds out these
// again and no others: a leaf of 1 KB and a few sums, however long the text is. It finds accidents, and is none of those hashes
// that somebody who means ill cannot outwit.
namespace tutti::text {

/// Of a tree that nobody is writing to. The owner's thread.
[[nodiscard]] std::uint64_t digest(const Node* node);

/// Before a node is written to.
inline void forget_digest(const Node* node) {
  node->digest.store(0, std::memory_order_relaxed);
}

}  // namespace tutti::text
