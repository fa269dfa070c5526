#pragma once

#include <cstdint>
#include <vector>

#include "protocol/base/strong.hpp"
#include "sync/text/coordinates.hpp"
#include "sync/text/delta.hpp"

namespace tutti::text {

/// On which side of an insert at its very place an anchor stays.
enum class Bias { left, right };

/// Places in a text that keep their place while the text changes: carets, selections, locked ranges, comments, what a compiler
/// complained about. A place whose surroundings are erased stands where they were. The same answers as `carry`, for thousands
/// of places at the price of a few: a step of a delta costs the logarithm of their number.
///
/// A treap for each bias, ordered by place. To insert text moves everything behind a place, to erase it moves and flattens a
/// stretch; both are noted at the top of a subtree and come down when somebody passes.
///
///        (9)  +3 for all below, not done yet
///        / .
///     (4)   (12)      `at` of the right one: 12 + 3
///
class Anchors {
 public:
  using Id = Strong<struct AnchorTag, std::uint32_t>;

  Id add(Chars at, Bias bias);
  /// The id may be given out again.
  void remove(Id id);
  [[nodiscard]] Chars at(Id id) const;
  [[nodiscard]] std::size_t size() const { return nodes_.size() - 1 - free_.size(); }

  /// The text was changed.
  void carry(const Delta& delta);

 private:
  using Ref = std::uint32_t;  ///< into `nodes_`; 0: none
  /// What has to be done to a place: first `flat` (all become `to`), then `add`.
  struct Shift {
    std::int64_t add = 0;
    std::uint64_t to = 0;
    bool flat = false;

    [[nodiscard]] std::uint64_t of(std::uint64_t at) const;
    void then(const Shift& next);
  };
  struct Node {
    std::uint64_t at = 0;
    Shift below;  ///< not done to the children yet
    std::uint32_t rank = 0;
    Ref parent = 0, left = 0, right = 0;
    Bias bias = Bias::left;
  };
  /// Those before a place, and the rest.
  struct Halves {
    Ref before, rest;
  };

  void insert_text(std::uint64_t at, std::uint64_t count);
  void erase_text(std::uint64_t at, std::uint64_t count);
  [[nodiscard]] Ref& root(Bias bias) { return bias == Bias::left ? left_ : right_; }

  void shift(Ref node, const Shift& by);
  void push(Ref node);
  void adopt(Ref node);
  Halves split(Ref node, std::uint64_t at);
  Ref merge(Ref before, Ref rest);

  std::vector<Node> nodes_{1};
  std::vector<Ref> free_;
  Ref left_ = 0, right_ = 0;  ///< roots
  std::uint32_t ranks_ = 0;   ///< last rank given out, before it was scrambled
};

}  // namespace tutti::text
