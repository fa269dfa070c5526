#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "sync/text/coordinates.hpp"

namespace tutti::text {

struct Node;  // a subtree, private to the room
class Tree;   // a tree that is being edited, private to the room

/// Shares ownership of an immutable subtree. The count is atomic, so that the last owner may be on any thread.
class NodeRef {
 public:
  NodeRef() = default;
  /// Takes over a count that the caller holds.
  explicit NodeRef(const Node* owned) : node_(owned) {}
  NodeRef(const NodeRef& other);
  NodeRef(NodeRef&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  NodeRef& operator=(NodeRef other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~NodeRef();

  [[nodiscard]] const Node* get() const { return node_; }

 private:
  const Node* node_ = nullptr;
};

/// An immutable text: a value that is cheap to copy and safe to hand to another thread.
/// All positions beyond the end are clamped to it, columns beyond their line to the line's end (LSP's rule), and a
/// column that falls inside a character to that character's start.
class Snapshot {
 public:
  Snapshot();

  [[nodiscard]] Summary summary() const;
  [[nodiscard]] Chars size() const { return summary().chars; }
  [[nodiscard]] std::string str() const;
  [[nodiscard]] std::string str(Chars from, Chars to) const;

  [[nodiscard]] Chars to_chars(Place place, Encoding encoding) const;
  [[nodiscard]] Chars to_chars(Bytes at) const;
  [[nodiscard]] Place to_place(Chars at, Encoding encoding) const;
  [[nodiscard]] Bytes to_bytes(Chars at) const;
  [[nodiscard]] Chars line_start(Lines line) const;

  /// The longest contiguous piece that starts at byte `at`, empty at the end. Valid as long as this snapshot lives.
  /// This is the read callback that tree-sitter asks for.
  [[nodiscard]] std::string_view read(Bytes at) const;
  /// Calls `piece` for each contiguous piece of the text, in order.
  void each(const std::function<void(std::string_view)>& piece) const;

  friend bool operator==(const Snapshot& a, const Snapshot& b);

 private:
  friend class Rope;
  explicit Snapshot(NodeRef root);
  NodeRef root_;
};

/// A mutable text in a balanced tree with summaries. One owner, one thread; hand out `snapshot()`.
/// Content must be valid UTF-8 (checked where bytes enter the process, not here).
class Rope {
 public:
  Rope();
  explicit Rope(std::string_view utf8);
  Rope(Rope&&) noexcept;
  Rope& operator=(Rope&&) noexcept;
  Rope(const Rope&);
  Rope& operator=(const Rope&);
  ~Rope();

  /// `at` must not exceed `size()`.
  void insert(Chars at, std::string_view utf8);
  /// The same for a caller who knows how many characters it is.
  void insert(Chars at, std::string_view utf8, Chars count);
  /// Removes [from, to); `from <= to <= size()`.
  void erase(Chars from, Chars to);

  [[nodiscard]] Summary summary() const;
  [[nodiscard]] Chars size() const { return summary().chars; }
  [[nodiscard]] std::string str() const;
  [[nodiscard]] std::string str(Chars from, Chars to) const;
  [[nodiscard]] Chars to_chars(Place place, Encoding encoding) const;
  [[nodiscard]] Place to_place(Chars at, Encoding encoding) const;
  /// The same for the same text on every machine. What edits left alone since the last time is not looked at again.
  [[nodiscard]] std::uint64_t hash() const;

  /// Cheap: shares the tree; later edits copy only what they touch.
  [[nodiscard]] Snapshot snapshot() const;

 private:
  std::unique_ptr<Tree> tree_;
};

}  // namespace tutti::text
