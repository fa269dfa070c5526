#include "sync/merge/walk/tracker.hpp"

#include <algorithm>
#include <utility>

#include "protocol/base/planted.hpp"

namespace tutti::merge {

namespace {

constexpr std::uint64_t kAllSteps = ~std::uint64_t{0};

}  // namespace

Tracker::Width Tracker::width_of(const Item& item) {
  return {item.visible() ? item.len : 0, item.ever_erased() ? 0 : item.len, item.was_before() ? item.len : 0,
          item.prepare() != 0 ? item.len : 0};
}

Tracker::Width Tracker::width_of_leaf(NodeId leaf) const {
  Width total;
  for (std::uint32_t i = 0; i < leaves_[leaf].count; ++i) total += width_of(leaves_[leaf].items[i]);
  return total;
}

Tracker::Width Tracker::width_of_inner(NodeId inner) const {
  Width total;
  for (std::uint32_t i = 0; i < inners_[inner].count; ++i) total += inners_[inner].width[i];
  return total;
}

void Tracker::reset(Lv base, std::uint32_t length) {
  leaves_.clear();
  inners_.clear();
  learns_origins_ = knows_origins_ = false;
  reaches_.clear();
  has_reaches_.clear();
  equals_.clear();
  learnt_leaves_ = 0;
  new_items_.clear();
  looked_ = 0;
  scans_.clear();
  pieces_.reset(base == kNoLv ? 0 : base + 1);
  Leaf& leaf = leaves_.add();
  leaf.parent = kNoNode;
  leaf.slot = 0;
  leaf.next = kNoNode;
  leaf.count = 0;
  if (length > 0) leaf.items[leaf.count++] = {kBefore, length, kNoLv, kNoLv, 2};
  root_ = 0;
  root_is_leaf_ = true;
  total_ = {length, length, length, length};
  owed_ = {};
  owed_leaf_ = kNoNode;
  near_ = {0, 0, 0};
  here_ = {};
}

// --- finding ---

template <std::uint32_t Tracker::Width::*Count>
Tracker::LeafStart Tracker::find_leaf(std::uint32_t pos) {
  settle();
  LeafStart start;
  start.leaf = root_;
  start.width = total_.prepare;
  std::uint32_t before = 0;
  for (bool leaf = root_is_leaf_; !leaf;) {
    const Inner& inner = inners_[start.leaf];
    std::uint32_t i = 0;
    for (; i + 1 < inner.count && pos - before >= inner.width[i].*Count; ++i) {
      before += inner.width[i].*Count;
      start.prepare += inner.width[i].prepare;
      start.effect += inner.width[i].effect;
    }
    leaf = inner.over_leaves;
    start.width = inner.width[i].prepare;
    start.leaf = inner.child[i];
  }
  return start;
}

template <std::uint32_t Tracker::Width::*Count>
Tracker::Place Tracker::find_in(NodeId leaf, std::uint32_t rest, std::uint32_t& effect) const {
  for (std::uint32_t i = 0;; ++i) {
    const Width width = width_of(leaves_[leaf].items[i]);
    if (rest < width.*Count) return {leaf, i, rest};
    rest -= width.*Count;
    effect += width.effect;
  }
}

Tracker::Place Tracker::find_prepared(std::uint32_t pos, std::uint32_t& effect) {
  const bool is_here = here_.leaf != kNoNode && pos - here_.prepare < here_.width;
  if (!is_here) here_ = find_leaf<&Width::prepare>(pos);
  effect = here_.effect;
  return find_in<&Width::prepare>(here_.leaf, pos - here_.prepare, effect);
}

Tracker::Place Tracker::find_present(std::uint32_t pos) {
  const LeafStart start = find_leaf<&Width::effect>(pos);
  std::uint32_t effect = start.effect;
  return find_in<&Width::effect>(start.leaf, pos - start.effect, effect);
}

Tracker::Place Tracker::find_before(std::uint32_t position) const {
  NodeId node = root_;
  for (bool leaf = root_is_leaf_; !leaf;) {
    const Inner& inner = inners_[node];
    std::uint32_t i = 0;
    while (i + 1 < inner.count && position >= inner.width[i].before) position -= inner.width[i++].before;
    leaf = inner.over_leaves;
    node = inner.child[i];
  }
  const Leaf& leaf = leaves_[node];
  for (std::uint32_t i = 0;; ++i) {
    const std::uint32_t width = leaf.items[i].was_before() ? leaf.items[i].len : 0;
    if (position < width) return {node, i, position};
    position -= width;
  }
}

Tracker::Place Tracker::find(Lv lv) const {
  ++steps_;
  if (lv >= kBefore) return find_before(lv - kBefore);
  const Pieces::Piece piece = pieces_.find(lv);
  const NodeId leaf = piece.value;
  std::uint32_t i = 0;
  while (leaves_[leaf].items[i].lv != piece.begin) ++i;
  return {leaf, i, lv - piece.begin};
}

bool Tracker::stands_before(Lv a, Lv b) const {
  return stands_before(find(a), find(b));
}

bool Tracker::stands_before(Place x, Place y) const {
  if (x.leaf != y.leaf) return leaf_before(x.leaf, y.leaf);
  return x.index != y.index ? x.index < y.index : x.offset < y.offset;
}

bool Tracker::leaf_before(NodeId a, NodeId b) const {
  NodeId above_a = leaves_[a].parent;
  NodeId above_b = leaves_[b].parent;
  std::uint32_t slot_a = leaves_[a].slot;
  std::uint32_t slot_b = leaves_[b].slot;
  while (above_a != above_b) {  // all leaves are equally deep
    slot_a = inners_[above_a].slot;
    slot_b = inners_[above_b].slot;
    above_a = inners_[above_a].parent;
    above_b = inners_[above_b].parent;
  }
  return slot_a < slot_b;
}

bool Tracker::normalise(Place& place) const {
  while (place.index == leaves_[place.leaf].count) {
    if (leaves_[place.leaf].next == kNoNode) return false;
    place = {leaves_[place.leaf].next, 0, 0};
  }
  return true;
}

// --- inserting ---

std::uint32_t Tracker::insert(Lv lv, std::uint32_t len, std::uint32_t pos, const Agents& agents, bool can_wait) {
  pieces_.reach(lv + len);
  ++steps_;
  Item item{lv, len, kNoLv, kNoLv, 2};
  Place gap;
  std::uint32_t effect = 0;
  if (pos == 0) {
    settle();
    gap = first_gap();
  } else {
    gap = find_prepared(pos - 1, effect);
    const Item& before = leaves_[gap.leaf].items[gap.index];
    ++gap.offset;
    item.left = before.lv + gap.offset - 1;
    effect += before.ever_erased() ? 0 : gap.offset;
    if (gap.offset < before.len) {
      item.right = before.lv + gap.offset;
      put(gap, item);
      return effect;
    }
    ++gap.index;
    gap.offset = 0;
  }
  // The right origin is the next character that the author could know of, erased or not.
  Place next = gap;
  if (normalise(next)) {
    Place right = next;
    if (find_known(right)) {
      item.right = leaves_[right.leaf].items[right.index].lv;
    } else {
      right = end();
    }
    if (right != next && !place_among(gap, item, effect, agents, can_wait)) {
      settle();
      if (!learn_origins(can_wait ? kPatienceAtOnce : kAllSteps, agents)) return kLater;
      gap = place_among_many(next, right, item, agents);
      effect = effect_before(gap);
    }
  }
  put(gap, item);
  return effect;
}

Tracker::Place Tracker::first_gap() const {
  Place gap{root_, 0, 0};
  for (bool leaf = root_is_leaf_; !leaf;) {
    leaf = inners_[gap.leaf].over_leaves;
    gap.leaf = inners_[gap.leaf].child[0];
  }
  return gap;
}

/// Its author knew of all that there is, so that nothing stands between its origins.
void Tracker::insert_unseen(Lv lv, std::uint32_t len, std::uint32_t pos) {
  pieces_.reach(lv + len);
  ++steps_;
  Item item{lv, len, kNoLv, kNoLv, 0};
  Place gap = first_gap();
  if (pos > 0) {
    gap = find_present(pos - 1);
    ++gap.offset;
    const Item& before = leaves_[gap.leaf].items[gap.index];
    item.left = before.lv + gap.offset - 1;
    if (gap.offset == before.len) gap = {gap.leaf, gap.index + 1, 0};
  }
  if (Place next = gap; normalise(next)) item.right = leaves_[next.leaf].items[next.index].lv + next.offset;
  put(gap, item);
}

/// Where among concurrent inserts between its origins `item` belongs: the order of FugueMax, under which runs typed at one
/// place at the same time never mix, forwards or backwards. Where all else is equal the lower name stands first.
bool Tracker::place_among(Place& gap, const Item& item, std::uint32_t& effect, const Agents& agents, bool can_wait) {
  Place here = gap;
  std::uint32_t reached = effect;
  Place marked = gap;
  std::uint32_t marked_effect = effect;
  bool scanning = false;
  std::uint32_t looked = 0;
  Place right;  // of the right origin, from the first time that it is asked for
  bool knows_right = false;
  const auto before_right = [&](Lv lv) {
    if (!std::exchange(knows_right, true)) right = find(item.right);
    return stands_before(find(lv), right);
  };
  ++scan_;
  for (Place at = gap; normalise(at); ++at.index) {
    const Item& other = leaves_[at.leaf].items[at.index];
    if (other.lv == item.right || other.prepare() != 0) break;
    ++steps_;
    ++looked_;
    mark_scanned(at.leaf);
    if (loses_patience(++looked, can_wait)) return false;
    if (!scanning) {
      marked = at;
      marked_effect = reached;
    }
    if (other.left == item.left) {
      if (other.right == item.right) {
        if (planted(Bug::tie_by_arrival) ? item.lv > other.lv : agents.before(item.lv, other.lv)) break;
        scanning = false;
      } else if (item.right == kNoLv || (other.right != kNoLv && before_right(other.right))) {
        scanning = true;
      } else {
        scanning = false;
      }
    } else if (other.left == kNoLv || is_left_of(gap, other.left)) {
      break;
    }
    reached += other.ever_erased() ? 0 : other.len;
    here = {at.leaf, at.index + 1, 0};
  }
  gap = scanning ? marked : here;
  effect = scanning ? marked_effect : reached;
  return true;
}

void Tracker::mark_scanned(NodeId leaf) {
  if (scans_.size() < leaves_.size()) scans_.resize(leaves_.size());
  scans_[leaf] = scan_;
}

/// What stands behind the gap and before something that was scanned is in a leaf that was scanned.
bool Tracker::is_left_of(Place gap, Lv lv) const {
  if (lv >= kBefore) return true;  // nobody erases what was there out of the prepare version, so the scan ends before it
  const Pieces::Piece piece = pieces_.find(lv);
  const NodeId leaf = piece.value;
  if (leaf != gap.leaf) return scans_[leaf] != scan_;
  std::uint32_t i = 0;
  while (leaves_[leaf].items[i].lv != piece.begin) ++i;
  return i < gap.index;
}

void Tracker::put(Place gap, const Item& item) {
  const Width added = width_of(item);
  if (gap.offset > 0) {
    make_room(gap, 2);
    cut(gap.leaf, gap.index, gap.offset);
    place_item(gap.leaf, gap.index + 1, item);
  } else if (extends(gap, item)) {
    leaves_[gap.leaf].items[gap.index - 1].len += item.len;
  } else {
    make_room(gap, 1);
    place_item(gap.leaf, gap.index, item);
  }
  add_width(gap.leaf, added);
}

bool Tracker::extends(Place gap, const Item& item) const {
  if (gap.index == 0) return false;
  const Item& before = leaves_[gap.leaf].items[gap.index - 1];
  return before.lv + before.len == item.lv && item.left == item.lv - 1 && before.right == item.right &&
         before.state == item.state;
}

/// Room for `count` more items in the leaf of `place`, which may move to a new leaf.
void Tracker::make_room(Place& place, std::uint32_t count) {
  if (leaves_[place.leaf].count + count <= kTrackerLeaf) return;
  split_leaf(place.leaf, place.index + 1 >= leaves_[place.leaf].count);
  const std::uint32_t kept = leaves_[place.leaf].count;
  if (place.index >= kept) place = {leaves_[place.leaf].next, place.index - kept, place.offset};
}

/// There must be room. Sums are the caller's.
void Tracker::place_item(NodeId leaf_id, std::uint32_t index, const Item& item) {
  Leaf& leaf = leaves_[leaf_id];
  std::copy_backward(leaf.items.begin() + index, leaf.items.begin() + leaf.count, leaf.items.begin() + leaf.count + 1);
  leaf.items[index] = item;
  ++leaf.count;
  if (!item.was_before()) pieces_.put(item.lv, leaf_id);
  if (!learns_origins_) return;
  widen_above(leaf_id, {item.left, item.right});
  new_items_.push_back({item.left, item.right, item.lv});
}

/// Makes two items of one, the first `offset` long. There must be room.
void Tracker::cut(NodeId leaf, std::uint32_t index, std::uint32_t offset) {
  Item& head = leaves_[leaf].items[index];
  Item tail = head;
  tail.lv += offset;
  tail.len -= offset;
  tail.left = tail.lv - 1;
  head.len = offset;
  place_item(leaf, index + 1, tail);
}

Tracker::Place Tracker::isolate(Place place, std::uint32_t len) {
  if (place.offset > 0) {
    make_room(place, 1);
    cut(place.leaf, place.index, place.offset);
    ++place.index;
    place.offset = 0;
  }
  if (len < leaves_[place.leaf].items[place.index].len) {
    make_room(place, 1);
    cut(place.leaf, place.index, len);
  }
  return place;
}

// --- erasing, retreating, advancing ---

namespace {

/// What some events erased, from left to right, as pieces of them: those that erased what stands side by side are one.
class Targets {
 public:
  /// The events [lv, lv + len); `backward`: the last of them erased the leftmost character.
  Targets(Pieces& pieces, Lv lv, std::uint32_t len, bool backward)
      : pieces_(pieces), next_(backward ? lv + len : lv), backward_(backward) {}

  void add(Lv first, std::uint32_t count) {
    if (first != end_) {
      note();
      begin_ = first;
    }
    end_ = first + count;
  }
  void note() {
    const std::uint32_t count = end_ - begin_;
    if (count == 0) return;
    if (backward_) next_ -= count;
    pieces_.put(next_, backward_ ? end_ - 1 : begin_, backward_);
    if (!backward_) next_ += count;
    begin_ = end_;
  }

 private:
  Pieces& pieces_;
  Lv next_;  ///< event that erased the next character, or one behind it
  bool backward_;
  Lv begin_ = kNoLv;  ///< characters that are not noted yet
  Lv end_ = kNoLv;
};

}  // namespace

void Tracker::erase(Lv lv, std::uint32_t len, std::uint32_t pos, bool backward, std::vector<Effect>& out) {
  pieces_.reach(lv + len);
  Targets targets(pieces_, lv, len, backward);
  for (std::uint32_t done = 0; done < len;) {
    ++steps_;
    std::uint32_t effect = 0;
    Place place = find_prepared(pos, effect);
    const Item& first = leaves_[place.leaf].items[place.index];
    if (!first.ever_erased()) effect += place.offset;
    if (place.offset > 0) place = isolate(place, len - done);
    Width change;
    // On through the leaf, as long as there is something to erase in it.
    for (; place.index < leaves_[place.leaf].count && done < len; ++place.index) {
      const Item* item = &leaves_[place.leaf].items[place.index];
      ++steps_;
      if (!item->visible()) {
        effect += item->ever_erased() ? 0 : item->len;
        continue;
      }
      const std::uint32_t count = std::min(len - done, item->len);
      if (count < item->len) {
        add_width(place.leaf, std::exchange(change, {}));
        place = isolate(place, count);
        item = &leaves_[place.leaf].items[place.index];
      }
      if (!item->ever_erased()) {
        if (!out.empty() && out.back().bytes == 0 && out.back().pos == effect) {
          out.back().len += count;
        } else {
          out.push_back({effect, count, 0, 0});
        }
      }
      targets.add(item->lv, count);
      change += set_state(place, (item->state + kUp) | 1U);
      done += count;
    }
    add_width(place.leaf, change);
  }
  targets.note();
}

void Tracker::erase_unseen(Lv lv, std::uint32_t len, std::uint32_t pos, bool backward) {
  pieces_.reach(lv + len);
  Targets targets(pieces_, lv, len, backward);
  for (std::uint32_t done = 0; done < len;) {
    ++steps_;
    const Place place = isolate(find_present(pos), len - done);
    const Item item = leaves_[place.leaf].items[place.index];
    targets.add(item.lv, item.len);
    add_width(place.leaf, set_state(place, item.state | 1U));
    done += item.len;
  }
  targets.note();
}

Tracker::Width Tracker::set_state(Place place, std::uint32_t state) {
  Item& item = leaves_[place.leaf].items[place.index];
  const Width old = width_of(item);
  item.state = state;
  const Width now = width_of(item);
  return {now.prepare - old.prepare, now.effect - old.effect, 0, now.known - old.known};
}

Tracker::Place Tracker::find_near(Lv lv) {
  const Leaf& leaf = leaves_[near_.leaf];
  const std::uint32_t end = std::min(leaf.count, near_.index + 3);
  for (std::uint32_t i = near_.index > 2 ? near_.index - 2 : 0; i < end; ++i) {
    if (lv - leaf.items[i].lv < leaf.items[i].len) return {near_.leaf, i, lv - leaf.items[i].lv};
  }
  return find(lv);
}

void Tracker::toggle(Lv lv, std::uint32_t len, std::uint32_t by) {
  while (len > 0) {
    Place place = find_near(lv);
    // Items of one run mostly stand side by side.
    for (; place.index < leaves_[place.leaf].count && len > 0; ++place.index, place.offset = 0) {
      const Item* item = &leaves_[place.leaf].items[place.index];
      ++steps_;
      if (item->lv + place.offset != lv) break;
      const std::uint32_t count = std::min(len, item->len - place.offset);
      if (count < item->len) {
        place = isolate(place, count);
        item = &leaves_[place.leaf].items[place.index];
      }
      near_ = place;
      add_width(place.leaf, set_state(place, item->state + by));
      lv += count;
      len -= count;
    }
  }
}

void Tracker::toggle_erased(Lv begin, Lv end, std::uint32_t by) {
  each_target(begin, end, [&](Lv first, std::uint32_t count, Lv, bool) { toggle(first, count, by); });
}

// --- the tree ---

void Tracker::split_leaf(NodeId leaf_id, bool at_end) {
  settle();
  const auto fresh_id = static_cast<NodeId>(leaves_.size());
  Leaf& fresh = leaves_.add();
  Leaf& leaf = leaves_[leaf_id];
  const std::uint32_t kept = leaf.count - (at_end ? std::max(1U, leaf.count / 4) : leaf.count - leaf.count / 2);
  fresh.parent = leaf.parent;
  fresh.next = leaf.next;
  fresh.count = leaf.count - kept;
  std::copy(leaf.items.begin() + kept, leaf.items.begin() + leaf.count, fresh.items.begin());
  leaf.next = fresh_id;
  leaf.count = kept;
  for (std::uint32_t i = 0; i < fresh.count; ++i) {
    if (!fresh.items[i].was_before()) pieces_.put(fresh.items[i].lv, fresh_id);
  }
  if (here_.leaf == leaf_id) here_.width = width_of_leaf(leaf_id).prepare;
  insert_child(leaf_id, fresh_id, true);
  if (!learns_origins_) return;
  // Only now is all linked, so that origins can be compared. Above the split nodes nothing has changed.
  refresh_reach(leaf_id, true);
  refresh_reach(fresh_id, true);
  for (const NodeId half : std::exchange(split_inners_, {})) refresh_reach(half, false);
}

/// Puts the node `fresh`, the right half of what `left` was, right of it.
void Tracker::insert_child(NodeId left, NodeId fresh, bool leaves) {
  NodeId parent = leaves ? leaves_[left].parent : inners_[left].parent;
  if (parent == kNoNode) {
    parent = root_ = static_cast<NodeId>(inners_.size());
    root_is_leaf_ = false;
    Inner& root = inners_.add();
    root.parent = kNoNode;
    root.slot = 0;
    root.count = 1;
    root.over_leaves = leaves;
    root.child[0] = left;
    if (learns_origins_) {
      reaches_.emplace_back();
      has_reaches_.push_back(knows_below(parent));
    }
    adopt(parent, 0);
  } else if (inners_[parent].count == kTrackerFan) {
    split_inner(parent);
    parent = leaves ? leaves_[left].parent : inners_[left].parent;
  }
  Inner& inner = inners_[parent];
  const std::uint32_t index = (leaves ? leaves_[left].slot : inners_[left].slot) + 1;
  std::copy_backward(inner.child.begin() + index, inner.child.begin() + inner.count, inner.child.begin() + inner.count + 1);
  std::copy_backward(inner.width.begin() + index, inner.width.begin() + inner.count, inner.width.begin() + inner.count + 1);
  if (learns_origins_ && has_reaches_[parent] != 0) {  // those of the two halves follow
    Reaches& reaches = reaches_[parent];
    std::copy_backward(reaches.begin() + index, reaches.begin() + inner.count, reaches.begin() + inner.count + 1);
  }
  ++inner.count;
  inner.child[index] = fresh;
  inner.width[index] = leaves ? width_of_leaf(fresh) : width_of_inner(fresh);
  inner.width[index - 1] = leaves ? width_of_leaf(left) : width_of_inner(left);
  adopt(parent, index);
}

void Tracker::split_inner(NodeId inner_id) {
  const auto fresh_id = static_cast<NodeId>(inners_.size());
  Inner& fresh = inners_.add();
  Inner& inner = inners_[inner_id];
  const std::uint32_t kept = inner.count / 2;
  fresh.parent = inner.parent;
  fresh.over_leaves = inner.over_leaves;
  fresh.count = inner.count - kept;
  std::copy(inner.child.begin() + kept, inner.child.begin() + inner.count, fresh.child.begin());
  std::copy(inner.width.begin() + kept, inner.width.begin() + inner.count, fresh.width.begin());
  if (learns_origins_) {
    Reaches& moved = reaches_.emplace_back();
    has_reaches_.push_back(has_reaches_[inner_id]);
    std::copy(reaches_[inner_id].begin() + kept, reaches_[inner_id].begin() + inner.count, moved.begin());
    split_inners_.insert(split_inners_.end(), {inner_id, fresh_id});
  }
  inner.count = kept;
  adopt(fresh_id, 0);
  insert_child(inner_id, fresh_id, false);
}

void Tracker::adopt(NodeId inner_id, std::uint32_t from) {
  const Inner& inner = inners_[inner_id];
  for (std::uint32_t i = from; i < inner.count; ++i) {
    if (inner.over_leaves) {
      leaves_[inner.child[i]].parent = inner_id;
      leaves_[inner.child[i]].slot = i;
    } else {
      inners_[inner.child[i]].parent = inner_id;
      inners_[inner.child[i]].slot = i;
    }
  }
}

void Tracker::add_width(NodeId leaf, const Width& change) {
  if (leaf != owed_leaf_) settle();
  total_ += change;
  owed_ += change;
  owed_leaf_ = leaf;
  if (leaf == here_.leaf) {
    here_.width += change.prepare;
  } else {
    here_.leaf = kNoNode;
  }
}

void Tracker::settle() {
  if (owed_leaf_ == kNoNode) return;
  add_above(std::exchange(owed_leaf_, kNoNode), std::exchange(owed_, {}));
}

void Tracker::add_above(NodeId leaf, const Width& change) {
  NodeId parent = leaves_[leaf].parent;
  for (std::uint32_t slot = leaves_[leaf].slot; parent != kNoNode;) {
    Inner& inner = inners_[parent];
    inner.width[slot] += change;
    slot = inner.slot;
    parent = inner.parent;
  }
}

// --- for tests ---

bool Tracker::is_above_owed(NodeId inner, std::uint32_t slot) const {
  return owed_leaf_ != kNoNode && leaves_[owed_leaf_].parent == inner && leaves_[owed_leaf_].slot == slot;
}

bool Tracker::consistent() const {
  for (NodeId id = 0; id < inners_.size(); ++id) {
    const Inner& inner = inners_[id];
    for (std::uint32_t i = 0; i < inner.count; ++i) {
      const NodeId child = inner.child[i];
      const NodeId parent = inner.over_leaves ? leaves_[child].parent : inners_[child].parent;
      const Width width = inner.over_leaves ? width_of_leaf(child) : width_of_inner(child);
      Width told = inner.width[i];
      if (is_above_owed(id, i) && inner.over_leaves) told += owed_;
      if (parent != id || !(width == told)) return false;
      if (!learns_origins_ || has_reaches_[id] == 0) continue;
      const Reach reach = reach_of_node(child, inner.over_leaves);
      if (reach.left != reaches_[id][i].left || reach.right != reaches_[id][i].right) return false;
    }
  }
  Width all;
  for (NodeId id = 0; id < leaves_.size(); ++id) {
    all += width_of_leaf(id);
    for (std::uint32_t i = 0; i < leaves_[id].count; ++i) {
      const Place place = find(leaves_[id].items[i].lv);
      if (place.leaf != id || place.index != i) return false;
    }
  }
  return all == total_;
}

std::size_t Tracker::memory() const {
  return leaves_.memory() + inners_.memory() + pieces_.memory() + scans_.capacity() * sizeof(scans_[0]) +
         reaches_.capacity() * sizeof(Reaches) + new_items_.capacity() * sizeof(NewItem) + 2 * equals_.size() * sizeof(Equal);
}

}  // namespace tutti::merge
