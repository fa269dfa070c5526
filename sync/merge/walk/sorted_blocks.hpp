#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace tutti::merge {

/// A set of many small values in order, in blocks: adding moves a part of one block, and giving all of it up costs by the block
/// and not by the value, which it does for a tree.
template <class T>
class SortedBlocks {
 public:
  void clear() {
    blocks_.clear();
    size_ = 0;
  }
  [[nodiscard]] std::size_t size() const { return size_; }

  void insert(const T& value) {
    if (blocks_.empty()) blocks_.emplace_back();
    auto block = block_of(value);
    if (block->size() == kMost) block = split(block, value);
    block->insert(std::upper_bound(block->begin(), block->end(), value), value);
    ++size_;
  }
  /// The first that is greater; null for none.
  [[nodiscard]] const T* first_above(const T& value) const {
    if (blocks_.empty()) return nullptr;
    const auto block = block_of(value);
    const auto above = std::upper_bound(block->begin(), block->end(), value);
    if (above != block->end()) return &*above;
    return block + 1 == blocks_.end() ? nullptr : &(block + 1)->front();
  }

 private:
#ifndef TUTTI_SMALL_NODES
  static constexpr std::size_t kMost = 256;
#else
  static constexpr std::size_t kMost = 4;  // so that tests meet every split
#endif
  using Blocks = std::vector<std::vector<T>>;  ///< none is empty, once there is anything

  /// The one in which the value belongs.
  [[nodiscard]] typename Blocks::const_iterator block_of(const T& value) const {
    const auto after = std::upper_bound(blocks_.begin() + 1, blocks_.end(), value,
                                        [](const T& v, const std::vector<T>& block) { return v < block.front(); });
    return after - 1;
  }
  [[nodiscard]] typename Blocks::iterator block_of(const T& value) {
    return blocks_.begin() + (std::as_const(*this).block_of(value) - blocks_.cbegin());
  }
  typename Blocks::iterator split(typename Blocks::iterator block, const T& value) {
    std::vector<T> upper(block->begin() + kMost / 2, block->end());
    block->resize(kMost / 2);
    block = blocks_.insert(block + 1, std::move(upper));
    return value < block->front() ? block - 1 : block;
  }

  Blocks blocks_;
  std::size_t size_ = 0;
};

}  // namespace tutti::merge
