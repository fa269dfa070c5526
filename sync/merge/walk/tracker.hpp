#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "sync/merge/log/agents.hpp"
#include "sync/merge/log/lv.hpp"
#include "sync/merge/walk/pieces.hpp"
#include "sync/merge/walk/pool.hpp"
#include "sync/merge/walk/sorted_blocks.hpp"

namespace tutti::merge {

// The transient list of characters with which concurrent events are brought into one order.
//
// Every character that the walked events inserted has a place in it, also those erased, and each stands in one of two worlds:
//
//   prepare  the version at which the next event was typed. The walker moves it about: `retreat` takes events out of it,
//            `advance` puts them back.
//   effect   everything walked so far. Only grows.
//
// An event's position is looked up in the prepare world; where it lands in the effect world is what has to be done to the text.
//
//   text at the base       "the quick fox"          one item, "what was there before": never split finer than it is touched
//   A inserts "red "        the quick [red ]fox     prepare 1, effect 1
//   retreat A               the quick (red )fox     prepare 0: not there yet for B, who did not see it
//   B inserts "big "        the quick [big ](red )fox   where two typed at one place, `place_among` has the rule
//
// Items are runs of characters in the leaves of a B-tree; each inner node knows, for every child, how many characters below it
// are visible in prepare, in effect, and how many were there before. Nodes live in two arrays and name each other by index, so
// that a reset frees nothing and the next merge allocates nothing.
//
// People mostly go on where they are. So the leaf of the last event is looked at first, and what an event changes in a leaf is
// told to the nodes above it only when somebody needs their sums.
//
// No step looks at more than a few dozen items one by one. What lies hidden between an insert's origins is skipped by the
// widths, and where many were typed at one place (`place_among_many`) the origins themselves are searched: from the moment this
// is first needed, each inner node also knows how far left and right the origins below it reach.

// Where many were typed at one place they are looked at one by one, so many each time and so many for each leaf in all, before
// they are searched: searching is dear to prepare for, and few histories ever need it. Whoever has time learns the origins a
// part at a time when a half of that is used up, or when there are so many leaves that looking at all would take too long. An
// insert that may wait neither looks at more than so many at once nor learns in more steps than that.
#ifndef TUTTI_SMALL_NODES
inline constexpr std::uint32_t kTrackerLeaf = 32;
inline constexpr std::uint32_t kTrackerFan = 16;
inline constexpr std::uint32_t kPatience = 32;
inline constexpr std::uint64_t kPatiencePerLeaf = 64;
inline constexpr std::size_t kManyLeaves = 1024;
inline constexpr std::size_t kManyNewItems = 4096;
inline constexpr std::uint64_t kPatienceAtOnce = 1024;
#else
inline constexpr std::uint32_t kTrackerLeaf = 4;  // so that tests meet every split
inline constexpr std::uint32_t kTrackerFan = 4;
inline constexpr std::uint32_t kPatience = 1;  // and both ways to find a place
inline constexpr std::uint64_t kPatiencePerLeaf = 2;
inline constexpr std::size_t kManyLeaves = 12;
inline constexpr std::size_t kManyNewItems = 4;
inline constexpr std::uint64_t kPatienceAtOnce = 16;
#endif

/// Names of the characters that were there before, by their position then.
inline constexpr Lv kBefore = 0x80000000U;

/// What has to be done to the text: erase `len` characters at `pos`, or insert the `bytes` at `content` of all content there.
struct Effect {
  std::uint32_t pos = 0;
  std::uint32_t len = 0;
  std::uint32_t content = 0;
  std::uint32_t bytes = 0;  ///< 0: erase
};

class Tracker {
 public:
  /// Begins at a version whose text has `length` characters; events up to `base` (kNoLv: none) are before it.
  void reset(Lv base, std::uint32_t length);

  [[nodiscard]] std::uint32_t prepare_length() const { return total_.prepare; }
  [[nodiscard]] std::uint32_t effect_length() const { return total_.effect; }

  /// The events [lv, lv + len) insert at `pos` of the prepare version. Says where that is in the effect version; with
  /// `can_wait` perhaps `kLater`: nothing has happened, and origins are to be learnt before it is tried again.
  std::uint32_t insert(Lv lv, std::uint32_t len, std::uint32_t pos, const Agents& agents, bool can_wait = false);
  static constexpr std::uint32_t kLater = ~std::uint32_t{0};
  /// The events erase [pos, pos + len). Appends what that does to the text.
  void erase(Lv lv, std::uint32_t len, std::uint32_t pos, bool backward, std::vector<Effect>& out);

  // The same for events made at the effect version, which do not enter the prepare version: `pos` is one of the effect version.
  void insert_unseen(Lv lv, std::uint32_t len, std::uint32_t pos);
  void erase_unseen(Lv lv, std::uint32_t len, std::uint32_t pos, bool backward);

  // Events [begin, end), all inserts or all erases, leave or enter the prepare version.
  void retreat_inserts(Lv begin, Lv end) { toggle(begin, end - begin, kDown); }
  void advance_inserts(Lv begin, Lv end) { toggle(begin, end - begin, kUp); }
  void retreat_erases(Lv begin, Lv end) { toggle_erased(begin, end, kDown); }
  void advance_erases(Lv begin, Lv end) { toggle_erased(begin, end, kUp); }

  /// The character that the event `lv` erased.
  [[nodiscard]] Lv target_of(Lv lv) const { return pieces_.find(lv).value_at(lv); }
  /// Calls `visit(first, count, event, down)` for what the events [begin, end), all erasures, erased: the characters
  /// [first, first + count), the first by `event`, the next ones by those after it, or before it if `down`.
  template <class Visit>
  void each_target(Lv begin, Lv end, Visit visit) const {
    while (begin < end) {
      const Pieces::Piece piece = pieces_.find(begin);
      const Lv stop = pieces_.next_begin(begin, end);
      const Lv event = piece.down ? stop - 1 : begin;
      visit(piece.value_at(event), stop - begin, event, piece.down);
      begin = stop;
    }
  }
  /// Some characters that stand side by side and fared alike.
  struct Stretch {
    Lv lv;  ///< of the first
    std::uint32_t len;
    bool prepared;           ///< visible in the prepare version
    bool present;            ///< visible in the effect version
    std::uint32_t erasures;  ///< in the prepare version
  };
  /// The character and those after it that stand with it.
  [[nodiscard]] Stretch from(Lv lv) const {
    const Place place = find(lv);
    Stretch rest = stretch_of(leaves_[place.leaf].items[place.index]);
    rest.lv = lv;
    rest.len -= place.offset;
    return rest;
  }
  /// One character.
  [[nodiscard]] Stretch at(Lv lv) const {
    Stretch one = from(lv);
    one.len = 1;
    return one;
  }
  /// Calls `visit(const Stretch&)` for all characters, in the order of the document.
  template <class Visit>
  void each(Visit visit) const {
    for (NodeId leaf = 0; leaf != kNoNode; leaf = leaves_[leaf].next) {
      for (std::uint32_t i = 0; i < leaves_[leaf].count; ++i) {
        visit(stretch_of(leaves_[leaf].items[i]));
      }
    }
  }

  /// A stretch and where it begins in the effect version.
  struct Placed {
    Stretch stretch;
    std::uint32_t effect;
  };
  /// The same for the characters `ids` alone, at a cost that grows with how many they are and not with what there is.
  [[nodiscard]] std::vector<Placed> placed(std::span<const LvRange> ids);

  /// Whether inserts will soon need the origins of all items searched, and nobody has prepared for it.
  [[nodiscard]] bool needs_origins() const {
    if (knows_origins_) return new_items_.size() > kManyNewItems;
    return learns_origins_ || looked_ > kPatiencePerLeaf / 2 * leaves_.size();
  }
  /// Whether they may: there are many items, or some that came since.
  [[nodiscard]] bool wants_origins() const {
    return knows_origins_ ? !new_items_.empty() : needs_origins() || leaves_.size() > kManyLeaves;
  }
  /// Prepares for it, in parts of about so many steps: true once all is done, false to be called again. In between anything may
  /// be done to the tracker.
  [[nodiscard]] bool learn_origins(std::uint64_t steps, const Agents& agents);

  /// Items and nodes looked at so far: what the work grows with.
  [[nodiscard]] std::uint64_t steps() const { return steps_; }
  /// For tests: whether all sums and links agree.
  [[nodiscard]] bool consistent() const;
  [[nodiscard]] std::size_t memory() const;

 private:
  using NodeId = std::uint32_t;
  static constexpr NodeId kNoNode = 0xffffffffU;
  static constexpr std::uint32_t kUp = 2;  // of Item::state
  static constexpr std::uint32_t kDown = 0U - 2U;

  struct Item {
    Lv lv;  ///< of the first character
    std::uint32_t len;
    Lv left;              ///< left origin of the first character; the next one's is the character before it
    Lv right;             ///< right origin of all; kNoLv: the end
    std::uint32_t state;  ///< twice (0 not there yet, 1 visible, 1 + n erased n times), plus 1 if ever erased

    [[nodiscard]] std::uint32_t prepare() const { return state >> 1U; }
    [[nodiscard]] bool visible() const { return state >> 1U == 1; }
    [[nodiscard]] bool ever_erased() const { return (state & 1U) != 0; }
    [[nodiscard]] bool was_before() const { return lv >= kBefore; }
  };
  struct Width {
    std::uint32_t prepare = 0;
    std::uint32_t effect = 0;
    std::uint32_t before = 0;
    std::uint32_t known = 0;  ///< in the prepare version, erased or not
    Width& operator+=(const Width& o) {
      prepare += o.prepare;
      effect += o.effect;
      before += o.before;
      known += o.known;
      return *this;
    }
    friend bool operator==(const Width&, const Width&) = default;
  };
  struct Leaf {
    NodeId parent;
    std::uint32_t slot;  ///< which child of its parent
    NodeId next;
    std::uint32_t count;
    std::array<Item, kTrackerLeaf> items;
  };
  struct Inner {
    NodeId parent;
    std::uint32_t slot;
    std::uint32_t count;
    bool over_leaves;
    std::array<NodeId, kTrackerFan> child;
    std::array<Width, kTrackerFan> width;
  };
  /// A gap or a character: `offset` into item `index` of a leaf.
  struct Place {
    NodeId leaf;
    std::uint32_t index;
    std::uint32_t offset;
    friend bool operator==(const Place&, const Place&) = default;
  };
  /// How far the origins of some items reach: the leftmost left one (kNoLv: the start), the rightmost right one (kNoLv: the
  /// end).
  struct Reach {
    Lv left;
    Lv right;
  };
  using Reaches = std::array<Reach, kTrackerFan>;
  /// Items by their origins and names.
  struct Equal {
    Lv left;
    Lv right;
    EventName name;
    Lv lv;
    friend auto operator<=>(const Equal&, const Equal&) = default;
  };
  struct NewItem {
    Lv left;
    Lv right;
    Lv lv;
  };
  /// Where a leaf begins, in characters, and how many it has in the prepare version.
  struct LeafStart {
    NodeId leaf = kNoNode;
    std::uint32_t prepare = 0;
    std::uint32_t effect = 0;
    std::uint32_t width = 0;
  };
  /// Where a character stands, comparable with others as long as no item is added.
  struct Rank {
    std::uint64_t item = 0;
    std::uint32_t offset = 0;
    friend auto operator<=>(const Rank&, const Rank&) = default;
  };

  static Stretch stretch_of(const Item& item) {
    const std::uint32_t erasures = item.prepare() == 0 ? 0 : item.prepare() - 1;
    return {item.lv, item.len, item.visible(), !item.ever_erased(), erasures};
  }
  static Width width_of(const Item& item);
  [[nodiscard]] Width width_of_leaf(NodeId leaf) const;
  [[nodiscard]] Width width_of_inner(NodeId inner) const;

  /// The character at `pos` of the prepare version; `effect` gets the effect position of its item's start. Looks at the leaf of
  /// last time first.
  [[nodiscard]] Place find_prepared(std::uint32_t pos, std::uint32_t& effect);
  /// The leaf with the character at `pos` of the version that `Count` counts in.
  template <std::uint32_t Width::*Count>
  [[nodiscard]] LeafStart find_leaf(std::uint32_t pos);
  /// The character `rest` characters after the leaf's start, which is in it.
  template <std::uint32_t Width::*Count>
  [[nodiscard]] Place find_in(NodeId leaf, std::uint32_t rest, std::uint32_t& effect) const;
  [[nodiscard]] Place find_present(std::uint32_t pos);
  [[nodiscard]] Place first_gap() const;
  [[nodiscard]] Place find(Lv lv) const;
  /// The same, looking around the place of last time first.
  [[nodiscard]] Place find_near(Lv lv);
  [[nodiscard]] Place find_before(std::uint32_t position) const;
  /// Order in the document of two different characters.
  [[nodiscard]] bool stands_before(Lv a, Lv b) const;
  [[nodiscard]] bool stands_before(Place x, Place y) const;
  [[nodiscard]] bool leaf_before(NodeId a, NodeId b) const;
  /// Steps over to the next leaf from the end of one. False at the end of the list.
  bool normalise(Place& place) const;
  /// Goes on to the first item that is known in the prepare version. False if there is none.
  bool find_known(Place& place) const;
  [[nodiscard]] Place end() const;
  /// Characters in effect left of an item.
  [[nodiscard]] std::uint32_t effect_before(Place place) const;

  /// False when it would take too long to look at each item.
  bool place_among(Place& gap, const Item& item, std::uint32_t& effect, const Agents& agents, bool can_wait);
  /// Whether one who has looked at so many items should search instead.
  [[nodiscard]] bool loses_patience(std::uint32_t looked, bool can_wait) const {
    if (looked <= kPatience) return false;
    return knows_origins_ || looked_ > kPatiencePerLeaf * leaves_.size() || (can_wait && looked > kPatienceAtOnce);
  }
  /// Whether the character, an origin of something after `gap`, stands before it.
  [[nodiscard]] bool is_left_of(Place gap, Lv lv) const;
  void mark_scanned(NodeId leaf);
  /// All origins must have been learnt.
  Place place_among_many(Place gap, Place right, const Item& item, const Agents& agents);
  void put(Place gap, const Item& item);
  [[nodiscard]] bool extends(Place gap, const Item& item) const;
  /// Makes an item of its own of what begins at `place` and is at most `len` long; returns where it is.
  Place isolate(Place place, std::uint32_t len);
  void cut(NodeId leaf, std::uint32_t index, std::uint32_t offset);
  void make_room(Place& place, std::uint32_t count);
  void place_item(NodeId leaf, std::uint32_t index, const Item& item);

  /// With `at_end` most items stay: more are to come at the end.
  void split_leaf(NodeId leaf, bool at_end);
  void split_inner(NodeId inner);
  void insert_child(NodeId left, NodeId fresh, bool leaves);
  /// Tells children from `from` on where they are now.
  void adopt(NodeId inner, std::uint32_t from);
  /// Those above the leaf learn of it only with `settle`: what comes, moves out or moves in mostly stands side by side.
  void add_width(NodeId leaf, const Width& change);
  void add_above(NodeId leaf, const Width& change);
  void settle();
  [[nodiscard]] bool is_above_owed(NodeId inner, std::uint32_t slot) const;

  // Searching origins (tracker_search.cpp).
  [[nodiscard]] bool learn_equals(std::uint64_t steps, const Agents& agents);
  [[nodiscard]] bool learn_reaches(std::uint64_t steps);
  void learn_reaches_of(NodeId inner);
  [[nodiscard]] bool knows_below(NodeId inner) const;
  [[nodiscard]] Lv find_equal_above(const Item& item, const Agents& agents) const;
  [[nodiscard]] Reach reach_of_node(NodeId node, bool leaf) const;
  void widen(Reach& reach, const Reach& by) const;
  void widen_above(NodeId leaf, const Reach& by);
  void refresh_reach(NodeId node, bool leaf);
  [[nodiscard]] Rank rank_of(Place place) const;
  [[nodiscard]] Rank rank_of_left(Lv left) const;
  [[nodiscard]] Rank rank_of_right(Lv right) const;
  template <class Test>
  bool find_first(Place& from, Test test) const;
  template <class Test>
  bool find_last(Place& before, Test test) const;
  template <class Test>
  [[nodiscard]] Place descend_first(NodeId node, bool leaf, Test test) const;
  template <class Test>
  [[nodiscard]] Place descend_last(NodeId node, bool leaf, Test test) const;

  void toggle(Lv lv, std::uint32_t len, std::uint32_t by);
  void toggle_erased(Lv begin, Lv end, std::uint32_t by);
  /// Returns what that changes above; `add_width` is the caller's.
  Width set_state(Place place, std::uint32_t state);

  Pool<Leaf> leaves_;
  Pool<Inner> inners_;
  NodeId root_ = kNoNode;
  bool root_is_leaf_ = true;
  Width total_;
  Width owed_;  ///< to those above `owed_leaf_`
  NodeId owed_leaf_ = kNoNode;
  Place near_{0, 0, 0};               ///< where something was moved last
  LeafStart here_;                    ///< the leaf where something was found last, as long as nothing has changed before it
  std::vector<std::uint32_t> scans_;  ///< by leaf: the last scan that came through it
  std::uint32_t scan_ = 0;

  // Origins: not looked at until they are needed, then learnt, then known.
  bool learns_origins_ = false;
  bool knows_origins_ = false;
  std::vector<Reaches> reaches_;           ///< by inner node
  std::vector<std::uint8_t> has_reaches_;  ///< whether they are learnt; then those of all nodes below are, too
  SortedBlocks<Equal> equals_;             ///< all items
  std::size_t learnt_leaves_ = 0;          ///< whose items are in it
  std::vector<NewItem> new_items_;         ///< that are not in it yet
  std::uint64_t looked_ = 0;               ///< items looked at one by one so far, where many might be typed at one place
  std::vector<NodeId> split_inners_;       ///< halves whose reaches are to be refreshed, those below first

  Pieces pieces_;  ///< of inserts: items, with the leaf of each; of erasures: what was erased, side by side
  mutable std::uint64_t steps_ = 0;
};

}  // namespace tutti::merge
