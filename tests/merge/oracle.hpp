#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sync/merge/change.hpp"
#include "tests/support/random_text.hpp"

namespace tutti::test {

/// The slow and plain definition of what merging must give: FugueMax as a tree (Weidner and Kleppmann, "The Art of the Fugue").
/// A character is a right child of its left origin where that had none when it was typed, else a left child of its right
/// origin. Left siblings stand by name; right siblings by their right origins, the rightmost first, then by name.
class Oracle {
 public:
  struct Event {
    bool erases = false;
    std::string character;
    std::optional<merge::EventName> left;    ///< inserted after this one (none: the start)
    std::optional<merge::EventName> right;   ///< and before this one (none: the end)
    std::optional<merge::EventName> target;  ///< erased
    bool is_left_child = false;
  };
  using Events = std::map<merge::EventName, Event>;

  [[nodiscard]] std::string text() const {
    std::string text;
    for (const Node* node : order_) {
      if (!node->erased) text += node->character;
    }
    return text;
  }
  /// Who inserted each character of the text.
  [[nodiscard]] std::vector<ReplicaId> writers() const {
    std::vector<ReplicaId> writers;
    for (const Node* node : order_) {
      if (!node->erased) writers.push_back(node->name.replica);
    }
    return writers;
  }
  /// What it would be if `replica` had done nothing.
  [[nodiscard]] std::string text_without(ReplicaId replica) const {
    std::string text;
    for (const Node* node : order_) {
      const bool theirs = node->name.replica != replica;
      if (theirs && node->erased_by.size() == node->erased_by.count(replica)) text += node->character;
    }
    return text;
  }
  [[nodiscard]] std::size_t size() const {
    return static_cast<std::size_t>(std::count_if(order_.begin(), order_.end(), [](const Node* n) { return !n->erased; }));
  }

  /// The author's side: does the change's patches here, and writes down what its events mean.
  void make(const merge::Change& change, Events& events) {
    merge::EventName name{change.replica, change.seq};
    const auto next = [&](const Event& event) {
      events[name] = event;
      take(name, event);
      name.seq += 1;
    };
    for (const merge::Patch& patch : change.patches) {
      for (std::uint64_t i = 0; i < patch.erase.value; ++i) next(erase_at(patch.at.value));
      std::uint64_t at = patch.at.value;
      for (const std::string& character : chars_of(patch.insert)) next(insert_at(at++, character));
    }
  }

  void take(merge::EventName name, const Event& event) {
    if (event.erases) {
      nodes_.at(*event.target).erased = true;
      nodes_.at(*event.target).erased_by.insert(name.replica);
      return;
    }
    Node& node = nodes_[name];
    node.name = name;
    node.character = event.character;
    node.right_origin = event.right;
    if (event.is_left_child) {
      auto& siblings = nodes_.at(*event.right).left;
      siblings.insert(std::find_if(siblings.begin(), siblings.end(), [&](const Node* s) { return name < s->name; }), &node);
    } else {
      auto& siblings = event.left ? nodes_.at(*event.left).right : roots_;
      const auto after = [&](const Node* s) {
        const std::size_t mine = place(node.right_origin);
        const std::size_t other = place(s->right_origin);
        return mine != other ? other < mine : name < s->name;
      };
      siblings.insert(std::find_if(siblings.begin(), siblings.end(), after), &node);
    }
    order_.clear();
    for (const Node* root : roots_) walk(root);
  }

 private:
  struct Node {
    merge::EventName name;
    std::string character;
    bool erased = false;
    std::set<ReplicaId> erased_by;
    std::optional<merge::EventName> right_origin;
    std::vector<const Node*> left;
    std::vector<const Node*> right;
  };

  void walk(const Node* node) {
    for (const Node* child : node->left) walk(child);
    order_.push_back(node);
    for (const Node* child : node->right) walk(child);
  }
  [[nodiscard]] std::size_t place(const std::optional<merge::EventName>& name) const {
    if (!name) return order_.size();
    const auto it = std::find_if(order_.begin(), order_.end(), [&](const Node* n) { return n->name == *name; });
    return static_cast<std::size_t>(it - order_.begin());
  }
  /// Index in `order_` of the `at`-th visible character.
  [[nodiscard]] std::size_t visible(std::uint64_t at) const {
    std::size_t i = 0;
    for (;; ++i) {
      if (!order_[i]->erased && at-- == 0) return i;
    }
  }
  [[nodiscard]] Event erase_at(std::uint64_t at) const {
    Event event;
    event.erases = true;
    event.target = order_[visible(at)]->name;
    return event;
  }
  [[nodiscard]] Event insert_at(std::uint64_t at, const std::string& character) const {
    Event event;
    event.character = character;
    const std::size_t gap = at == 0 ? 0 : visible(at - 1) + 1;
    if (gap > 0) event.left = order_[gap - 1]->name;
    if (gap < order_.size()) event.right = order_[gap]->name;
    const bool has_right_child = gap > 0 ? !order_[gap - 1]->right.empty() : !roots_.empty();
    event.is_left_child = has_right_child;
    return event;
  }

  std::map<merge::EventName, Node> nodes_;
  std::vector<const Node*> roots_;
  std::vector<const Node*> order_;
};

}  // namespace tutti::test
