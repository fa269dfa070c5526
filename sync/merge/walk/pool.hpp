#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace tutti::merge {

/// Nodes named by index, as a vector has them, but in blocks, so that growing neither moves them nor needs room for twice as
/// many. A new node's content is unspecified. `clear` keeps the memory.
template <class Node>
class Pool {
 public:
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t memory() const { return blocks_.size() * kBlock * sizeof(Node); }
  void clear() { size_ = 0; }

  Node& operator[](std::size_t index) { return blocks_[index / kBlock][index % kBlock]; }
  const Node& operator[](std::size_t index) const { return blocks_[index / kBlock][index % kBlock]; }

  Node& add() {
    if (size_ == blocks_.size() * kBlock) blocks_.push_back(std::make_unique_for_overwrite<Node[]>(kBlock));
    return (*this)[size_++];
  }

 private:
  static constexpr std::size_t kBlock = 32;
  std::vector<std::unique_ptr<Node[]>> blocks_;
  std::size_t size_ = 0;
};

}  // namespace tutti::merge
