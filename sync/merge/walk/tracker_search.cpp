#include <algorithm>
#include <bit>

#include "sync/merge/walk/tracker.hpp"

namespace tutti::merge {

// Finding a place among many that were typed at one spot, in time that grows with the logarithm of how many they are.
//
// X is to stand between its origins L and R, and everything there is hidden to its author. FugueMax has it in this order:
//
//     L  (n n F)  …  (n E1)  (E2)  (n n n E3)  …  (n G)  …  |  others  R
//
//   E   left origin L, right origin R: X's equals, by name        F, G   left origin L, right origin beyond R, short of R
//   n   right before what its right origin is: an F, E, G or n    …      what was typed after those: left origin right of L
//   |   from here on left origins are left of L
//
// X stands before the block of the first E with a higher name; if there is none, after the last E or F and all that was typed
// after it. The E's of all places are kept in order, so that the one is looked up. For the rest, origins are compared by where
// they stand:
//
//   - In E's block right origins are at E or left of it; that of the E or F before it is right of E. So the last item left of E
//     whose right origin is right of E is that E or F, or was typed after it.
//   - From a G on right origins are left of R. So the last item whose right origin is not is the last E or F, or was typed
//   after it.
//   - What was typed after one of these has a left origin right of L. So the next item whose left origin is not begins a block,
//   or
//     is where the bar stands.

namespace {

constexpr unsigned kFanBits = std::bit_width(kTrackerFan - 1);
constexpr unsigned kLeafBits = std::bit_width(kTrackerLeaf - 1);
constexpr std::uint64_t kStepsPerEqual = 6;  // for one item, in a set that is large

}  // namespace

bool Tracker::find_known(Place& place) const {
  return find_first(place, [](const Width& width, const Reach&) { return width.known != 0; });
}

/// Goes on from `from` to the first item that passes. `test` must be true of a node exactly if it is of an item below it.
template <class Test>
bool Tracker::find_first(Place& from, Test test) const {
  const Leaf& leaf = leaves_[from.leaf];
  for (; from.index < leaf.count; ++from.index) {
    const Item& item = leaf.items[from.index];
    ++steps_;
    if (test(width_of(item), Reach{item.left, item.right})) return true;
  }
  NodeId parent = leaf.parent;
  for (std::uint32_t slot = leaf.slot; parent != kNoNode; slot = inners_[parent].slot, parent = inners_[parent].parent) {
    const Inner& inner = inners_[parent];
    for (std::uint32_t i = slot + 1; i < inner.count; ++i) {
      ++steps_;
      if (!test(inner.width[i], knows_origins_ ? reaches_[parent][i] : Reach{})) continue;
      from = descend_first(inner.child[i], inner.over_leaves, test);
      return true;
    }
  }
  return false;
}

template <class Test>
Tracker::Place Tracker::descend_first(NodeId node, bool leaf, Test test) const {
  std::uint32_t i = 0;
  for (; !leaf; i = 0) {
    const Inner& inner = inners_[node];
    while (!test(inner.width[i], knows_origins_ ? reaches_[node][i] : Reach{})) ++i, ++steps_;
    leaf = inner.over_leaves;
    node = inner.child[i];
  }
  const auto& items = leaves_[node].items;
  while (!test(width_of(items[i]), Reach{items[i].left, items[i].right})) ++i, ++steps_;
  return {node, i, 0};
}

/// The same leftwards, from the item before `before`.
template <class Test>
bool Tracker::find_last(Place& before, Test test) const {
  const Leaf& leaf = leaves_[before.leaf];
  while (before.index > 0) {
    const Item& item = leaf.items[--before.index];
    ++steps_;
    if (test(width_of(item), Reach{item.left, item.right})) return true;
  }
  NodeId parent = leaf.parent;
  for (std::uint32_t slot = leaf.slot; parent != kNoNode; slot = inners_[parent].slot, parent = inners_[parent].parent) {
    const Inner& inner = inners_[parent];
    for (std::uint32_t i = slot; i-- > 0;) {
      ++steps_;
      if (!test(inner.width[i], reaches_[parent][i])) continue;
      before = descend_last(inner.child[i], inner.over_leaves, test);
      return true;
    }
  }
  return false;
}

template <class Test>
Tracker::Place Tracker::descend_last(NodeId node, bool leaf, Test test) const {
  while (!leaf) {
    const Inner& inner = inners_[node];
    std::uint32_t i = inner.count - 1;
    while (!test(inner.width[i], reaches_[node][i])) --i, ++steps_;
    leaf = inner.over_leaves;
    node = inner.child[i];
  }
  const auto& items = leaves_[node].items;
  std::uint32_t i = leaves_[node].count - 1;
  while (!test(width_of(items[i]), Reach{items[i].left, items[i].right})) --i, ++steps_;
  return {node, i, 0};
}

// --- ranks ---

Tracker::Rank Tracker::rank_of(Place place) const {
  std::uint64_t rank = place.index;
  unsigned shift = kLeafBits;
  NodeId parent = leaves_[place.leaf].parent;
  for (std::uint32_t slot = leaves_[place.leaf].slot; parent != kNoNode; shift += kFanBits) {
    rank += std::uint64_t{slot} << shift;  // one past a leaf's last item is the next leaf's first
    slot = inners_[parent].slot;
    parent = inners_[parent].parent;
    ++steps_;
  }
  return {rank, place.offset};
}

/// Ranks begin at 1 item, so that the start has one too.
Tracker::Rank Tracker::rank_of_left(Lv left) const {
  if (left == kNoLv) return {0, 0};
  Rank rank = rank_of(find(left));
  ++rank.item;
  return rank;
}

Tracker::Rank Tracker::rank_of_right(Lv right) const {
  if (right == kNoLv) return {~std::uint64_t{0}, 0};
  return rank_of_left(right);
}

Tracker::Place Tracker::end() const {
  NodeId node = root_;
  for (bool leaf = root_is_leaf_; !leaf;) {
    leaf = inners_[node].over_leaves;
    node = inners_[node].child[inners_[node].count - 1];
  }
  return {node, leaves_[node].count, 0};
}

std::uint32_t Tracker::effect_before(Place place) const {
  std::uint32_t effect = 0;
  for (std::uint32_t i = 0; i < place.index; ++i) effect += width_of(leaves_[place.leaf].items[i]).effect;
  NodeId parent = leaves_[place.leaf].parent;
  for (std::uint32_t slot = leaves_[place.leaf].slot; parent != kNoNode;) {
    const Inner& inner = inners_[parent];
    for (std::uint32_t i = 0; i < slot; ++i) effect += inner.width[i].effect;
    slot = inner.slot;
    parent = inner.parent;
  }
  return effect;
}

std::vector<Tracker::Placed> Tracker::placed(std::span<const LvRange> ids) {
  settle();
  std::vector<std::pair<Rank, Placed>> found;
  for (LvRange rest : ids) {
    while (rest.begin < rest.end) {
      const Place place = find(rest.begin);
      const Item& item = leaves_[place.leaf].items[place.index];
      Stretch stretch = stretch_of(item);
      stretch.lv = rest.begin;
      stretch.len = std::min(rest.end - rest.begin, item.len - place.offset);
      found.push_back({rank_of(place), {stretch, effect_before(place) + (stretch.present ? place.offset : 0)}});
      rest.begin += stretch.len;
    }
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Placed> all;
  all.reserve(found.size());
  for (const auto& [rank, each] : found) all.push_back(each);
  return all;
}

// --- reaches ---

void Tracker::widen(Reach& reach, const Reach& by) const {
  if (reach.left != kNoLv && reach.left != by.left && (by.left == kNoLv || stands_before(by.left, reach.left))) {
    reach.left = by.left;
  }
  if (reach.right != kNoLv && reach.right != by.right && (by.right == kNoLv || stands_before(reach.right, by.right))) {
    reach.right = by.right;
  }
}

/// An item was added to the leaf.
void Tracker::widen_above(NodeId leaf, const Reach& by) {
  NodeId parent = leaves_[leaf].parent;
  for (std::uint32_t slot = leaves_[leaf].slot; parent != kNoNode && has_reaches_[parent] != 0;) {
    Reach& reach = reaches_[parent][slot];
    const Reach old = reach;
    widen(reach, by);
    ++steps_;
    if (reach.left == old.left && reach.right == old.right) return;  // then it is no news further up
    slot = inners_[parent].slot;
    parent = inners_[parent].parent;
  }
}

/// What its parent says of a node is found anew from what stands below it.
void Tracker::refresh_reach(NodeId node, bool leaf) {
  const NodeId parent = leaf ? leaves_[node].parent : inners_[node].parent;
  if (parent == kNoNode || has_reaches_[parent] == 0) return;
  reaches_[parent][leaf ? leaves_[node].slot : inners_[node].slot] = reach_of_node(node, leaf);
}

Tracker::Reach Tracker::reach_of_node(NodeId node, bool leaf) const {
  const std::uint32_t count = leaf ? leaves_[node].count : inners_[node].count;
  const auto reach_of = [&](std::uint32_t i) {
    return leaf ? Reach{leaves_[node].items[i].left, leaves_[node].items[i].right} : reaches_[node][i];
  };
  steps_ += count;
  Reach reach = reach_of(0);
  for (std::uint32_t i = 1; i < count; ++i) widen(reach, reach_of(i));
  return reach;
}

// --- learning the origins of what is there already ---

bool Tracker::learn_origins(std::uint64_t steps, const Agents& agents) {
  if (!learns_origins_) {
    learns_origins_ = true;
    reaches_.assign(inners_.size(), {});
    has_reaches_.assign(inners_.size(), 0);
  }
  const std::uint64_t before = steps_;
  if (!learn_equals(steps, agents)) return false;
  const std::uint64_t taken = steps_ - before;
  if (!knows_origins_ && (taken > steps || !learn_reaches(steps - taken))) return false;
  knows_origins_ = true;
  return true;
}

bool Tracker::learn_equals(std::uint64_t steps, const Agents& agents) {
  const std::uint64_t before = steps_;
  const auto learn = [&](Lv left, Lv right, Lv lv) {
    if (lv < kBefore) equals_.insert({left, right, agents.name_of(lv), lv});
    steps_ += kStepsPerEqual;
  };
  for (; !knows_origins_ && learnt_leaves_ < leaves_.size(); ++learnt_leaves_) {
    if (steps_ - before > steps) return false;
    const Leaf& leaf = leaves_[learnt_leaves_];
    for (std::uint32_t i = 0; i < leaf.count; ++i) learn(leaf.items[i].left, leaf.items[i].right, leaf.items[i].lv);
  }
  for (; !new_items_.empty(); new_items_.pop_back()) {
    if (steps_ - before > steps) return false;
    learn(new_items_.back().left, new_items_.back().right, new_items_.back().lv);
  }
  return true;
}

/// From below; what is split or added meanwhile is either above what is learnt, or learnt with it.
bool Tracker::learn_reaches(std::uint64_t steps) {
  const std::uint64_t before = steps_;
  while (!root_is_leaf_ && has_reaches_[root_] == 0) {
    for (NodeId id = 0; id < inners_.size(); ++id) {
      if (has_reaches_[id] != 0 || !knows_below(id)) continue;
      if (steps_ - before > steps) return false;
      learn_reaches_of(id);
    }
  }
  return true;
}

void Tracker::learn_reaches_of(NodeId id) {
  const Inner& inner = inners_[id];
  for (std::uint32_t i = 0; i < inner.count; ++i) reaches_[id][i] = reach_of_node(inner.child[i], inner.over_leaves);
  has_reaches_[id] = 1;
}

bool Tracker::knows_below(NodeId id) const {
  const Inner& inner = inners_[id];
  if (inner.over_leaves) return true;
  return std::all_of(inner.child.begin(), inner.child.begin() + inner.count,
                     [&](NodeId child) { return has_reaches_[child] != 0; });
}

// --- the search ---

/// The first with the item's origins and a higher name; kNoLv for none.
Lv Tracker::find_equal_above(const Item& item, const Agents& agents) const {
  ++steps_;
  const Equal* above = equals_.first_above({item.left, item.right, agents.name_of(item.lv), item.lv});
  return above != nullptr && above->left == item.left && above->right == item.right ? above->lv : kNoLv;
}

/// `gap` is the first item after the left origin, `right` the right origin or the end of the list.
Tracker::Place Tracker::place_among_many(Place gap, Place right, const Item& item, const Agents& agents) {
  const Rank left_rank = rank_of_left(item.left);
  const Rank gap_rank = rank_of(gap);
  const Lv above = find_equal_above(item, agents);
  Place end = gap;
  if (above != kNoLv) {
    end = find(above);
  } else {
    const auto is_bar = [&](const Width&, const Reach& reach) { return rank_of_left(reach.left) < left_rank; };
    if (!find_first(end, is_bar) || rank_of(right) < rank_of(end)) end = right;
  }
  const Rank edge = rank_of_right(above != kNoLv ? above : item.right);
  const auto reaches = [&](const Width&, const Reach& reach) {
    const Rank rank = rank_of_right(reach.right);
    return above != kNoLv ? edge < rank : edge <= rank;
  };
  Place block = end;
  if (!find_last(block, reaches) || rank_of(block) < gap_rank) return gap;
  ++block.index;
  const auto begins = [&](const Width&, const Reach& reach) { return rank_of_left(reach.left) <= left_rank; };
  return find_first(block, begins) && rank_of(block) < rank_of(end) ? block : end;
}

}  // namespace tutti::merge
