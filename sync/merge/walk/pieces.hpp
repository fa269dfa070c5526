#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sync/merge/log/lv.hpp"
#include "sync/merge/walk/pool.hpp"

namespace tutti::merge {

/// Events in pieces that go on until the next one begins, each with a number. A long piece takes no memory for its events:
/// there are pages of 64 events only where pieces begin.
///
///   blocks   4,096 events each: in which of their pages pieces begin
///   pages       64 events each: where pieces begin; their numbers are in `values_`, at the places of their events
class Pieces {
 public:
  struct Piece {
    Lv begin;
    std::uint32_t value;
    bool down;  ///< the value is of the first event, those of the next go down from there
    [[nodiscard]] std::uint32_t value_at(Lv lv) const { return down ? value - (lv - begin) : value + (lv - begin); }
  };

  /// None, and none will begin before `first`.
  void reset(Lv first);
  /// Those before `end` may begin from here on.
  void reach(Lv end) {
    const std::size_t blocks = (std::size_t{end} - first_ + kBlock - 1) / kBlock;
    if (blocks > blocks_.size()) blocks_.resize(blocks);
  }
  /// A piece begins at `lv`, or gets another value.
  void put(Lv lv, std::uint32_t value, bool down = false) {
    const std::size_t at = lv - first_;
    const Block& block = blocks_.data()[at / kBlock];
    if ((block.used & bit_of(at / kPage)) == 0) add_page(at);
    Page& page = pages_[block.pages + at / kPage % kPage];
    page.begins |= bit_of(at);
    page.downs = down ? page.downs | bit_of(at) : page.downs & ~bit_of(at);
    page.values[at % kPage] = value;
  }
  /// The last that begins at `lv` or before; there must be one.
  [[nodiscard]] Piece find(Lv lv) const {
    const std::size_t at = lv - first_;
    const Block& block = blocks_.data()[at / kBlock];
    if ((block.used & bit_of(at / kPage)) != 0) {
      const Page& page = pages_[block.pages + at / kPage % kPage];
      const std::uint64_t begins = page.begins & up_to(at);
      if (begins != 0) return piece(at / kPage * kPage, page, highest(begins));
    }
    return find_before_page(at);
  }
  /// Where the next one after `lv` begins; `end` if that is not before it.
  [[nodiscard]] Lv next_begin(Lv lv, Lv end) const;
  [[nodiscard]] std::size_t memory() const;

 private:
  static constexpr std::size_t kPage = 64;
  static constexpr std::size_t kBlock = kPage * kPage;
  static constexpr std::uint32_t kNone = 0xffffffffU;

  struct Page {
    std::uint64_t begins = 0;         ///< bit set: a piece begins at this event
    std::uint64_t downs = 0;          ///< and its values go down
    std::uint32_t* values = nullptr;  ///< in `values_`
  };
  struct Block {
    std::uint64_t used = 0;       ///< bit set: a piece begins in this page
    std::uint32_t pages = kNone;  ///< the first of its pages, once there are any
  };

  static constexpr std::uint64_t bit_of(std::size_t at) { return std::uint64_t{1} << (at % 64); }
  /// The bits up to and including that one.
  static constexpr std::uint64_t up_to(std::size_t at) { return ~std::uint64_t{0} >> (63 - at % 64); }
  static std::size_t highest(std::uint64_t bits) { return 63U - static_cast<std::size_t>(std::countl_zero(bits)); }
  static std::size_t lowest(std::uint64_t bits) { return static_cast<std::size_t>(std::countr_zero(bits)); }

  [[nodiscard]] Piece piece(std::size_t page_start, const Page& page, std::size_t bit) const {
    return {first_ + static_cast<Lv>(page_start + bit), page.values[bit], (page.downs & bit_of(bit)) != 0};
  }
  [[nodiscard]] Piece find_before_page(std::size_t at) const;
  void add_page(std::size_t at);

  Lv first_ = 0;
  std::vector<Block> blocks_;
  Pool<Page> pages_;
  Pool<std::array<std::uint32_t, kPage>> values_;
};

}  // namespace tutti::merge
