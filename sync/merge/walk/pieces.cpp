#include "sync/merge/walk/pieces.hpp"

#include <algorithm>

namespace tutti::merge {

void Pieces::reset(Lv first) {
  first_ = first;
  blocks_.clear();
  pages_.clear();
  values_.clear();
}

void Pieces::add_page(std::size_t at) {
  Block& block = blocks_[at / kBlock];
  if (block.pages == kNone) {
    block.pages = static_cast<std::uint32_t>(pages_.size());
    for (std::size_t i = 0; i < kPage; ++i) pages_.add() = {};
  }
  block.used |= bit_of(at / kPage);
  pages_[block.pages + at / kPage % kPage].values = values_.add().data();
}

Pieces::Piece Pieces::find_before_page(std::size_t at) const {
  std::size_t number = at / kBlock;
  std::uint64_t used = blocks_[number].used & (bit_of(at / kPage) - 1);
  while (used == 0) used = blocks_[--number].used;
  const std::size_t in_block = highest(used);
  const Page& page = pages_[blocks_[number].pages + in_block];
  return piece(number * kBlock + in_block * kPage, page, highest(page.begins));
}

Lv Pieces::next_begin(Lv lv, Lv end) const {
  std::size_t at = lv + 1 - first_;
  const std::size_t stop = end - first_;
  if (at >= stop) return end;
  if (const Block& block = blocks_[at / kBlock]; (block.used & bit_of(at / kPage)) != 0) {
    const std::uint64_t begins = pages_[block.pages + at / kPage % kPage].begins & ~(bit_of(at) - 1);
    if (begins != 0) return std::min(end, first_ + static_cast<Lv>(at / kPage * kPage + lowest(begins)));
  }
  for (at = (at / kPage + 1) * kPage; at < stop; at = (at / kBlock + 1) * kBlock) {
    const Block& block = blocks_[at / kBlock];
    const std::uint64_t used = block.used & ~(bit_of(at / kPage) - 1);
    if (used == 0) continue;
    const std::size_t in_block = lowest(used);
    const std::size_t start = at / kBlock * kBlock + in_block * kPage;
    return std::min(end, first_ + static_cast<Lv>(start + lowest(pages_[block.pages + in_block].begins)));
  }
  return end;
}

std::size_t Pieces::memory() const {
  return blocks_.capacity() * sizeof(Block) + pages_.memory() + values_.memory();
}

}  // namespace tutti::merge
