#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "sync/text/node.hpp"

namespace tutti::text {

/// A tree that is being edited, with a cursor on the leaf of the last edit.
///
/// Edits mostly hit the leaf of the edit before. While they do, only that leaf is written: its ancestors' sums are brought
/// up to date when the cursor moves away or somebody asks (`settle`). On the cursor's path every node has this tree as its
/// only owner; `share` ends that, and the next edit copies the path it takes.
class Tree {
 public:
  Tree() : root_(new Leaf) {}
  explicit Tree(std::string_view utf8) : root_(build(utf8)) {}
  explicit Tree(const Node* shared) : root_(const_cast<Node*>(shared)) { retain(shared); }
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;
  ~Tree() { release(root_); }

  /// `ascii`: the caller knows that it is.
  void insert(std::uint64_t at, std::string_view utf8, bool ascii);
  void erase(std::uint64_t from, std::uint64_t to);

  /// The tree with correct sums, for questions.
  [[nodiscard]] const Node* settled();
  /// The same with one more count on it, for a snapshot.
  [[nodiscard]] const Node* share();
  [[nodiscard]] Sum sum();
  [[nodiscard]] std::uint64_t digest();

 private:
  struct Step {
    Inner* node;
    std::uint32_t index;
  };

  /// Brings the cursor to the leaf with the gap before character `at`; with `inside`, to the leaf that holds that character.
  void seek(std::uint64_t at, bool inside);
  [[nodiscard]] bool reaches(std::uint64_t at, bool inside) const;
  void settle();
  static Node* own(Node*& slot);

  void insert_piece(std::uint64_t at, std::string_view piece, bool ascii);
  void split_around(std::uint32_t byte, std::string_view piece, Sum all);
  void insert_after(std::size_t depth, Node* fresh);
  void drop_leaf();
  void merge_small();
  bool merge_with(std::uint32_t left_index);
  void refresh_sums(std::size_t depth);

  Node* root_;
  Leaf* leaf_ = nullptr;     ///< null: no cursor
  std::uint64_t start_ = 0;  ///< characters left of `leaf_`
  Sum entered_;              ///< what the ancestors believe of `leaf_`
  std::size_t depth_ = 0;    ///< steps in use
  std::array<Step, kMaxHeight> path_;
};

}  // namespace tutti::text
