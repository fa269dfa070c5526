#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sync/text/coordinates.hpp"

namespace tutti::text {

// The tree of a text.
//
//            Inner {sum, sum, sum}                 every Inner holds, per child, the sum of all that is below it
//           /          |          \                all leaves are equally deep
//      Inner{..}    Inner{..}   Inner{..}          a leaf holds whole characters only and is empty only as the root
//      /  |  \       /   \       |    \            .
//   Leaf Leaf Leaf Leaf Leaf   Leaf  Leaf
//
// Nodes count their owners. A node with one owner, whose ancestors have one owner each, belongs to the one Tree that edits it;
// any other node is immutable (Tree::own copies it before it writes). So a Snapshot is one count on the root.
//
// Nodes are never filled up again after deletions, only merged with a neighbour where both fit, and freed when empty. That
// keeps the depth bounded by the number of splits, which is what matters.

#ifndef TUTTI_SMALL_NODES
inline constexpr std::uint32_t kLeafBytes = 992;  // with its header just under 1 KiB
inline constexpr std::uint32_t kFan = 16;
#else
inline constexpr std::uint32_t kLeafBytes = 48;  // so that tests meet every split
inline constexpr std::uint32_t kFan = 4;
#endif
inline constexpr std::size_t kMaxHeight = 32;  // beyond reach: every level doubles the number of splits needed

/// `Summary` in 32 bits: texts are far below 4 GiB.
struct Sum {
  std::uint32_t bytes = 0;
  std::uint32_t chars = 0;
  std::uint32_t utf16 = 0;
  std::uint32_t lines = 0;

  Sum& operator+=(const Sum& o) {
    bytes += o.bytes;
    chars += o.chars;
    utf16 += o.utf16;
    lines += o.lines;
    return *this;
  }
  /// Differences may be negative for a while; they wrap and add up all the same.
  Sum& operator-=(const Sum& o) {
    bytes -= o.bytes;
    chars -= o.chars;
    utf16 -= o.utf16;
    lines -= o.lines;
    return *this;
  }
  [[nodiscard]] bool is_ascii() const { return bytes == chars; }
};

[[nodiscard]] Sum sum_of(std::string_view utf8);

struct Node {
  explicit Node(std::uint32_t h) : height(h) {}
  mutable std::atomic<std::uint32_t> owners{1};
  std::uint32_t height;                          ///< 0 for a leaf
  mutable std::atomic<std::uint64_t> digest{0};  ///< of the text below (digest.hpp); 0: to be found out
};

struct Leaf : Node {
  Leaf() : Node(0) {}
  Sum sum;
  std::array<char, kLeafBytes> data;  ///< `sum.bytes` of it are text

  [[nodiscard]] std::string_view view() const { return {data.data(), sum.bytes}; }
  /// The byte where character `chars` of this leaf begins.
  [[nodiscard]] std::uint32_t byte_of(std::uint32_t chars) const;
};

struct Inner : Node {
  explicit Inner(std::uint32_t h) : Node(h) {}
  std::uint32_t count = 0;
  std::array<Node*, kFan> child;
  std::array<Sum, kFan> sum;
};

inline const Leaf* as_leaf(const Node* node) {
  return static_cast<const Leaf*>(node);
}
inline const Inner* as_inner(const Node* node) {
  return static_cast<const Inner*>(node);
}
inline Leaf* as_leaf(Node* node) {
  return static_cast<Leaf*>(node);
}
inline Inner* as_inner(Node* node) {
  return static_cast<Inner*>(node);
}

[[nodiscard]] Sum sum_of(const Node* node);

void retain(const Node* node);
/// Gives up one count; the last one frees the subtree.
void release(const Node* node);

/// A tree with full leaves. The caller owns the count.
[[nodiscard]] Node* build(std::string_view utf8);
/// A copy that has one owner and shares its children.
[[nodiscard]] Node* clone(const Node* node);

}  // namespace tutti::text
